// Digests and signature verification. WebCrypto where the browser has the algorithm; a small
// audited library for Ed25519 and SHA-256 (WebCrypto has Ed25519 from Chrome 137, Firefox 129 and
// Safari 17, and its digests are asynchronous, which canonicalisation cannot use).

import * as ed from "@noble/ed25519";
import * as secp from "@noble/secp256k1";
import { sha256 as nobleSha256, sha384 as nobleSha384, sha512 as nobleSha512 } from "@noble/hashes/sha2.js";

import { type Bytes, concat, utf8 } from "./bytes";

/** A public key: Ed25519 raw bytes, a NIST point uncompressed, a secp256k1 point compressed, RSA as in a JWK. */
export type PublicKey =
  | { type: "Ed25519"; data: Bytes }
  | { type: "P-256" | "P-384" | "P-521"; data: Bytes }
  | { type: "secp256k1"; data: Bytes }
  | { type: "RSA"; n: string; e: string };

/** A signature algorithm as the desktop names it (RFC 7518 and RFC 9864 where they have one). */
export type Algorithm = "EdDSA" | "ES256" | "ES256K" | "ES384" | "ES512" | "RS256" | "PS256";

ed.hashes.sha512 = nobleSha512 as (message: Uint8Array) => Uint8Array<ArrayBuffer>;

const octets = (data: Uint8Array | string): Uint8Array => (typeof data === "string" ? utf8(data) : data);
export const sha256 = (data: Uint8Array | string): Bytes => nobleSha256(octets(data)) as Bytes;
export const sha384 = (data: Uint8Array | string): Bytes => nobleSha384(octets(data)) as Bytes;
export const sha512 = (data: Uint8Array): Bytes => nobleSha512(data) as Bytes;

const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;

/** Raised when this browser cannot compute an algorithm: an answer of "could not be checked". */
export class NoAlgorithm extends Error {}

async function webcrypto(
  format: "raw" | "jwk",
  key: BufferSource | JsonWebKey,
  importAs: AlgorithmIdentifier | EcKeyImportParams | RsaHashedImportParams,
  verifyAs: AlgorithmIdentifier | EcdsaParams,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  if (subtle === undefined) throw new NoAlgorithm();
  const imported = await subtle.importKey(format as "raw", key as BufferSource, importAs, false, ["verify"]);
  return subtle.verify(verifyAs, imported, signature, message);
}

async function ed25519(key: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (signature.length !== 64) return false;
  try {
    return await webcrypto("raw", key, { name: "Ed25519" }, { name: "Ed25519" }, signature, message);
  } catch {
    // No Ed25519 here, or a key that the browser's own code refuses: the library decides.
  }
  try {
    return ed.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

/** No browser has secp256k1. JOSE does not ask for the lower of the two forms of a signature. */
function es256k(key: Bytes, signature: Bytes, message: Bytes): boolean {
  try {
    return signature.length === 64 && secp.verify(signature, sha256(message), key, { prehash: false, lowS: false });
  } catch {
    return false;
  }
}

/** The coordinates of a secp256k1 point, one after the other. */
export const secp256k1Affine = (point: Bytes): Bytes => secp.Point.fromBytes(point).toBytes(false).slice(1) as Bytes;

/** Is this a point of secp256k1? */
export function onSecp256k1(point: Bytes): boolean {
  return secp.utils.isValidPublicKey(point);
}

const ECDSA = {
  ES256: ["P-256", 64, "SHA-256"],
  ES384: ["P-384", 96, "SHA-384"],
  ES512: ["P-521", 132, "SHA-512"],
} as const;

/** Does `signature` over `message` hold for `key`? A wrong key for the algorithm never holds. */
export async function verifySignature(
  algorithm: Algorithm,
  key: PublicKey,
  signature: Bytes,
  message: Bytes,
): Promise<boolean> {
  if (algorithm === "EdDSA") return key.type === "Ed25519" && ed25519(key.data, signature, message);
  if (algorithm === "ES256K") return key.type === "secp256k1" && es256k(key.data, signature, message);
  if (algorithm === "RS256" || algorithm === "PS256") {
    if (key.type !== "RSA") return false;
    // A PSS salt is as long as its hash (RFC 7518 section 3.5).
    const rsa = { name: algorithm === "RS256" ? "RSASSA-PKCS1-v1_5" : "RSA-PSS", hash: "SHA-256", saltLength: 32 };
    const jwk = { kty: "RSA", n: key.n, e: key.e, alg: algorithm, ext: true };
    return webcrypto("jwk", jwk, rsa, rsa, signature, message);
  }
  const [curve, size, hash] = ECDSA[algorithm];
  if (key.type !== curve || signature.length !== size) return false;
  const ec = { name: "ECDSA", namedCurve: curve };
  return webcrypto("raw", key.data, ec, { name: "ECDSA", hash }, signature, message);
}

// The NIST curves' field primes and b (a is -3 in all): for points sent compressed.
const CURVES = {
  "P-256": {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    size: 32,
  },
  "P-384": {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    size: 48,
  },
  "P-521": {
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    size: 66,
  },
} as const;

// Ed25519 keys of small order (RFC 8032 section 5.1; y coordinates of the eight torsion points):
// under such a key one signature fits many messages.
const P25519 = 2n ** 255n - 19n;
const Y8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const SMALL_ORDER = new Set([0n, 1n, P25519 - 1n, Y8, P25519 - Y8]);

/** Is this an Ed25519 key that can be relied on? */
export function properEd25519(data: Uint8Array): boolean {
  const y = toInt(Uint8Array.from(data).reverse()) & (2n ** 255n - 1n);
  return data.length === 32 && y < P25519 && !SMALL_ORDER.has(y);
}

const toInt = (bytes: Uint8Array) => bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n);

function fromInt(value: bigint, size: number): Bytes {
  const out = new Uint8Array(size);
  for (let i = size - 1; i >= 0; i--, value >>= 8n) out[i] = Number(value & 255n);
  return out;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus) {
    if (e & 1n) result = (result * b) % modulus;
  }
  return result;
}

/** Read an EC point, compressed or not; null when it is not on the curve. */
export function ecPoint(curve: keyof typeof CURVES, bytes: Uint8Array): Bytes | null {
  const { p, b, size } = CURVES[curve];
  const form = bytes[0];
  const compressed = form === 2 || form === 3;
  if (bytes.length !== (compressed ? size + 1 : 2 * size + 1) || (!compressed && form !== 4)) return null;
  const x = toInt(bytes.subarray(1, size + 1));
  if (x >= p) return null;
  const square = (((x * x - 3n) * x + b) % p + p) % p;
  let y = compressed ? power(square, (p + 1n) / 4n, p) : toInt(bytes.subarray(size + 1));
  if (y >= p || (y * y) % p !== square) return null;
  if (compressed && (y & 1n) !== BigInt(form & 1)) y = p - y;
  return concat(Uint8Array.of(4), fromInt(x, size), fromInt(y, size));
}
