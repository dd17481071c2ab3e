// Runs test files under Node, one process after the other: `node test/support/node_files.mjs FILES…`. Node's own runner of
// many files has been seen to wait for ever for one that had ended.
import { spawnSync } from "node:child_process";
import process from "node:process";

let code = 0;
for (const file of process.argv.slice(2)) {
  // A failed test may leave a child process, for which Node would wait.
  const { status } = spawnSync(process.execPath, ["--test-force-exit", file], { stdio: "inherit" });
  if (status !== 0) code = 1;
}
process.exitCode = code;
