// Where the bytes of a bundle are: by how much it would shrink, compressed, without each of its files and folders.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transform } from "esbuild";
import { argumentsOf, type Size } from "./sizes.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A file of a bundle, or a folder of files. */
export interface FileSize {
  /** Its path in the clone; a folder's ends with a slash. */
  readonly path: string;
  /** Bytes by which the compressed bundle would shrink. What other files say, too, is in none of these numbers. */
  readonly gzip: number;
}

/** The files and folders of a program's bundle, the largest first. */
export async function fileSizes(
  { source, without }: Pick<Size, "source" | "without">,
): Promise<FileSize[]> {
  // With its comments, which name the files, and with the same short names as in the whole.
  const { stdout } = spawnSync(
    `${root}node_modules/.bin/esbuild`,
    ["--minify-identifiers", "--minify-syntax", ...argumentsOf(without)],
    { cwd: root, input: source, maxBuffer: 2 ** 26, encoding: "utf8" },
  );
  const parts = await Promise.all(
    stdout.split(/^(?=\/\/ (?:src|node_modules)\/)/m).map(async (part) => ({
      file: /^\/\/ (\S+)/.exec(part)?.[1] ?? "the program",
      code: (await transform(part, { minifyWhitespace: true, target: "es2022" }))
        .code,
    })),
  );
  const sizeOf = (kept: typeof parts) => gzipSync(kept.map(({ code }) => code).join(""), { level: 9 }).length;
  const whole = sizeOf(parts);
  const folders = parts.map(({ file }) => file.replace(/[^/]*$/, "")).filter((
    folder,
  ) => folder !== "");
  const sizes = [...new Set([...folders, ...parts.map(({ file }) => file)])]
    .map((path) => ({
      path,
      gzip: whole -
        sizeOf(
          parts.filter(({ file }) => file !== path && file.replace(/[^/]*$/, "") !== path),
        ),
    }));
  return sizes.sort((one, other) => other.gzip - one.gzip);
}
