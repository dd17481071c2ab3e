// Writes src/postgresql/migrations.ts from sql/, so that nothing reads a file at run time.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const target = new URL("src/postgresql/migrations.ts", root);

/** A file of `sql/`. */
export interface SqlFile {
  /** `NNNN_revision.sql` for a revision of the reference, `NNNN_some_words.sql` for a step of ours. */
  readonly name: string;
  /** The SQL, with `{schema}` for the quoted schema. */
  readonly sql: string;
}

const REVISION = /^[0-9a-f]{11,12}$/;
const NAME = /^(\d{4})_([0-9a-z_]+)\.sql$/;
const UNREPEATABLE = /\b(create|drop|alter)\b(?! (index|table) if (not )?exists\b)/i;
const TRANSACTION = /^\s*(begin|commit|rollback|start transaction|end)\b|\bconcurrently\b/im;

/**
 * The module's text.
 *
 * A file is sent as one text, which the server runs as one transaction, so a `;` may stand anywhere in it.
 *
 * @throws {Error} When files are not numbered one after the other, or hold what one transaction cannot
 */
export function migrationsModule(files: readonly SqlFile[] = sqlFiles()): string {
  const entries = files.map(({ name, sql }, index) => {
    const [, number, words = ""] = NAME.exec(name) ?? [];
    if (Number(number) !== index + 1) throw new Error(`sql/${name}: expected ${`${index + 1}`.padStart(4, "0")}_….sql`);
    const code = sql.replaceAll(/--.*$/gm, "");
    if (TRANSACTION.test(code)) throw new Error(`sql/${name}: each file is one transaction already`);
    const revision = REVISION.test(words) ? JSON.stringify(words) : "null";
    if (revision === "null" && UNREPEATABLE.test(code)) {
      throw new Error(`sql/${name}: a step of ours must be repeatable`);
    }
    const text = sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${");
    return `  {\n    file: ${JSON.stringify(name)},\n    revision: ${revision},\n    sql: \`${text}\`,\n  },\n`;
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

function sqlFiles(): SqlFile[] {
  const names = readdirSync(fileURLToPath(new URL("sql/", root))).filter((name) => name.endsWith(".sql")).sort();
  return names.map((name) => ({ name, sql: readFileSync(new URL(`sql/${name}`, root), "utf8") }));
}

if (import.meta.main) writeFileSync(target, migrationsModule());
