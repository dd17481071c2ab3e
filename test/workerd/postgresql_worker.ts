// The worker with PostgreSQL alone.
import { postgresqlStore, type PostgreSQLStoreOptions } from "../../src/postgresql/mod.ts";
import { tables } from "../../src/postgresql/table_rows.ts";
import { workerOf } from "./worker.ts";

export default workerOf(() => (options: PostgreSQLStoreOptions) => postgresqlStore({ ...options, tables }));
