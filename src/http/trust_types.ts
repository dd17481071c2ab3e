/**
 * Kinds of relationships and what each may do, unless told otherwise: those of the reference.
 *
 * @module
 */

/** What may be done with a category such as `properties`, in the field names of the protocol. */
export interface Rules {
  /** Globs of names: `*` stands for any characters, `?` for one. */
  readonly patterns?: readonly string[];
  /** What may be done with them: `read`, `write`, `delete`. */
  readonly operations?: readonly string[];
  /** Globs of names that are excepted. */
  readonly excluded_patterns?: readonly string[];
  /** Globs of names that are allowed for every operation. */
  readonly allowed?: readonly string[];
  /** Globs of names that are denied; comes before all others. */
  readonly denied?: readonly string[];
}

/** Rules by category: `properties`, `methods`, `actions`, `tools`, `resources`, `prompts`. */
export interface Permissions {
  /** The rules of one category; what no rule mentions is not permitted. */
  readonly [category: string]: Rules;
}

/** A kind of relationship. */
export interface TrustType {
  /** Name for people. */
  readonly displayName: string;
  /** What it is for. */
  readonly description: string;
  /** What it permits. */
  readonly permissions: Permissions;
}

/** The categories of permissions. */
export const CATEGORIES = ["properties", "methods", "actions", "tools", "resources", "prompts"] as const;

const ANY = ["*"];
const SYSTEM = ["admin_*", "system_*"];
const HARMFUL = ["delete_*", ...SYSTEM];
const NOTHING: Rules = { allowed: [], denied: ANY };
const READ = ["read"];
const READ_WRITE = ["read", "write"];
const ALL = [...READ_WRITE, "delete"];

function trustType(displayName: string, description: string, permissions: Permissions): TrustType {
  return { displayName, description, permissions };
}

/** The reference's kinds of relationships between actors. */
export const TRUST_TYPES: { readonly [name: string]: TrustType } = {
  associate: trustType("Associate", "Reads what is public", {
    properties: { patterns: ["public/*"], operations: READ },
    methods: { allowed: ["get_*", "ping"], denied: HARMFUL },
    actions: NOTHING,
    tools: NOTHING,
    resources: { patterns: ["public/*"], operations: READ },
  }),
  viewer: trustType("Viewer", "Reads what is public or shared", {
    properties: { patterns: ["public/*", "shared/*"], operations: READ },
    methods: { allowed: ["get_*", "list_*", "export_*"], denied: ["delete_*", "admin_*"] },
    actions: NOTHING,
    tools: NOTHING,
    resources: { patterns: ["public/*"], operations: READ },
  }),
  friend: trustType("Friend", "Reads and writes what is not private", {
    properties: {
      patterns: ANY,
      operations: READ_WRITE,
      excluded_patterns: ["private/*", "security/*", "_internal/*"],
    },
    methods: { allowed: ANY, denied: HARMFUL },
    actions: { allowed: ANY, denied: HARMFUL },
    tools: { allowed: ANY, denied: SYSTEM },
    resources: { patterns: ANY, operations: READ_WRITE, excluded_patterns: ["private/*", "security/*"] },
  }),
  partner: trustType("Partner", "Reads and writes almost everything", {
    properties: { patterns: ANY, operations: READ_WRITE, excluded_patterns: ["_internal/*"] },
    methods: { allowed: ANY, denied: SYSTEM },
    actions: { allowed: ANY, denied: SYSTEM },
    tools: { allowed: ANY, denied: SYSTEM },
    resources: { patterns: ANY, operations: READ_WRITE, excluded_patterns: ["security/*"] },
  }),
  admin: trustType("Administrator", "May do what the creator may", {
    properties: { patterns: ANY, operations: ALL },
    methods: { allowed: ANY },
    actions: { allowed: ANY },
    tools: { allowed: ANY },
    resources: { patterns: ANY, operations: ALL },
  }),
};
