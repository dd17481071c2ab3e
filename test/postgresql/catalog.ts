// The catalog of a migrated schema: what PostgreSQL's own tables should say, written down by hand.
import type postgres from "postgres";

const id = "id character varying(255) not null";
const text = (name: string) => `${name} character varying(255) not null`;
const optional = (name: string) => `${name} character varying(255)`;

const TABLES: Readonly<Record<string, readonly string[]>> = {
  actors: [id, text("creator"), "passphrase text not null", "created_at timestamp without time zone"],
  alembic_version: ["version_num character varying(32) not null"],
  attributes: [
    id,
    text("bucket_name"),
    text("bucket"),
    text("name"),
    "data jsonb",
    "timestamp timestamp without time zone",
    "ttl_timestamp bigint",
  ],
  peertrustees: [id, text("peerid"), "baseuri text not null", text("type"), "passphrase text not null"],
  properties: [id, "name text not null", "value text not null"],
  property_lookup: [text("property_name"), "value text not null", text("actor_id")],
  subscription_diffs: [
    id,
    text("subid_seqnr"),
    text("subid"),
    "timestamp timestamp without time zone not null",
    "diff text not null",
    "seqnr integer not null",
  ],
  subscription_suspensions: [
    id,
    text("target"),
    `${text("subtarget")} default ''::character varying`,
    "suspended_at timestamp with time zone not null",
  ],
  subscriptions: [
    id,
    text("peer_sub_id"),
    text("peerid"),
    text("subid"),
    optional("granularity"),
    optional("target"),
    optional("subtarget"),
    optional("resource"),
    "seqnr integer not null",
    "callback boolean not null",
  ],
  trusts: [
    id,
    text("peerid"),
    "baseuri text not null",
    text("type"),
    text("relationship"),
    text("secret"),
    "desc text",
    "approved boolean not null",
    "peer_approved boolean not null",
    "verified boolean not null",
    optional("verification_token"),
    optional("peer_identifier"),
    optional("established_via"),
    "created_at timestamp without time zone",
    "last_accessed timestamp without time zone",
    optional("last_connected_via"),
    optional("client_name"),
    optional("client_version"),
    optional("client_platform"),
    optional("oauth_client_id"),
    "aw_supported text",
    "aw_version character varying(50)",
    "capabilities_fetched_at timestamp with time zone",
  ],
};

const CONSTRAINTS = [
  "actors_pkey PRIMARY KEY (id)",
  "alembic_version_pkc PRIMARY KEY (version_num)",
  "attributes_pkey PRIMARY KEY (id, bucket_name)",
  "fk_property_lookup_actor FOREIGN KEY (actor_id) REFERENCES actors(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
  "peertrustees_pkey PRIMARY KEY (id, peerid)",
  "properties_pkey PRIMARY KEY (id, name)",
  "property_lookup_pkey PRIMARY KEY (property_name, value)",
  "subscription_diffs_pkey PRIMARY KEY (id, subid_seqnr)",
  "subscription_suspensions_pkey PRIMARY KEY (id, target, subtarget)",
  "subscriptions_pkey PRIMARY KEY (id, peer_sub_id)",
  "trusts_pkey PRIMARY KEY (id, peerid)",
];

const JOINED = "( CASE WHEN ((subtarget)::text = ''::text) THEN (target)::text " +
  "ELSE (((target)::text || ':'::text) || (subtarget)::text) END)";

/** All but those of the primary keys. */
const INDEXES = [
  "idx_attributes_chain_id ON attributes (((data ->> 'chain_id'::text))) WHERE ((data ->> 'chain_id'::text) IS NOT NULL)",
  "idx_attributes_ttl ON attributes (ttl_timestamp) WHERE (ttl_timestamp IS NOT NULL)",
  "idx_property_lookup_actor_id ON property_lookup (actor_id)",
  "idx_trusts_secret ON trusts (secret)",
  'ix_actingweb_edge_actors ON actors (id COLLATE "C")',
  'ix_actingweb_edge_attributes ON attributes (id, bucket_name COLLATE "C")',
  "ix_actingweb_edge_diffs ON subscription_diffs (id, subid, seqnr)",
  'ix_actingweb_edge_peertrustees ON peertrustees (id, peerid COLLATE "C")',
  'ix_actingweb_edge_properties ON properties (id, name COLLATE "C")',
  'ix_actingweb_edge_subscriptions ON subscriptions (id, peer_sub_id COLLATE "C")',
  `ix_actingweb_edge_suspensions ON subscription_suspensions (id, ${JOINED} COLLATE "C")`,
  'ix_actingweb_edge_trusts ON trusts (id, peerid COLLATE "C")',
  "ix_actors_creator ON actors (creator)",
];

/** The reference's schema at its newest revision, and our own indexes. */
export const CATALOG: string[] = [
  ...Object.entries(TABLES).flatMap(([table, columns]) =>
    columns.map((column, index) => `column ${table} ${index + 1} ${column}`)
  ),
  ...CONSTRAINTS.map((constraint) => `constraint ${constraint}`),
  ...INDEXES.map((index) => `index ${index}`),
].sort();

/** The same of a schema that is there. */
export async function readCatalog(sql: postgres.Sql, schema: string): Promise<string[]> {
  const [found] =
    await sql`SELECT oid, quote_ident(nspname) || '.' AS prefix FROM pg_namespace WHERE nspname = ${schema}`;
  const { oid, prefix } = found as unknown as { oid: number; prefix: string };
  const columns = await sql`SELECT format('column %s %s %s %s%s%s', c.relname,
      row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum), a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' not null' END, ' default ' || pg_get_expr(d.adbin, d.adrelid)) AS line
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    WHERE c.relnamespace = ${oid} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`;
  const constraints = await sql`SELECT format('constraint %s %s', conname, pg_get_constraintdef(oid)) AS line
    FROM pg_constraint WHERE connamespace = ${oid} AND contype <> 'n'`;
  const indexes =
    await sql`SELECT regexp_replace(replace(pg_get_indexdef(indexrelid), 'USING btree ', ''), '\\s+', ' ', 'g') AS line
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = ${oid} AND NOT indisprimary`;
  return [...columns, ...constraints, ...indexes]
    .map(({ line }) =>
      String(line).replaceAll(prefix, "").replace(/^CREATE (UNIQUE )?INDEX/, (_, unique = "") => `${unique}index`)
    )
    .sort();
}
