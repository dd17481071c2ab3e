/**
 * The limits that both backends share: each is the smaller of what DynamoDB and PostgreSQL can hold.
 *
 * @module
 */

/** Characters of an id and of every other field that PostgreSQL keeps as `varchar(255)`. */
export const TEXT_CHARACTERS = 255;
/** Characters of a peer's protocol version, `varchar(50)` on PostgreSQL. */
export const VERSION_CHARACTERS = 50;
/** Bytes of a property name: DynamoDB's limit of a sort key. */
export const NAME_BYTES = 1024;
/** Bytes of an indexed property's name: PostgreSQL keeps it as `varchar(255)`, in one index entry with the value. */
export const INDEXED_NAME_BYTES = 255;
/** Bytes of an indexed property's value: PostgreSQL's index entries end near 2,700. */
export const INDEXED_VALUE_BYTES = 2048;
/** Bytes of a row with the names of its fields: DynamoDB's limit of an item. */
export const ITEM_BYTES = 400 * 1024;
/** Greatest number of a diff: PostgreSQL keeps it as `integer`. */
export const SEQUENCE_MAXIMUM = 2_147_483_647;
/** Nested arrays and objects in a JSON value. Python's own parser gives up near 1,000. */
export const JSON_DEPTH = 500;
/** Rows of one page at most. */
export const PAGE_MAXIMUM = 1000;
/** Parts of a table that are walked apart at most. */
export const SEGMENTS_MAXIMUM = 4096;
/** Rows of a page unless told. */
export const PAGE_DEFAULT = 100;
/** Greatest epoch second for an expiry: the year 9999. */
export const EXPIRY_MAXIMUM = 253_402_300_799;
