// A badge baked into a PNG picture (Open Badges 3.0, section 5.3): the chunks are walked, not
// searched for. Nothing here draws or trusts the picture.

import { type Bytes, text as decode, utf8 } from "./bytes";
import { malformed, unsupported } from "./errors";
import { inflateRaw } from "./inflate";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_CREDENTIAL = 4 * 1024 * 1024;
const MAX_CHUNKS = 100_000;
const OPEN_BADGE_3 = "openbadgecredential";
const OPEN_BADGE_2 = "openbadges";

export const isPng = (data: Uint8Array): boolean => SIGNATURE.every((byte, i) => data[i] === byte);

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});

export function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const latin1 = (data: Uint8Array) => String.fromCharCode(...data);

/** Yield every chunk up to IEND, each with its length and checksum checked. */
function* chunks(data: Uint8Array): Generator<[kind: string, body: Uint8Array]> {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = SIGNATURE.length;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    if (at + 12 > data.length) break;
    const size = view.getUint32(at);
    const end = at + 8 + size;
    const kind = latin1(data.subarray(at + 4, at + 8));
    if (end + 4 > data.length || (count === 0) !== (kind === "IHDR")) break;
    if (crc32(data.subarray(at + 4, end)) !== view.getUint32(end)) break;
    yield [kind, data.subarray(at + 8, end)];
    if (kind === "IEND") return;
    at = end + 4;
  }
  throw malformed("bad_image");
}

/** Inflate a zlib stream (RFC 1950) without preset dictionary. */
function inflate(data: Uint8Array): Uint8Array {
  if (data.length < 6 || (data[0] & 15) !== 8 || ((data[0] << 8) | data[1]) % 31 !== 0 || data[1] & 32) throw malformed("bad_image");
  let out: Uint8Array;
  try {
    out = inflateRaw(data.subarray(2, -4), new Uint8Array(), MAX_CREDENTIAL);
  } catch {
    throw malformed("bad_image");
  }
  let [a, b] = [1, 0];
  for (const byte of out) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  const end = new DataView(data.buffer, data.byteOffset + data.length - 4).getUint32(0);
  if (end !== ((b << 16) | a) >>> 0) throw malformed("bad_image");
  return out;
}

/** The text of an iTXt, tEXt or zTXt chunk after its keyword (PNG 11.3.3). */
function textOf(kind: string, rest: Uint8Array): Uint8Array {
  if (kind === "tEXt") return rest;
  if (kind === "zTXt") {
    if (rest[0] !== 0) throw malformed("bad_image");
    return inflate(rest.subarray(1));
  }
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  if (rest[0] > 1 || translated < 0 || (rest[0] === 1 && rest[1] !== 0)) throw malformed("bad_image");
  const body = rest.subarray(translated + 1);
  return rest[0] === 1 ? inflate(body) : body;
}

/** What was baked under the older keyword: of what standard it is, its reader tells. */
export function olderBadge(text: Bytes): Bytes {
  if (/^https?:\/\//i.test(latin1(text.subarray(0, 8)))) throw unsupported("format_unsupported", { kind: "open-badge-1" });
  return text;
}

/** The credential baked into a PNG: JSON or a compact JWS. */
export function bakedCredential(data: Uint8Array): Bytes {
  const found = new Map<string, Uint8Array>();
  for (const [kind, body] of chunks(data)) {
    if (kind !== "iTXt" && kind !== "tEXt" && kind !== "zTXt") continue;
    const end = body.indexOf(0);
    const keyword = latin1(body.subarray(0, Math.min(end < 0 ? body.length : end, 80)));
    if ((keyword === OPEN_BADGE_3 || keyword === OPEN_BADGE_2) && !found.has(keyword)) {
      found.set(keyword, textOf(kind, body.subarray(keyword.length + 1)));
    }
  }
  const newer = found.get(OPEN_BADGE_3);
  if (newer !== undefined) return credentialText(newer);
  const older = found.get(OPEN_BADGE_2);
  if (older === undefined) throw malformed("no_credential_in_image");
  return olderBadge(credentialText(older));
}

function credentialText(data: Uint8Array): Bytes {
  if (data.length > MAX_CREDENTIAL) throw malformed("too_large");
  const text = decode(data).replace(/^[ \t\r\n\0]+|[ \t\r\n\0]+$/g, "");
  if (text === "") throw malformed("no_credential_in_image");
  return utf8(text);
}
