// The embedded database, created by other means than ours.
import { PGlite } from "@electric-sql/pglite";

/** Creates a database without a schema in a folder; ours, once the package was built here, begin with one. */
export async function createEmpty(folder: string): Promise<void> {
  const database = await PGlite.create(folder);
  await database.close();
}
