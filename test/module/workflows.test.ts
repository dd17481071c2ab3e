// The workflows hold nothing of their own: scripts, pinned actions, and lists that are made of the matrix or agree with it.
import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { planOf } from "../../scripts/workflow/plan.ts";
import { releaseProblems } from "../../scripts/release.ts";
import { componentOf, COMPONENTS, GATE } from "../report/coverage.ts";
import { behaviours } from "../support/behaviour.ts";
import { BACKENDS } from "../support/cells.ts";
import { POSTGRESQL_VERSIONS } from "../support/local_postgresql.ts";
import { readText, sourcesIn } from "../support/sources.ts";

const behaviour = behaviours("workflows");

const FOLDER = ".github/workflows";
const workflows = readdirSync(new URL(`../../${FOLDER}`, import.meta.url)).map((name) => ({
  name,
  text: readText(`${FOLDER}/${name}`),
}));
const codecov = readText("codecov.yml");

/** What stands after a key, wherever it stands. */
function valuesOf(text: string, key: string): string[] {
  return [...text.matchAll(new RegExp(`^ *(?:- )*${key}: (.+)$`, "gm"))].map((match) => match[1]!);
}

behaviour("every step runs a script of package.json", () => {
  const { scripts } = JSON.parse(readText("package.json")) as { scripts: Record<string, string> };
  const steps = workflows.flatMap(({ text }) => valuesOf(text, "run"));
  expect(steps.length).toBeGreaterThan(5);
  for (const step of steps) {
    const script = /^npm (?:run )?([\w:]+)( -- [^|&;<>`]+)?$/.exec(step)?.[1];
    expect([step, script !== undefined && script in scripts]).toEqual([step, true]);
    expect(step).not.toContain("${{");
  }
  for (const file of Object.values(scripts).map((script) => script.split(" ")[2]!)) {
    expect(readText(file).length).toBeGreaterThan(0);
  }
});

behaviour("every action is pinned to a commit, the same one everywhere", () => {
  const uses = workflows.flatMap(({ text }) => valuesOf(text, "uses")).filter((action) => !action.startsWith("./"));
  for (const action of uses) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const names = new Set(uses.map((action) => action.split("@")[0]));
  expect(new Set(uses).size).toBe(names.size);
});

behaviour("a workflow may read and nothing else, unless a job says more", () => {
  for (const { name, text } of workflows) {
    const top = /^permissions:\n((?: .*\n)+)/m.exec(text)?.[1];
    expect([name, top]).toEqual([name, "  contents: read\n"]);
    expect([name, /pull_request_target|write-all/.test(text)]).toEqual([name, false]);
  }
});

behaviour("a cell has the databases that it needs, and PostgreSQL of the version that it is called after", () => {
  const plan = planOf(null);
  const at = (runtime: string, backend: string) => {
    return plan.find((cell) => cell.runtime === runtime && cell.backend === backend)!;
  };
  expect(plan.every(({ run }) => run)).toBe(true);
  expect(at("bun", "dynamodb")).toMatchObject({ dynamodb: "amazon/dynamodb-local:3.0.0", postgresql: "", initdb: "" });
  expect(at("bun", "module")).toMatchObject({ dynamodb: "", postgresql: "" });
  expect(at("bun", "postgresql-12")).toMatchObject({ postgresql: "postgres:12", initdb: "--locale=C.UTF-8" });
  expect(at("bun", "postgresql-16").initdb).toContain("icu");
  expect(at("deno", "transfer").postgresql).toMatch(/^postgres:18/);
  expect(at("node", "pglite").node).toBe("20");
  const versions = plan.filter(({ runtime }) => runtime === "bun").map(({ backend }) => BACKENDS[backend]!.databases);
  expect(new Set(versions.flatMap(({ postgresql }) => postgresql ?? []))).toEqual(
    new Set(Object.keys(POSTGRESQL_VERSIONS)),
  );
  const environment = readText(`${FOLDER}/test.yml`);
  for (const { backend } of plan) {
    const older = /^postgresql-(\d+)$/.exec(backend)?.[1];
    if (older !== undefined) expect(environment).toContain(`TEST_DATABASE_URL_${older}:`);
  }
});

behaviour("documents alone leave every check in its place and run only what reads them", () => {
  const names = (changed: readonly string[] | null) =>
    planOf(changed).map(({ runtime, backend }) => [runtime, backend]);
  const documents = ["README.md", "docs/http.md", "docs/picture.svg", "LICENSE"];
  expect(names(documents)).toEqual(names(null));
  const ran = planOf(documents).filter(({ run }) => run);
  expect(new Set(ran.map(({ backend }) => backend))).toEqual(new Set(["module", "examples"]));
  const started = planOf(documents).filter(({ dynamodb, postgresql }) => dynamodb !== "" || postgresql !== "");
  expect(new Set(started.map(({ backend }) => backend))).toEqual(new Set(["examples"]));
  for (const code of ["src/store.ts", "sql/0001.sql", "package.json", ".github/workflows/test.yml", "docs.ts"]) {
    expect([code, planOf(["README.md", code]).every(({ run }) => run)]).toEqual([code, true]);
  }
  expect(planOf([]).every(({ run }) => run)).toBe(true);
});

behaviour("codecov.yml waits for every upload, and knows every flag and component", () => {
  const covering = planOf(null).filter(({ covers }) => covers);
  expect(valuesOf(codecov, "after_n_builds")).toEqual([`${covering.length}`]);
  const flags = new Set(covering.flatMap(({ runtime, backend }) => [runtime, backend]));
  const named = /individual_flags:\n((?: +- name: .*\n)+)/.exec(codecov)![1]!;
  expect(new Set(valuesOf(named, "name"))).toEqual(flags);
  expect(valuesOf(codecov, "component_id")).toEqual(COMPONENTS.filter((name) => name !== "conformance"));
  expect(valuesOf(codecov, "target")).toEqual([`${GATE}%`, `${GATE}%`]);
});

behaviour("codecov.yml puts every source into the component that the report puts it into", () => {
  const components = [...codecov.matchAll(/component_id: (\S+)\n.*\n +paths:\n((?: {8}- .*\n)+)/g)];
  const patterns = components.map(([, name, paths]) => ({
    name,
    paths: [...paths!.matchAll(/- (\S+)/g)].map(([, path]) => {
      return new RegExp(`^${path!.replaceAll(".", "\\.").replaceAll("**", ".+").replace(/(?<!\.)\*/, "[^/]*")}$`);
    }),
  }));
  for (const path of ["mod.ts", ...sourcesIn("src").map((source) => source.path)]) {
    if (path.startsWith("src/conformance/")) continue;
    const found = patterns.filter(({ paths }) => paths.some((pattern) => pattern.test(path))).map(({ name }) => name);
    expect([path, found]).toEqual([path, [componentOf(path)]]);
  }
});

behaviour("only the version that a tag names is published, and only when the changelog has it", () => {
  const sound = {
    tag: "v1.2.3",
    npmVersion: "1.2.3",
    jsrVersion: "1.2.3",
    changelog: "# Changelog\n\n## 1.2.3 – 2026\n",
  };
  expect(releaseProblems(sound)).toEqual([]);
  expect(releaseProblems({ ...sound, tag: "v1.2.4" })).toEqual(["the tag v1.2.4 does not name version 1.2.3"]);
  expect(releaseProblems({ ...sound, jsrVersion: "1.2.2" })).toHaveLength(1);
  expect(releaseProblems({ ...sound, changelog: "## 1.2.30\n## Unreleased\n" })).toHaveLength(1);
});
