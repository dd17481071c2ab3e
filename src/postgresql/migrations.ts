// Generated from sql/ by scripts/build_sql.ts: do not edit.

/** One step of the schema. */
export interface Migration {
  /** The file it was made from. */
  readonly file: string;
  /** The reference's revision that it brings, or `null` for a step of ours that can be repeated. */
  readonly revision: string | null;
  /** The SQL, with `{schema}` for the quoted schema. */
  readonly sql: string;
}

/** All steps in order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    file: "0001_3307e3616c5e.sql",
    revision: "3307e3616c5e",
    sql: `-- The reference's first revision.
CREATE TABLE {schema}.actors (
  id varchar(255) NOT NULL,
  creator varchar(255) NOT NULL,
  passphrase text NOT NULL,
  created_at timestamp,
  PRIMARY KEY (id)
);
CREATE INDEX ix_actors_creator ON {schema}.actors (creator);
CREATE TABLE {schema}.attributes (
  id varchar(255) NOT NULL,
  bucket_name varchar(255) NOT NULL,
  bucket varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  data jsonb,
  timestamp timestamp,
  ttl_timestamp bigint,
  PRIMARY KEY (id, bucket_name)
);
CREATE INDEX idx_attributes_ttl ON {schema}.attributes (ttl_timestamp) WHERE ttl_timestamp IS NOT NULL;
CREATE TABLE {schema}.peertrustees (
  id varchar(255) NOT NULL,
  peerid varchar(255) NOT NULL,
  baseuri text NOT NULL,
  type varchar(255) NOT NULL,
  passphrase text NOT NULL,
  PRIMARY KEY (id, peerid)
);
CREATE TABLE {schema}.properties (
  id varchar(255) NOT NULL,
  name varchar(255) NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (id, name)
);
CREATE INDEX idx_properties_value ON {schema}.properties (value);
CREATE TABLE {schema}.subscription_diffs (
  id varchar(255) NOT NULL,
  subid_seqnr varchar(255) NOT NULL,
  subid varchar(255) NOT NULL,
  timestamp timestamp NOT NULL,
  diff text NOT NULL,
  seqnr integer NOT NULL,
  PRIMARY KEY (id, subid_seqnr)
);
CREATE TABLE {schema}.subscriptions (
  id varchar(255) NOT NULL,
  peer_sub_id varchar(255) NOT NULL,
  peerid varchar(255) NOT NULL,
  subid varchar(255) NOT NULL,
  granularity varchar(255),
  target varchar(255),
  subtarget varchar(255),
  resource varchar(255),
  seqnr integer NOT NULL,
  callback boolean NOT NULL,
  PRIMARY KEY (id, peer_sub_id)
);
CREATE TABLE {schema}.trusts (
  id varchar(255) NOT NULL,
  peerid varchar(255) NOT NULL,
  baseuri text NOT NULL,
  type varchar(255) NOT NULL,
  relationship varchar(255) NOT NULL,
  secret varchar(255) NOT NULL,
  "desc" text,
  approved boolean NOT NULL,
  peer_approved boolean NOT NULL,
  verified boolean NOT NULL,
  verification_token varchar(255),
  peer_identifier varchar(255),
  established_via varchar(255),
  created_at timestamp,
  last_accessed timestamp,
  last_connected_via varchar(255),
  client_name varchar(255),
  client_version varchar(255),
  client_platform varchar(255),
  oauth_client_id varchar(255),
  PRIMARY KEY (id, peerid)
);
CREATE INDEX idx_trusts_secret ON {schema}.trusts (secret);
`,
  },
  {
    file: "0002_70d60420526.sql",
    revision: "70d60420526",
    sql: `-- Reverse lookup of indexed properties.
CREATE TABLE {schema}.property_lookup (
  property_name varchar(255) NOT NULL,
  value text NOT NULL,
  actor_id varchar(255) NOT NULL,
  PRIMARY KEY (property_name, value),
  CONSTRAINT fk_property_lookup_actor FOREIGN KEY (actor_id)
    REFERENCES {schema}.actors (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX idx_property_lookup_actor_id ON {schema}.property_lookup (actor_id);
`,
  },
  {
    file: "0003_a1b2c3d4e5f6.sql",
    revision: "a1b2c3d4e5f6",
    sql: `-- What a peer is capable of.
ALTER TABLE {schema}.trusts ADD COLUMN aw_supported text;
ALTER TABLE {schema}.trusts ADD COLUMN aw_version varchar(50);
ALTER TABLE {schema}.trusts ADD COLUMN capabilities_fetched_at timestamptz;
`,
  },
  {
    file: "0004_b2c3d4e5f6a7.sql",
    revision: "b2c3d4e5f6a7",
    sql: `-- Suspensions.
CREATE TABLE {schema}.subscription_suspensions (
  id varchar(255) NOT NULL,
  target varchar(255) NOT NULL,
  subtarget varchar(255) NOT NULL DEFAULT '',
  suspended_at timestamptz NOT NULL,
  PRIMARY KEY (id, target, subtarget)
);
`,
  },
  {
    file: "0005_c3d4e5f6a7b8.sql",
    revision: "c3d4e5f6a7b8",
    sql: `-- Values are found through property_lookup; an index on them all refuses long ones.
DROP INDEX IF EXISTS {schema}.idx_properties_value;
`,
  },
  {
    file: "0006_d4e5f6a7b8c9.sql",
    revision: "d4e5f6a7b8c9",
    sql: `-- Tokens of one chain are deleted together.
CREATE INDEX IF NOT EXISTS idx_attributes_chain_id ON {schema}.attributes ((data ->> 'chain_id'))
  WHERE (data ->> 'chain_id') IS NOT NULL;
`,
  },
  {
    file: "0007_e5f6a7b8c9d0.sql",
    revision: "e5f6a7b8c9d0",
    sql: `-- Property names of any length.
ALTER TABLE {schema}.properties ALTER COLUMN name TYPE text;
`,
  },
  {
    file: "0008_byte_order.sql",
    revision: null,
    sql: `-- Ours: indexes in byte order, so that ranges, pages and last rows need no sort.
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_actors ON {schema}.actors (id COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_properties ON {schema}.properties (id, name COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_attributes ON {schema}.attributes (id, bucket_name COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_trusts ON {schema}.trusts (id, peerid COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_peertrustees ON {schema}.peertrustees (id, peerid COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_subscriptions ON {schema}.subscriptions (id, peer_sub_id COLLATE "C");
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_diffs ON {schema}.subscription_diffs (id, subid, seqnr);
CREATE INDEX IF NOT EXISTS ix_actingweb_edge_suspensions ON {schema}.subscription_suspensions
  (id, (CASE WHEN subtarget = '' THEN target ELSE target || ':' || subtarget END) COLLATE "C");
`,
  },
];
