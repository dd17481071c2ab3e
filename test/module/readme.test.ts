// The README's table of what the matrix runs.
import { expect } from "bun:test";
import { declaredCells, matrixText, withMatrix } from "../report/readme.ts";
import { behaviours } from "../support/behaviour.ts";
import { readText } from "../support/sources.ts";

const behaviour = behaviours("readme");

behaviour("a cell that is not run is not named, and neither is a runtime or a backend without cells", () => {
  const { usual, asked } = declaredCells();
  const without = matrixText({ usual: usual.filter(({ runtime }) => !runtime.startsWith("workerd")), asked: [] });
  expect(matrixText({ usual, asked })).toContain("workerd");
  expect(without).not.toContain("workerd");
  expect(without).not.toContain("The workflow");
  const lines = matrixText({ usual: [{ runtime: "node", backend: "postgresql" }], asked: [] }).trim().split("\n");
  expect(lines[0]).toMatch(/^\| {2}\| Node\.js ≥ \d+ \|$/);
  expect(lines.slice(2)).toEqual(["| PostgreSQL 18 | whole |"]);
});

behaviour("a runtime that is asked from outside is said to run the contract's suite alone", () => {
  const text = matrixText({ usual: [{ runtime: "workerd", backend: "dynamodb" }], asked: [] });
  expect(text).toContain("| DynamoDB | contract |");
});

behaviour("all of the README but the marked part stays as it is, and a README without marks is refused", () => {
  const readme = readText("README.md");
  const changed = withMatrix(readme, "something else\n");
  expect(changed).toContain("\n\nsomething else\n\n");
  expect(withMatrix(changed, matrixText(declaredCells()))).toBe(readme);
  expect(() => withMatrix("# a title\n", "")).toThrow("lacks the marks");
});
