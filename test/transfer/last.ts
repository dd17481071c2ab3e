// Runs transfers to their end.
import type { TransferStore } from "../../src/tables.ts";
import { compare, type CompareOptions, type Comparison, type Difference } from "../../src/transfer/mod.ts";

/** The last report of a transfer. */
export async function last<Report>(reports: AsyncIterable<Report>): Promise<Report> {
  let report: Report | undefined;
  for await (const each of reports) report = each;
  if (report === undefined) throw new Error("a transfer gave no report");
  return report;
}

/** The differences of two stores, and the last report of the comparison. */
export async function differencesOf(
  first: TransferStore,
  second: TransferStore,
  options: CompareOptions = {},
): Promise<{ differences: Difference[]; report: Comparison }> {
  const differences: Difference[] = [];
  const report = await last(
    compare(first, second, { ...options, onDifference: (each) => void differences.push(each) }),
  );
  return { differences, report };
}
