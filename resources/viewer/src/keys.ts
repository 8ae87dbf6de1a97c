// Public keys and the names that contain them: Multikey, JWK, did:key, did:jwk, DID documents.
// Fetching a document is somebody else's work.

import { base58, base64loose, base64url, type Bytes, concat, equal, hex, toBase58, toBase64url, utf8 } from "./bytes";
import { ecPoint, onSecp256k1, properEd25519, type PublicKey, secp256k1Affine } from "./crypto";
import { malformed, Refusal, unsupported } from "./errors";
import type { Fact } from "./model";
import { isObject, type Json, type JsonObject, list, parseJson, parseObject } from "./strictjson";
import { jsonEqual } from "./term";

const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 8192;
const RSA_MAX_DER = 4096;
const MAX_BASE58_CHARS = 1600;
const MAX_MULTIBASE_CHARS = 64 * 1024;
const MAX_DID_CHARS = 8 * 1024;
const MAX_HEADER_CHARS = 32 * 1024;
const MAX_METHODS = 200;
const MAX_MEMBER_CHARS = 1400;
const DOCUMENT_LIMITS = { size: 1024 * 1024, depth: 24 };

/** Base58btc, base64url or base64 multibase. */
export function multibase(value: string): Bytes {
  const body = value.slice(1);
  if (body === "" || value.length > MAX_MULTIBASE_CHARS) throw malformed("bad_multibase");
  if (value[0] === "z") return base58(body, MAX_BASE58_CHARS);
  if (value[0] === "u") return base64url(body);
  if (value[0] === "m") return base64loose(body);
  throw malformed("bad_multibase");
}

function ec(curve: "P-256" | "P-384" | "P-521", bytes: Uint8Array): PublicKey {
  const data = ecPoint(curve, bytes);
  if (data === null) throw malformed("bad_key");
  return { type: curve, data };
}

function ed25519(data: Bytes): PublicKey {
  if (!properEd25519(data)) throw malformed("bad_key");
  return { type: "Ed25519", data };
}

function secp256k1(data: Bytes): PublicKey {
  if (data.length !== 33 || !onSecp256k1(data)) throw malformed("bad_key");
  return { type: "secp256k1", data };
}

/** Read a Multikey (Controlled Identifiers 1.0, section 2.2.2). */
export const multikey = (value: string): PublicKey => multikeyOf(multibase(value));

/** Read the bytes of a Multikey: a codec and the key material. */
export function multikeyOf(bytes: Bytes): PublicKey {
  const codec = bytes.length < 2 ? 0 : (bytes[0] << 8) | bytes[1];
  const body = bytes.slice(2);
  const sized = (size: number) => {
    if (body.length !== size) throw malformed("bad_key");
    return body;
  };
  switch (codec) {
    case 0xed01:
      return ed25519(sized(32));
    case 0x8024:
      return ec("P-256", sized(33));
    case 0x8124:
      return ec("P-384", sized(49));
    case 0x8224:
      return ec("P-521", sized(67));
    case 0xd1d6: // jwk_jcs-pub: a whole JWK, as EBSI names natural persons
      if (body[0] !== 3) throw unsupported("key_unsupported");
      return jwkKey(parseObject(body.slice(1)));
    case 0xe701:
      return secp256k1(sized(33));
    case 0x8524:
      return rsaOfDer(body);
    default:
      throw unsupported("key_unsupported");
  }
}

const member = (jwk: JsonObject, name: string, size: number | null): Bytes => {
  const value = jwk[name];
  if (typeof value !== "string" || value.length > MAX_MEMBER_CHARS) throw malformed("bad_key");
  const data = base64url(value);
  if (size !== null && data.length !== size) throw malformed("bad_key");
  return data;
};

function trimmed(bytes: Uint8Array): Bytes {
  let start = 0;
  while (start < bytes.length && bytes[start] === 0) start++;
  return bytes.slice(start) as Bytes;
}

function rsa(modulus: Uint8Array, exponent: Uint8Array): PublicKey {
  const [n, e] = [trimmed(modulus), trimmed(exponent)];
  const bits = n.length === 0 ? 0 : n.length * 8 - (Math.clz32(n[0]) - 24);
  if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS || e.length === 0 || e.length > 4) throw malformed("bad_key");
  if ((e.length === 1 && e[0] < 3) || (e[e.length - 1] & 1) === 0) throw malformed("bad_key");
  return { type: "RSA", n: toBase64url(n), e: toBase64url(e) };
}

// The algorithms of a SubjectPublicKeyInfo (RFC 5480, RFC 8410, RFC 8017), as the end of their OIDs.
const SPKI: [end: string, type: PublicKey["type"]][] = [
  ["2b6570", "Ed25519"], ["2a8648ce3d030107", "P-256"], ["2b81040022", "P-384"], ["2b81040023", "P-521"], ["2b8104000a", "secp256k1"], ["2a864886f70d010101", "RSA"],
];

/** The public key in an X.509 certificate, of which nothing else is looked at. */
export function certificateKey(bytes: Bytes): PublicKey {
  const [certificate, after] = der(bytes, 0x30);
  let [rest] = der(certificate, 0x30);
  if (after.length > 0) throw malformed("bad_key");
  if (rest[0] === 0xa0) [, rest] = der(rest, 0xa0);
  for (const tag of [0x02, 0x30, 0x30, 0x30, 0x30]) [, rest] = der(rest, tag); // up to the subject
  const [info] = der(rest, 0x30);
  const [algorithm, string] = der(info, 0x30);
  const [bits] = der(string, 0x03);
  const name = hex(algorithm.slice(0, 40));
  const type = SPKI.find(([end]) => name.endsWith(end) || name.endsWith(`${end}0500`))?.[1];
  const key = bits.slice(1) as Bytes;
  if (type === "Ed25519") return ed25519(key);
  if (type === "RSA") return rsaOfDer(key);
  if (type === "secp256k1") return secp256k1(key.length === 65 ? concat(Uint8Array.of(2 + (key[64] & 1)), key.slice(1, 33)) : key);
  if (type === undefined) throw unsupported("key_unsupported");
  return ec(type, key);
}

/** Read one DER element of the tag that is expected; return its body and what follows. */
function der(bytes: Uint8Array, tag: number): [body: Uint8Array, rest: Uint8Array] {
  let size = bytes[1];
  let at = 2;
  if (size > 0x80) {
    const count = size & 0x7f;
    if (count > 3) throw malformed("bad_key");
    size = 0;
    for (let i = 0; i < count; i++) size = (size << 8) | bytes[at++];
  }
  if (bytes[0] !== tag || size === 0x80 || at + size > bytes.length) throw malformed("bad_key");
  return [bytes.subarray(at, at + size), bytes.subarray(at + size)];
}

/** An RSA key as DER RSAPublicKey (RFC 8017) or SubjectPublicKeyInfo. */
function rsaOfDer(bytes: Uint8Array): PublicKey {
  if (bytes.length > RSA_MAX_DER) throw malformed("bad_key");
  let [inner] = der(bytes, 0x30);
  if (inner[0] === 0x30) {
    const [, string] = der(inner, 0x30);
    const [bits] = der(string, 0x03);
    [inner] = der(bits.subarray(1), 0x30);
  }
  const [n, rest] = der(inner, 0x02);
  const [e] = der(rest, 0x02);
  return rsa(n, e);
}

const PEM = /^[ \t\r\n]*-----BEGIN ((?:RSA )?PUBLIC KEY)-----([A-Za-z0-9+/= \t\r\n]+)-----END \1-----[ \t\r\n]*$/;

/** The RSA key in a PEM text: SubjectPublicKeyInfo or RSAPublicKey (RFC 7468, RFC 8017). */
export function keyOfPem(pem: Json | undefined): PublicKey {
  const match = typeof pem === "string" && pem.length <= 2 * RSA_MAX_DER ? PEM.exec(pem) : null;
  if (match === null) throw malformed("bad_key");
  try {
    return rsaOfDer(base64loose(match[2].replace(/\s+/g, "")));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw malformed("bad_key");
  }
}

const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** Read a JWK (RFC 7517); a published private key proves nothing. */
export function jwkKey(jwk: Json | undefined): PublicKey {
  if (!isObject(jwk) || PRIVATE.some((name) => name in jwk)) throw malformed("bad_key");
  if ("use" in jwk && jwk.use !== "sig") throw malformed("bad_key");
  if ("key_ops" in jwk && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes("verify"))) throw malformed("bad_key");
  if (jwk.kty === "OKP" && jwk.crv === "Ed25519") return ed25519(member(jwk, "x", 32));
  if (jwk.kty === "RSA") return rsa(member(jwk, "n", null), member(jwk, "e", null));
  if (jwk.kty === "EC" && (jwk.crv === "P-256" || jwk.crv === "P-384" || jwk.crv === "P-521" || jwk.crv === "secp256k1")) {
    const size = jwk.crv === "P-521" ? 66 : jwk.crv === "P-384" ? 48 : 32;
    const [x, y] = [member(jwk, "x", size), member(jwk, "y", size)];
    if (jwk.crv === "secp256k1") {
      if (!onSecp256k1(concat(Uint8Array.of(4), x, y))) throw malformed("bad_key");
      return secp256k1(concat(Uint8Array.of(2 + (y[31] & 1)), x));
    }
    return ec(jwk.crv, concat(Uint8Array.of(4), x, y));
  }
  throw unsupported("key_unsupported");
}

/** Members a thumbprint needs and nothing else, in their order (RFC 7638). */
function jwkOf(key: PublicKey): { [name: string]: string } {
  if (key.type === "RSA") return { e: key.e, kty: "RSA", n: key.n };
  if (key.type === "Ed25519") return { crv: "Ed25519", kty: "OKP", x: toBase64url(key.data) };
  const point = key.type === "secp256k1" ? secp256k1Affine(key.data) : key.data.slice(1);
  const size = point.length / 2;
  return { crv: key.type, kty: "EC", x: toBase64url(point.slice(0, size)), y: toBase64url(point.slice(size)) };
}

export const didJwk = (key: PublicKey): string => `did:jwk:${toBase64url(utf8(JSON.stringify(jwkOf(key))))}`;

const CODECS: { [type: string]: number } = { Ed25519: 0xed01, "P-256": 0x8024, "P-384": 0x8124, "P-521": 0x8224, secp256k1: 0xe701 };

/** The did:key of a key; of an RSA key, which nobody names so, its did:jwk. */
export function didKey(key: PublicKey): string {
  if (key.type === "RSA") return didJwk(key);
  const nist = key.type.startsWith("P-");
  const half = (key.data.length - 1) / 2;
  const data = nist ? concat(Uint8Array.of(2 + (key.data[2 * half] & 1)), key.data.slice(1, half + 1)) : key.data;
  return `did:key:z${toBase58(concat(Uint8Array.of(CODECS[key.type] >> 8, CODECS[key.type] & 255), data))}`;
}

/** The did:key or did:jwk (without a fragment) as a key. */
export function keyOfDid(did: string): PublicKey {
  if (did.startsWith("did:key:")) return multikey(did.slice(8));
  if (did.length > MAX_HEADER_CHARS) throw malformed("bad_key");
  return jwkKey(parseJson(base64url(did.slice(8))));
}

export function sameKey(a: PublicKey, b: PublicKey): boolean {
  if (a.type === "RSA") return b.type === "RSA" && a.n === b.n && a.e === b.e;
  return a.type === b.type && equal(a.data, (b as typeof a).data);
}

/** The DID and the fragment of a DID URL. */
export function splitDid(url: string): [did: string, fragment: string] {
  const at = url.indexOf("#");
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at + 1)];
}

/** The method name of a DID; "" for what is no DID. */
export function methodOf(did: string): string {
  const parts = did.split(":");
  return parts.length >= 3 && parts[0] === "did" ? parts[1] : "";
}

// A name of at least two labels, the last not a number (so no IP address), and an encoded port.
const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const AUTHORITY = new RegExp(`^((?=[^%]{1,253}(?:%|$))(?:${LABEL}\\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:%3[Aa]([1-9][0-9]{0,4}))?$`);

/** Where the document of a did:web is (did:web Method Specification, "Read"). */
export function documentUrl(did: string): string {
  if (methodOf(did) !== "web") throw unsupported("did_method_unsupported");
  const [authority, ...segments] = did.slice(8).split(":");
  const found = AUTHORITY.exec(authority);
  if (did.length > MAX_DID_CHARS || found === null || Number(found[2] ?? 0) > 65535) throw malformed("bad_did_document");
  if (!segments.every((s) => /^[A-Za-z0-9._~-]+$/.test(s) && s !== "." && s !== "..")) throw malformed("bad_did_document");
  const port = found[2] === undefined ? "" : `:${found[2]}`;
  return `https://${found[1].toLowerCase()}${port}/${segments.length > 0 ? segments.join("/") : ".well-known"}/did.json`;
}

/** Where a name can be read on the web: the host of a did:web or an https address. */
export function domainOf(id: string): string | null {
  try {
    if (methodOf(id) === "web") return new URL(documentUrl(splitDid(id)[0])).host;
    return /^https?:\/\//.test(id) ? new URL(id).host : null;
  } catch {
    return null;
  }
}

/** A key with its name and owner; `problem` says why there is no key. */
export interface Method {
  id: string;
  controller: string | null;
  key: PublicKey | null;
  problem: Refusal | null;
  /** When it was revoked and when it expires (Controlled Identifiers 1.0 section 2.2), as written. */
  ends: [revoked: Json, expires: Json];
}

/** What a DID (or controlled identifier) document says about keys. */
export class DidDocument {
  readonly methods = new Map<string, Method>();
  private readonly relationships = new Map<string, Set<string>>();

  constructor(document: JsonObject, readonly id: string, readonly readAt: Date) {
    if (document.id !== id) throw malformed("bad_did_document");
    for (const value of [...list(document.verificationMethod), ...list(document.publicKey)]) this.add(value);
    for (const name of ["assertionMethod", "authentication"]) {
      const named = list(document[name]).map((value) => (typeof value === "string" ? absolute(value, id) : this.add(value)));
      this.relationships.set(name, new Set(named));
    }
  }

  static parse({ body, readAt }: Fact, id: string): DidDocument {
    return new DidDocument(parseObject(body, DOCUMENT_LIMITS), id, readAt);
  }

  authorises(methodId: string, purpose: string): boolean {
    return this.relationships.get(purpose)?.has(methodId) ?? false;
  }

  private add(value: Json): string {
    if (this.methods.size >= MAX_METHODS) throw malformed("too_large");
    const method = verificationMethod(value, this.id);
    const known = this.methods.get(method.id);
    const same = known === undefined || (jsonEqual(known.ends, method.ends) && (known.key === null ? method.key === null : method.key !== null && sameKey(known.key, method.key)));
    if (!same) throw malformed("bad_did_document");
    this.methods.set(method.id, method);
    return method.id;
  }
}

const absolute = (name: string, base: string) => (name.startsWith("#") ? base + name : name);

/** Read one verification method; relative ids are resolved against `base`. */
export function verificationMethod(value: Json, base: string): Method {
  if (!isObject(value) || typeof value.id !== "string") throw malformed("bad_did_document");
  const id = absolute(value.id, base);
  const controller = typeof value.controller === "string" && value.controller ? value.controller : null;
  const ends: Method["ends"] = [value.revoked ?? null, value.expires ?? null];
  try {
    return { id, controller, key: methodKey(value), problem: null, ends };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { id, controller, key: null, problem: error, ends };
  }
}

function methodKey(value: JsonObject): PublicKey {
  if ("publicKeyJwk" in value) return jwkKey(value.publicKeyJwk);
  if (typeof value.publicKeyMultibase === "string") {
    const data = multibase(value.publicKeyMultibase);
    if (value.type === "Ed25519VerificationKey2020" && data.length === 32) return ed25519(data);
    return multikey(value.publicKeyMultibase);
  }
  if (typeof value.publicKeyBase58 === "string") {
    const data = () => base58(value.publicKeyBase58 as string, MAX_BASE58_CHARS);
    if (value.type === "Ed25519VerificationKey2018") return ed25519(data());
    if (value.type === "EcdsaSecp256k1VerificationKey2019") return secp256k1(data());
  }
  if (typeof value.publicKeyPem === "string" && value.type === "RsaVerificationKey2018") return keyOfPem(value.publicKeyPem);
  throw unsupported("key_unsupported");
}
