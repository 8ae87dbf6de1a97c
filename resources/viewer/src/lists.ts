// Status lists read and asked: Bitstring Status List 1.0 and its two forerunners, Token Status List,
// and lists that name what was withdrawn. That a list is signed, by whom, and in date is checked in
// `status`.

import { crc32 } from "./badge";
import { base64url, type Bytes } from "./bytes";
import { numericDate } from "./dates";
import { malformed, unsupported } from "./errors";
import { identifier, plainText, types, whole } from "./fields";
import { inflateRaw } from "./inflate";
import { type Jws, readJws } from "./jose";
import type { StatusRef } from "./model";
import { decodeText, isObject, type Json, type JsonObject, list, parseObject } from "./strictjson";
import { compact, looksLikeToken } from "./token";

const MAX_LIST_BYTES = 16 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024; // by all the lists of one check
const MAX_ENCODED_CHARS = 22 * 1024 * 1024;
const MAX_STATUS_SIZE = 8;
/** Below this many, asking for a list tells too much about whom is asked about (section 6.1). */
export const PRIVATE_ENTRIES = 131_072;
export const BIT_LISTS = ["BitstringStatusListEntry", "StatusList2021Entry", "RevocationList2020Status"];
// The bits mean the same in all, and issuers point with entries of one at lists of another.
const LIST_TYPES = ["BitstringStatusList", "StatusList2021", "RevocationList2020"];

/** The status lists of one check, each read once whoever asks, and the octets they may still unpack to. */
export interface Lists {
  left: number;
  read: Map<string, { made: Promise<unknown>; urls: string[] }>;
}

export const newLists = (): Lists => ({ left: MAX_UNPACKED_BYTES, read: new Map() });

const bad = () => malformed("bad_status_list");

/** A list unpacked; `ttl` is how long a copy may be kept, in milliseconds. */
export interface Unpacked {
  bits: Bytes;
  ttl: number | null;
}

/** The list in a list credential, whatever entry points at it. */
export function bitList(claims: JsonObject, lists: Lists): Unpacked & { purposes: string[] } {
  let subject = claims.credentialSubject;
  if (Array.isArray(subject) && subject.length === 1) subject = subject[0];
  if (!isObject(subject)) throw bad();
  const kinds = types(subject.type);
  if (!LIST_TYPES.some((kind) => kinds.includes(kind))) throw bad();
  const purposes = types(subject.statusPurpose);
  const body = bodyOf(encodedText(subject.encodedList), kinds.includes("BitstringStatusList"));
  // RevocationList2020 says zlib, and the library most took wrote gzip.
  const bits = unpack(body, (data) => (kinds.includes("RevocationList2020") && data[0] !== 0x1f ? unzlib(data) : gunzip(data)), lists);
  return { bits, purposes: purposes.length > 0 ? purposes : ["revocation"], ttl: whole(subject.ttl) };
}

/** The status at the position of an entry. */
export function listedBit({ bits, purposes }: { bits: Bytes; purposes: string[] }, { entry, index, purpose }: StatusRef): { value: number; entries: number } {
  const size = "statusSize" in entry ? whole(entry.statusSize) : 1;
  if (!purposes.includes(purpose) || size === null || size < 1 || size > MAX_STATUS_SIZE) throw bad();
  return valueAt(bits, index!, size, false);
}

/** Bit 0 is the highest of the first octet; in a Token Status List it is the lowest. */
export function valueAt(bits: Bytes, index: number, size: number, lowestFirst: boolean): { value: number; entries: number } {
  const entries = Math.floor((bits.length * 8) / size);
  if (index >= entries) throw bad();
  let value = 0;
  for (let place = 0; place < size; place++) {
    const at = index * size + place;
    const bit = (bits[Math.floor(at / 8)] >> (lowestFirst ? at % 8 : 7 - (at % 8))) & 1;
    value = lowestFirst ? value | (bit << place) : (value << 1) | bit;
  }
  return { value, entries };
}

/** What the issuer calls a status in the entry (section 2.1: `statusMessage`). */
export function messageOf({ entry }: StatusRef, value: number): string | null {
  for (const one of list(entry.statusMessage ?? entry.statusMessages).slice(0, 2 ** MAX_STATUS_SIZE)) {
    if (isObject(one) && typeof one.status === "string" && /^\s*(0x)?[0-9a-f]{1,9}\s*$/i.test(one.status) && parseInt(one.status, 16) === value) return plainText(one.message);
  }
  return null;
}

/** A status list token taken apart (Token Status List, section 5.1). */
export interface TokenList extends Unpacked {
  jws: Jws;
  size: number;
  issuer: string;
  subject: string;
  issued: Date;
  ends: Date | null;
}

export function tokenList(data: Bytes, lists: Lists): TokenList {
  // A CWT begins with its tag or that of what it is, or bare with an array of four.
  if ([0xd1, 0xd2, 0x84].includes(data[0]) || (data[0] === 0xd8 && data[1] === 0x3d)) throw unsupported("status_unsupported");
  const text = decodeText(data);
  if (!looksLikeToken(text)) throw bad();
  const jws = readJws(compact(text));
  const kind = jws.header.typ;
  if (typeof kind !== "string" || !/^(application\/)?statuslist\+jwt$/i.test(kind)) throw bad();
  const payload = parseObject(jws.payload);
  const [issued, ends] = [numericDate(payload.iat), numericDate(payload.exp)];
  const { status_list: listed, sub: subject, iss } = payload;
  if (issued === null || (ends === null && payload.exp != null)) throw bad();
  if (typeof subject !== "string" || !isObject(listed)) throw bad();
  const size = whole(listed.bits);
  if (size === null || ![1, 2, 4, 8].includes(size)) throw bad();
  const bits = unpack(encodedText(listed.lst), unzlib, lists);
  const ttl = whole(payload.ttl);
  return { bits, size, ttl: ttl === null ? null : ttl * 1000, jws, issuer: typeof iss === "string" ? iss : "", subject, issued, ends };
}

/** What a list says of one withdrawn credential. */
export interface Withdrawal {
  message: string | null;
}

/** A list that names what was withdrawn (1EdTech, or Open Badges 2.0), by its own words. */
export interface NameList {
  id: string;
  issuer: string;
  withdrawn: Map<string, Withdrawal>;
}

export const OF_CREDENTIALS = ["revokedCredential", "revokedCredentials"];

export function nameList(data: Bytes, members: string[]): NameList {
  const claims = parseObject(data);
  const own = identifier(claims.id);
  // An error page, or a list of another kind, must not look like a list of nothing.
  const bare = own !== null && Object.keys(claims).every((name) => ["@context", "id", "type", "issuer"].includes(name));
  if (!bare && !members.some((name) => name in claims)) throw bad();
  const withdrawn = new Map<string, Withdrawal>();
  for (const given of members.flatMap((name) => list(claims[name]))) {
    const entry: Json = typeof given === "string" ? { id: given } : given;
    if (!isObject(entry)) throw bad();
    const revoked = "revoked" in entry ? entry.revoked : true;
    const names = [entry.id, entry.uid].filter((name) => typeof name === "string");
    if (typeof revoked !== "boolean" || names.length === 0) throw bad();
    if (revoked) for (const name of names) withdrawn.set(name, { message: plainText(entry.revocationReason) });
  }
  return { id: own ?? "", issuer: identifier(claims.issuer) ?? "", withdrawn };
}

/** The host of an address, with its port where that is not the usual one; "" for none. */
export const siteOf = (address: string): string => {
  try {
    return new URL(address).host;
  } catch {
    return "";
  }
};

const hostOf = (address: string): string => siteOf(address).replace(/:\d+$/, "");

/**
 * Is a list, by its own `id`, another than the one at `address`? The specification would have the
 * two equal. Issuers who moved their lists to another host kept the signed `id`, and the list's name
 * in it; others name none, or a URN.
 */
export function isAnother(id: Json | undefined, address: string): boolean {
  const [own, wanted] = [identifier(id) ?? "", address].map((text) => text.split("#")[0].replace(/\/+$/, ""));
  if (!own.startsWith("https://") || own === wanted) return false;
  const name = (text: string) => text.slice(text.lastIndexOf("/") + 1);
  return hostOf(own) === hostOf(wanted) || name(own) !== name(wanted);
}

function encodedText(encoded: Json | undefined): string {
  if (typeof encoded !== "string" || encoded.length > MAX_ENCODED_CHARS) throw bad();
  return encoded;
}

/** An `encodedList` as plain base64url, whatever its kind of list writes. */
function bodyOf(encoded: string, multibase: boolean): string {
  if (multibase) {
    if (!encoded.startsWith("u")) throw bad();
    return encoded.slice(1);
  }
  // The older kinds said base64 at first and base64url later. Gzip begins 1f 8b and zlib 78, so
  // either begins with "H" or "e": a leading "u" is a multibase prefix.
  return encoded.replace(/^u/, "").replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}

function base64urlOf(text: string): Bytes {
  try {
    return base64url(text);
  } catch {
    throw bad();
  }
}

/** Unpack base64url text within what the lists of one check may take together. */
function unpack(body: string, how: (data: Bytes) => Bytes, lists: Lists): Bytes {
  if (lists.left < 0) throw unsupported("too_complex");
  lists.left -= MAX_LIST_BYTES; // what one that cannot be unpacked may have taken
  const bits = how(base64urlOf(body));
  lists.left += MAX_LIST_BYTES - bits.length;
  return bits;
}

function inflated(data: Uint8Array): Bytes {
  let out: Bytes;
  try {
    out = inflateRaw(data, new Uint8Array(), MAX_LIST_BYTES);
  } catch {
    throw bad();
  }
  if (out.length === 0) throw bad();
  return out;
}

const tail = (data: Bytes, bytes: number) => new DataView(data.buffer, data.byteOffset + data.length - bytes);

/** One gzip member (RFC 1952), bounded, with its checksum and length checked. */
function gunzip(data: Bytes): Bytes {
  if (data.length < 18 || data[0] !== 0x1f || data[1] !== 0x8b || data[2] !== 8 || data[3] & 0xe0) throw bad();
  let at = 10;
  if (data[3] & 4) at += 2 + (data[at] | (data[at + 1] << 8));
  for (const flag of [8, 16]) if (data[3] & flag) at = data.indexOf(0, at) + 1 || data.length;
  if (data[3] & 2) at += 2;
  const out = inflated(data.subarray(at, -8));
  const end = tail(data, 8);
  if (end.getUint32(0, true) !== crc32(out) || end.getUint32(4, true) !== out.length) throw bad();
  return out;
}

/** A zlib stream (RFC 1950), bounded, with its checksum checked. */
function unzlib(data: Bytes): Bytes {
  const [method, flags] = data;
  if (data.length < 8 || (method & 15) !== 8 || method >> 4 > 7 || flags & 0x20 || ((method << 8) | flags) % 31) throw bad();
  const out = inflated(data.subarray(2, -4));
  let [a, b] = [1, 0];
  for (const byte of out) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  if (tail(data, 4).getUint32(0) !== ((b << 16) | a) >>> 0) throw bad();
  return out;
}
