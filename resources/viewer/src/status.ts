// Status lists read and asked: Bitstring Status List 1.0 and StatusList2021. That a list is signed,
// by whom, and in date is checked in `verify`. Bit 0 is the highest bit of the first octet.

import { crc32 } from "./badge";
import { base64url } from "./bytes";
import { malformed } from "./errors";
import { identifier, types } from "./fields";
import { inflateRaw } from "./inflate";
import type { StatusRef } from "./model";
import { isObject, type JsonObject } from "./strictjson";

const MAX_LIST_BYTES = 16 * 1024 * 1024;
const MAX_ENCODED_CHARS = 22 * 1024 * 1024;
const MAX_STATUS_SIZE = 8;
const ENTRY_TYPES = ["BitstringStatusListEntry", "StatusList2021Entry"];
// The bits mean the same in both, and issuers point with entries of one at lists of the other.
const LIST_TYPES = ["BitstringStatusList", "StatusList2021"];

export const isUnderstood = (ref: StatusRef): boolean => ENTRY_TYPES.includes(ref.type);

const bad = () => malformed("bad_status_list");

/** The status at the position of an entry, in the list credential that it points at. */
export function statusAt(claims: JsonObject, ref: StatusRef): number {
  let subject = claims.credentialSubject;
  if (Array.isArray(subject) && subject.length === 1) subject = subject[0];
  if (!isObject(subject)) throw bad();
  const kinds = types(subject.type);
  if (!LIST_TYPES.some((kind) => kinds.includes(kind))) throw bad();
  const purposes = types(subject.statusPurpose);
  if (!(purposes.length > 0 ? purposes : ["revocation"]).includes(ref.purpose)) throw bad();
  const encoded = subject.encodedList;
  if (typeof encoded !== "string" || encoded.length > MAX_ENCODED_CHARS) throw bad();
  const size = "statusSize" in ref.entry ? ref.entry.statusSize : 1;
  if (typeof size !== "number" || !Number.isInteger(size) || size < 1 || size > MAX_STATUS_SIZE) throw bad();
  const bits = unpack(bodyOf(encoded, kinds.includes("BitstringStatusList")));
  const start = (ref.index ?? 0) * size;
  if (start + size > bits.length * 8) throw bad();
  let value = 0;
  for (let at = start; at < start + size; at++) value = (value << 1) | ((bits[Math.floor(at / 8)] >> (7 - (at % 8))) & 1);
  return value;
}

const hostOf = (address: string): string => {
  try {
    return new URL(address).hostname;
  } catch {
    return "";
  }
};

/**
 * Is a list credential, by its own `id`, another than the one at `address`? The specification would
 * have the two equal. Issuers who moved their lists to another host kept the signed `id`, and the
 * list's name in it; others name none, or a URN.
 */
export function isAnother(claims: JsonObject, address: string): boolean {
  const [own, wanted] = [identifier(claims.id) ?? "", address].map((text) => text.split("#")[0].replace(/\/+$/, ""));
  if (!own.startsWith("https://") || own === wanted) return false;
  const name = (text: string) => text.slice(text.lastIndexOf("/") + 1);
  return hostOf(own) === hostOf(wanted) || name(own) !== name(wanted);
}

/** An `encodedList` as plain base64url, whatever its kind of list writes. */
function bodyOf(encoded: string, multibase: boolean): string {
  if (multibase) {
    if (!encoded.startsWith("u")) throw bad();
    return encoded.slice(1);
  }
  // StatusList2021 said base64 at first and base64url later. Gzip begins 1f 8b, so either begins
  // with "H": a leading "u" is a multibase prefix.
  return encoded.replace(/^u/, "").replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}

function unpack(body: string): Uint8Array {
  try {
    return gunzip(base64url(body));
  } catch {
    throw bad();
  }
}

/** One gzip member (RFC 1952), bounded, with its checksum and length checked. */
function gunzip(data: Uint8Array): Uint8Array {
  if (data.length < 18 || data[0] !== 0x1f || data[1] !== 0x8b || data[2] !== 8 || data[3] & 0xe0) throw bad();
  let at = 10;
  if (data[3] & 4) at += 2 + (data[at] | (data[at + 1] << 8));
  for (const flag of [8, 16]) if (data[3] & flag) at = data.indexOf(0, at) + 1 || data.length;
  if (data[3] & 2) at += 2;
  const out = inflateRaw(data.subarray(at, -8), new Uint8Array(), MAX_LIST_BYTES);
  const end = new DataView(data.buffer, data.byteOffset + data.length - 8);
  if (out.length === 0 || end.getUint32(0, true) !== crc32(out) || end.getUint32(4, true) !== out.length) throw bad();
  return out;
}
