// Writes src/postgresql/migrations.ts from sql/, so that nothing reads a file at run time.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const target = new URL("src/postgresql/migrations.ts", root);

/** The module's text. */
export function migrationsModule(): string {
  const files = readdirSync(fileURLToPath(new URL("sql/", root))).filter((name) => name.endsWith(".sql")).sort();
  const entries = files.map((file) => {
    const [, name = ""] = /^\d+_(.+)\.sql$/.exec(file) ?? [];
    const revision = /^[0-9a-f]{11,12}$/.test(name) ? JSON.stringify(name) : "null";
    const sql = readFileSync(new URL(`sql/${file}`, root), "utf8");
    return `  {\n    file: ${JSON.stringify(file)},\n    revision: ${revision},\n    sql: \`${
      sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")
    }\`,\n  },\n`;
  });
  return `// Generated from sql/ by scripts/build_sql.ts: do not edit.

/** One step of the schema. */
export interface Migration {
  /** The file it was made from. */
  readonly file: string;
  /** The reference's revision that it brings, or \`null\` for a step of ours that can be repeated. */
  readonly revision: string | null;
  /** The SQL, with \`{schema}\` for the quoted schema. */
  readonly sql: string;
}

/** All steps in order. */
export const MIGRATIONS: readonly Migration[] = [
${entries.join("")}];
`;
}

if (import.meta.main) writeFileSync(target, migrationsModule());
