// `npm run lint:workflows`: the workflows by actionlint, which Go fetches and builds.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import process from "node:process";

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
const root = fileURLToPath(new URL("../../", import.meta.url));

const { status, error } = spawnSync("go", ["run", ACTIONLINT], { cwd: root, stdio: "inherit" });
if (error !== undefined) console.error(`cannot run go, which builds actionlint: ${error.message}`);
process.exitCode = status ?? 2;
