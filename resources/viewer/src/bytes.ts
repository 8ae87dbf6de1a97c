// Bytes and their spellings: UTF-8, base64(url), base32, base58btc, hex. Strict decoders.

import { malformed } from "./errors";

export type Bytes = Uint8Array<ArrayBuffer>;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const utf8 = (text: string): Bytes => encoder.encode(text) as Bytes;

/** Decode UTF-8 strictly; a byte sequence that is not UTF-8 is refused. */
export function text(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed("not_utf8");
  }
}

export function concat(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const b of bytes) out += (b < 16 ? "0" : "") + b.toString(16);
  return out;
}

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

const B64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const B64 = B64URL.slice(0, 62) + "+/";
const B32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

const values = (alphabet: string) => new Map([...alphabet].map((c, i) => [c, i]));
const TABLES = { b64url: values(B64URL), b64: values(B64), b32: values(B32), b58: values(B58) };

/**
 * Decode a power-of-two alphabet. `cut` keeps the whole bytes of a text that was cut anywhere;
 * otherwise left-over bits must be zero and fewer than one character's worth.
 */
function radix(input: string, table: Map<string, number>, width: number, cut: boolean): Bytes {
  const out = new Uint8Array(Math.floor((input.length * width) / 8));
  let buffer = 0;
  let bits = 0;
  let at = 0;
  for (const char of input) {
    const value = table.get(char);
    if (value === undefined) throw malformed("bad_multibase");
    buffer = ((buffer << width) | value) & 0xffff;
    bits += width;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (buffer >> bits) & 0xff;
    }
  }
  if (!cut && (bits >= width || (buffer & ((1 << bits) - 1)) !== 0)) {
    throw malformed("bad_multibase");
  }
  return out;
}

/** base64url without padding (RFC 4648 section 5, as JOSE and multibase `u` use it). */
export const base64url = (input: string, cut = false) => radix(input, TABLES.b64url, 6, cut);

/** base32 upper case without padding (multibase `B`). */
export const base32 = (input: string, cut = false) => radix(input, TABLES.b32, 5, cut);

/** base64 with its padding (data URLs). */
export function base64(input: string): Bytes {
  const bare = input.replace(/={0,2}$/, "");
  if (input.length % 4 !== 0 || input.length - bare.length > 2) throw malformed("bad_multibase");
  return radix(bare, TABLES.b64, 6, false);
}

/** base64, padded or not (RFC 4648 section 4); stray bits are let through, as the desktop does. */
export function base64loose(input: string): Bytes {
  const bare = input.replace(/={1,2}$/, "");
  if (bare.length % 4 === 1 || (bare.length !== input.length && input.length % 4 !== 0)) throw malformed("bad_signature_encoding");
  return radix(bare, TABLES.b64, 6, true);
}

export function toBase64url(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += B64URL[n >> 18] + B64URL[(n >> 12) & 63];
    if (left > 1) out += B64URL[(n >> 6) & 63];
    if (left > 2) out += B64URL[n & 63];
  }
  return out;
}

/** base58btc; the work is quadratic, so what comes in is bounded. */
export function base58(input: string, maxChars = 4096): Bytes {
  if (input.length > maxChars) throw malformed("too_large");
  const out: number[] = [];
  for (const char of input) {
    let carry = TABLES.b58.get(char);
    if (carry === undefined) throw malformed("bad_multibase");
    for (let i = 0; i < out.length; i++) {
      carry += out[i] * 58;
      out[i] = carry & 0xff;
      carry >>= 8;
    }
    while (carry > 0) {
      out.push(carry & 0xff);
      carry >>= 8;
    }
  }
  for (let i = 0; i < input.length && input[i] === "1"; i++) out.push(0);
  return Uint8Array.from(out.reverse());
}

export function toBase58(bytes: Uint8Array): string {
  const digits: number[] = [];
  for (const byte of bytes) {
    let carry = byte;
    for (let i = 0; i < digits.length; i++) {
      carry += digits[i] << 8;
      digits[i] = carry % 58;
      carry = Math.floor(carry / 58);
    }
    while (carry > 0) {
      digits.push(carry % 58);
      carry = Math.floor(carry / 58);
    }
  }
  let zeros = 0;
  while (zeros < bytes.length && bytes[zeros] === 0) zeros++;
  return "1".repeat(zeros) + digits.reverse().map((d) => B58[d]).join("");
}
