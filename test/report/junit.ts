// The results of a cell as JUnit XML, which every continuous integration reads.
import type { Outcome } from "../support/behaviour.ts";
import type { CellResult } from "../support/cells.ts";

/** One suite for each group of behaviours; only leaf cases, so that every runtime counts alike. */
export function junitOf({ runtime, backend, outcomes, seconds, crash }: CellResult): string {
  const cell = `${runtime} × ${backend}`;
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) groups.set(outcome.group, [...groups.get(outcome.group) ?? [], outcome]);
  const suites = [...groups].map(([group, cases]) => {
    const failures = cases.filter(({ passed }) => !passed).length;
    const milliseconds = cases.reduce((sum, each) => sum + each.milliseconds, 0);
    const lines = cases.map(({ name, passed, milliseconds, message = "" }) => {
      const head = `    <testcase classname="${xml(`${cell}.${group}`)}" name="${xml(name)}" time="${
        milliseconds / 1000
      }"`;
      return passed ? `${head}/>` : `${head}>\n      <failure message="${xml(message)}"/>\n    </testcase>`;
    });
    const head = `  <testsuite name="${xml(group)}" tests="${cases.length}" failures="${failures}" errors="0" time="${
      milliseconds / 1000
    }">`;
    return [head, ...lines, "  </testsuite>"].join("\n");
  });
  if (crash !== null) suites.push(crashOf(cell, crash));
  const failed = outcomes.filter(({ passed }) => !passed).length;
  const tests = outcomes.length + (crash === null ? 0 : 1);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(cell)}" tests="${tests}" failures="${failed}" errors="${
      crash === null ? 0 : 1
    }" time="${seconds}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

/** What failed outside of any behaviour is a case of its own, so that it is counted. */
function crashOf(cell: string, crash: string): string {
  return `  <testsuite name="runtime" tests="1" failures="0" errors="1" time="0">
    <testcase classname="${xml(cell)}.runtime" name="ends without a fault of its own" time="0">
      <error message="${xml(crash)}"/>
    </testcase>
  </testsuite>`;
}

// XML has no way to write most control characters, not even escaped, and no half of a pair.
const UNWRITABLE = /[^\P{Cc}\t\n\r]|\p{Cs}|[\ufffe\uffff]/gu;
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

function xml(text: string): string {
  return text.replace(UNWRITABLE, "\ufffd").replace(/[&<>"\n\r\t]/g, (character) => ESCAPES[character]!);
}
