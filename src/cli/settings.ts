/**
 * What the environment's names mean, for help texts.
 *
 * @module
 */

import type { Setting } from "./command.ts";

/** All names that tell how to reach a database. */
export const SETTINGS: readonly Setting[] = [
  {
    name: "DATABASE_BACKEND",
    text: "dynamodb, postgresql or pglite. Default: postgresql when DATABASE_URL is set.",
  },
  { name: "AWS_ACCESS_KEY_ID", text: "DynamoDB: access key id. Needed." },
  { name: "AWS_SECRET_ACCESS_KEY", text: "DynamoDB: secret access key. Needed." },
  { name: "AWS_SESSION_TOKEN", text: "DynamoDB: session token of temporary credentials." },
  { name: "AWS_DEFAULT_REGION", text: "DynamoDB: region. Default: AWS_REGION, then us-west-1." },
  { name: "AWS_REGION", text: "DynamoDB: region when AWS_DEFAULT_REGION is not set." },
  { name: "AWS_DB_HOST", text: "DynamoDB: URL of the service. Default: AWS's own of the region." },
  { name: "AWS_DB_PREFIX", text: "DynamoDB: what table names begin with. Default: demo_actingweb." },
  { name: "AWS_DB_AUTO_CREATE_TABLES", text: "DynamoDB: false leaves missing tables missing. Default: true." },
  {
    name: "READ_OLD_LOOKUPS",
    text: "DynamoDB: true also reads the reference's old lookup table and index. Default: false.",
  },
  {
    name: "DATABASE_URL",
    text: "PostgreSQL: postgres://user:password@host:port/database. Comes before the parts below.",
  },
  { name: "PG_DB_HOST", text: "PostgreSQL: host. Default: localhost." },
  { name: "PG_DB_PORT", text: "PostgreSQL: port. Default: 5432." },
  { name: "PG_DB_NAME", text: "PostgreSQL: database. Default: actingweb." },
  { name: "PG_DB_USER", text: "PostgreSQL: user. Default: actingweb." },
  { name: "PG_DB_PASSWORD", text: "PostgreSQL: password." },
  { name: "PG_DB_PREFIX", text: "PostgreSQL: what the schema's name begins with. Default: nothing." },
  { name: "PG_DB_SCHEMA", text: "PostgreSQL: the rest of the schema's name. Default: public." },
  { name: "PG_POOL_MAX_SIZE", text: "PostgreSQL: connections at most. Default: the preset's." },
  {
    name: "PG_CONNECTION_PRESET",
    text: "PostgreSQL: direct, pgbouncer, hyperdrive or lambda: how it is reached. Default: direct.",
  },
  { name: "PG_DB_TLS", text: "PostgreSQL: true connects with TLS and checks the certificate. Default: false." },
  {
    name: "PG_DB_TLS_CA",
    text: "PostgreSQL: certificates in PEM form, in place of those that the runtime trusts. Means PG_DB_TLS=true.",
  },
  { name: "PGLITE_DATA", text: "PGlite: folder of the data. Default: in memory." },
  {
    name: "INDEXED_PROPERTIES",
    text: "Properties with a reverse lookup, separated by commas. Default: oauthId, email, externalUserId.",
  },
  {
    name: "USE_PROPERTY_LOOKUP_TABLE",
    text: "true, which is also the default: other ways of lookup are not supported.",
  },
];
