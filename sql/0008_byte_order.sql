-- Ours: indexes in byte order, so that ranges, pages and last rows need no sort. The reference's columns stay as they are.
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_actors ON {schema}.actors (id COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_properties ON {schema}.properties (id, name COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_attributes ON {schema}.attributes (id, bucket_name COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_diffs ON {schema}.subscription_diffs (id, subid, seqnr);
