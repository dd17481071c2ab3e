/**
 * Addresses that a server on the internet has no business to call: its own machine, its own network, and the service
 * that hands out credentials to machines in a cloud.
 *
 * @module
 */

const NAMES = /(?:^|\.)(?:localhost|local|internal|lan|home|intranet|corp|localdomain)$/i;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Networks of version 4 that are not public: the number and the bits that count. */
const NETWORKS: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Whether a host name by itself is a private one: a name of a local network, or a literal address. */
export function isPrivateHost(host: string): boolean {
  // A dot at the end makes no other name of it.
  const bare = host.replace(/^\[|\]$|\.$/g, "");
  if (IPV4.test(bare) || bare.includes(":")) return isPrivateAddress(bare);
  // A name without a dot is looked up in the local network.
  return !bare.includes(".") || NAMES.test(bare);
}

/** Whether an address of version 4 or 6 is not public. What is no address is not, either. */
export function isPrivateAddress(address: string): boolean {
  const number = ipv4Of(address);
  if (number !== null) return NETWORKS.some(([network, bits]) => isWithin(number, ipv4Of(network)!, bits));
  const groups = ipv6Of(address);
  if (groups === null) return true;
  const [first = 0, second = 0] = groups;
  // 2000::/3 is all there is of the public internet; some networks in it carry an address of version 4.
  if (first >= 0x2000 && first < 0x4000) {
    if (first === 0x2002) return isPrivateAddress(dotted(second, groups[2]!));
    return first === 0x2001 && (second < 0x200 || second === 0xdb8) || first === 0x3fff && second < 0x1000;
  }
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  const isTranslated = first === 0x64 && second === 0xff9b && groups.slice(2, 6).every((group) => group === 0);
  return isMapped || isTranslated ? isPrivateAddress(dotted(groups[6]!, groups[7]!)) : true;
}

function ipv4Of(text: string): number | null {
  const parts = IPV4.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return null;
  return parts.reduce((number, part) => number * 256 + part, 0);
}

function isWithin(address: number, network: number, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(address / size) === Math.floor(network / size);
}

/** The eight groups, also of a text with `::`, an address of version 4 at its end, or a zone. */
function ipv6Of(text: string): number[] | null {
  const bare = text.replace(/%.*$/, "");
  const url = `http://[${bare}]/`;
  if (!/^[\da-f:.]+$/i.test(bare) || !URL.canParse(url)) return null;
  // A URL has one form for each address: hexadecimal groups, and `::` once at most.
  const [head = "", tail = ""] = new URL(url).hostname.slice(1, -1).split("::");
  const [before, after] = [head, tail].map((part) => part === "" ? [] : part.split(":")) as [string[], string[]];
  const missing = Array<string>(8 - before.length - after.length).fill("0");
  return [...before, ...missing, ...after].map((group) => parseInt(group, 16));
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
