/**
 * The contract as behaviours that can be run on any backend, under any runtime and any test framework.
 *
 * @example
 * ```ts
 * import { conformance, runCase } from "actingweb-edge/conformance";
 * import type { StoreOptions, TransferStore } from "actingweb-edge";
 *
 * export async function proveMyBackend(open: (options?: StoreOptions) => Promise<TransferStore>) {
 *   for (const { name, cases } of conformance) {
 *     for (const each of cases) {
 *       await runCase(each, { open });
 *       console.log(`${name}: ${each.name}`);
 *     }
 *   }
 * }
 * ```
 *
 * @module
 */

import { actorPages } from "./actor_pages.ts";
import { actors } from "./actors.ts";
import { argumentJson } from "./argument_json.ts";
import { argumentKeys } from "./argument_keys.ts";
import { argumentLimits } from "./argument_limits.ts";
import { argumentOptions } from "./argument_options.ts";
import { argumentRows } from "./argument_rows.ts";
import { attributeBatches } from "./attribute_batches.ts";
import { attributeConditions } from "./attribute_conditions.ts";
import { attributeExpiry } from "./attribute_expiry.ts";
import { attributeKeys } from "./attribute_keys.ts";
import { attributeLists } from "./attribute_lists.ts";
import { attributeRaces } from "./attribute_races.ts";
import { attributeRemoval } from "./attribute_removal.ts";
import { attributeValues } from "./attribute_values.ts";
import { attributes } from "./attributes.ts";
import { budgetCapacity } from "./budget_capacity.ts";
import { budgets } from "./budgets.ts";
import { callFaults } from "./call_faults.ts";
import { callReports } from "./call_reports.ts";
import { calls } from "./calls.ts";
import type { Group } from "./case.ts";
import { diffLists } from "./diff_lists.ts";
import { diffNumbers } from "./diff_numbers.ts";
import { diffRaces } from "./diff_races.ts";
import { diffs } from "./diffs.ts";
import { erasure } from "./erasure.ts";
import { lists } from "./lists.ts";
import { lookupLimits } from "./lookup_limits.ts";
import { lookupOwners } from "./lookup_owners.ts";
import { lookupRaces } from "./lookup_races.ts";
import { lookups } from "./lookups.ts";
import { namedLists } from "./named_lists.ts";
import { names } from "./names.ts";
import { oldLists } from "./old_lists.ts";
import { pagedLists } from "./paged_lists.ts";
import { peerTrustees } from "./peer_trustees.ts";
import { properties } from "./properties.ts";
import { propertyBatches } from "./property_batches.ts";
import { propertyConditions } from "./property_conditions.ts";
import { propertyPages } from "./property_pages.ts";
import { propertyRanges } from "./property_ranges.ts";
import { repairedLists } from "./repaired_lists.ts";
import { sharedAttributeLists } from "./shared_attribute_lists.ts";
import { sharedLists } from "./shared_lists.ts";
import { subscriptionKeys } from "./subscription_keys.ts";
import { subscriptions } from "./subscriptions.ts";
import { suspensions } from "./suspensions.ts";
import { tableLookups } from "./table_lookups.ts";
import { tables } from "./tables.ts";
import { together } from "./together.ts";
import { tombstones } from "./tombstones.ts";
import { trustLists } from "./trust_lists.ts";
import { trustSecrets } from "./trust_secrets.ts";
import { trustTimes } from "./trust_times.ts";
import { trustUses } from "./trust_uses.ts";
import { trusts } from "./trusts.ts";

export type { Case, Group, World } from "./case.ts";
export { type Check, check, CheckError } from "./check.ts";
export { type Harness, runCase } from "./run.ts";

/** All behaviours, by part of the contract. */
export const conformance: readonly Group[] = [
  actors,
  actorPages,
  erasure,
  tombstones,
  properties,
  propertyBatches,
  propertyConditions,
  propertyRanges,
  propertyPages,
  lookups,
  lookupLimits,
  lookupOwners,
  lookupRaces,
  trusts,
  trustUses,
  trustTimes,
  trustSecrets,
  trustLists,
  peerTrustees,
  subscriptions,
  subscriptionKeys,
  diffs,
  diffLists,
  diffNumbers,
  diffRaces,
  suspensions,
  attributes,
  attributeValues,
  attributeExpiry,
  attributeConditions,
  attributeRaces,
  attributeKeys,
  attributeBatches,
  attributeRemoval,
  tables,
  tableLookups,
  argumentKeys,
  argumentLimits,
  argumentJson,
  argumentRows,
  argumentOptions,
  names,
  calls,
  callFaults,
  callReports,
  together,
  budgets,
  budgetCapacity,
  lists,
  namedLists,
  pagedLists,
  sharedLists,
  oldLists,
  repairedLists,
  attributeLists,
  sharedAttributeLists,
];
