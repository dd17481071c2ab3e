-- Ours: indexes in byte order, so that ranges, pages and last rows need no sort.
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_actors ON {schema}.actors (id COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_properties ON {schema}.properties (id, name COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_attributes ON {schema}.attributes (id, bucket_name COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_trusts ON {schema}.trusts (id, peerid COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_peertrustees ON {schema}.peertrustees (id, peerid COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_subscriptions ON {schema}.subscriptions (id, peer_sub_id COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_diffs ON {schema}.subscription_diffs (id, subid, seqnr);
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_suspensions ON {schema}.subscription_suspensions
  (id, (CASE WHEN subtarget = '' THEN target ELSE target || ':' || subtarget END) COLLATE "C");
