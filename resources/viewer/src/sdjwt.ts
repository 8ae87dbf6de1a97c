// Selective disclosure for signed tokens: SD-JWT (RFC 9901), and SD-JWT VC told in the words of VCDM.
// The issuer signed digests; the disclosures that came along are put where their digests stand.

import { base64loose, base64url, type Bytes, toBase64url, utf8 } from "./bytes";
import { type PublicKey, sha256, sha384, sha512 } from "./crypto";
import { iso, numericDate } from "./dates";
import { malformed, Refusal, unsupported } from "./errors";
import { type Jws, readJws } from "./jose";
import { jwkKey, keyOfDid, splitDid } from "./keys";
import { emptyObject, isObject, type Json, type JsonObject, parseJson, parseObject } from "./strictjson";

const MAX_DISCLOSURES = 10_000;
const MAX_DEPTH = 100;
const START = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*~/;
const HASHES: { [name: string]: (data: Bytes) => Bytes } = { "sha-256": sha256, "sha-384": sha384, "sha-512": sha512 };
const KINDS = { bound: "kb+jwt" };

type Path = readonly string[];

/** An SD-JWT taken apart: `payload` holds what is disclosed, `unsigned` that more came along. */
export interface SdJwt {
  jws: Jws;
  payload: JsonObject;
  unsigned: boolean;
  /** Where something may not be disclosed: the objects and lists with a digest of nothing given. */
  hidden: Path[];
  binding: string;
  presented: string;
  digest: (text: string) => string;
}

/** Does a text, without space and quotes around it, start as an SD-JWT does? */
export const looksLikeSdJwt = (value: string): boolean => START.test(value);

const refused = () => malformed("bad_jose");

/** Take an SD-JWT apart and put its disclosures in place (RFC 9901 section 7.1). */
export function parseSdJwt(value: string): SdJwt {
  const [jwt, ...texts] = value.split("~");
  // Early drafts left out the tilde after the last disclosure.
  const binding = (texts.length > 0 && (texts.at(-1) === "" || texts.at(-1)!.includes(".")) ? texts.pop() : "") ?? "";
  if (texts.length > MAX_DISCLOSURES) throw malformed("too_large");
  const jws = readJws(jwt);
  const signed = parseObject(jws.payload);
  const name = signed._sd_alg === undefined ? "sha-256" : signed._sd_alg;
  if (typeof name !== "string") throw refused();
  if (!Object.hasOwn(HASHES, name)) throw unsupported("algorithm_unsupported");
  const digest = (text: string) => toBase64url(HASHES[name](utf8(text)));
  const given = new Map(texts.map((text) => [digest(text), disclosed(text)]));
  const unpacking = new Unpacking(given);
  const payload = unpacking.object(signed, []);
  delete payload._sd_alg;
  return { jws, payload, unsigned: unpacking.found !== texts.length, hidden: unpacking.hidden, binding, presented: [jwt, ...texts, ""].join("~"), digest };
}

/** Could what is hidden tell of the credential itself: not just of its subject, nor beside what must be open? */
export const isOfItself = ([first, second]: Path, format: string): boolean =>
  format === "sd-jwt-vc" ? OPEN.includes(first) : (first === "vc" ? second : first) !== "credentialSubject";

/** What one disclosure says: a claim's name, or null for an element, and the value. */
function disclosed(text: string): [string | null, Json] {
  let value: Json;
  try {
    const bytes = base64url(text);
    if (bytes[0] === 0xef) throw refused(); // no byte order mark inside a token
    value = parseJson(bytes);
  } catch (error) {
    throw error instanceof Refusal ? refused() : error;
  }
  if (!Array.isArray(value) || (value.length !== 2 && value.length !== 3) || typeof value[0] !== "string") throw refused();
  if (value.length === 2) return [null, value[1]];
  if (typeof value[1] !== "string" || value[1] === "_sd" || value[1] === "...") throw refused();
  return [value[1], value[2]];
}

/** Puts disclosures where their digests stand; each digest may stand in one place only. */
class Unpacking {
  found = 0;
  readonly hidden: Path[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly given: Map<string, [string | null, Json]>) {}

  object(node: JsonObject, path: Path): JsonObject {
    const made = emptyObject();
    for (const [name, value] of Object.entries(node)) {
      if (name === "...") throw refused();
      if (name !== "_sd") made[name] = this.value(value, [...path, name]);
    }
    if ("_sd" in node) {
      if (!Array.isArray(node._sd)) throw refused();
      for (const digest of node._sd) {
        const found = this.claimed(digest, path);
        if (found === undefined) continue;
        const name = found[0];
        if (name === null || name in made) throw refused();
        made[name] = this.value(found[1], [...path, name]);
        this.found++;
      }
    }
    return made;
  }

  private value(value: Json, path: Path): Json {
    if (!Array.isArray(value) && !isObject(value)) return value;
    if (path.length > MAX_DEPTH) throw malformed("too_deep");
    return isObject(value) ? this.object(value, path) : this.array(value, path);
  }

  private array(items: Json[], path: Path): Json[] {
    const made: Json[] = [];
    for (const item of items) {
      if (isObject(item) && "..." in item) {
        if (Object.keys(item).length !== 1) throw refused();
        const found = this.claimed(item["..."], path);
        if (found === undefined) continue;
        if (found[0] !== null) throw refused();
        made.push(this.value(found[1], [...path, ""]));
        this.found++;
      } else made.push(this.value(item, [...path, ""]));
    }
    return made;
  }

  private claimed(digest: Json, path: Path): [string | null, Json] | undefined {
    if (typeof digest !== "string" || this.seen.has(digest)) throw refused();
    this.seen.add(digest);
    const found = this.given.get(digest);
    if (found === undefined) this.hidden.push(path);
    return found;
  }
}

/** The compact form of an SD-JWT in JWS JSON serialisation (RFC 9901 section 8), or null. */
export function compactOfJson(value: JsonObject): string | null {
  const signatures = "signatures" in value ? value.signatures : [value];
  const one = Array.isArray(signatures) && signatures.length === 1 ? signatures[0] : null;
  if (!isObject(one) || !("payload" in value)) return null;
  const header = "header" in one ? one.header : emptyObject();
  if (!isObject(header)) return null;
  const disclosures = "disclosures" in header ? header.disclosures : [];
  const parts = [one.protected, value.payload, one.signature];
  const binding = "kb_jwt" in header ? header.kb_jwt : "";
  if (!Array.isArray(disclosures) || ![...parts, ...disclosures, binding].every((text) => typeof text === "string")) return null;
  const compact = [parts.join("."), ...disclosures, binding].join("~");
  return looksLikeSdJwt(compact) ? compact : null;
}

/** The key that a token is bound to (RFC 7800 `cnf`); null where it names none. */
export function holderKey(payload: JsonObject): PublicKey | null {
  const { cnf } = payload;
  if (cnf === undefined || cnf === null) return null;
  if (!isObject(cnf)) throw malformed("bad_key");
  // What the key may be used for is said of the private half by some wallets.
  if (isObject(cnf.jwk)) return jwkKey(Object.assign(emptyObject(), cnf.jwk, { use: "sig", key_ops: ["verify"] }));
  const name = typeof cnf.kid === "string" ? splitDid(cnf.kid)[0] : "";
  if (/^did:(?:key|jwk):/.test(name)) return keyOfDid(name);
  throw unsupported("key_unsupported");
}

/** What a key binding (RFC 9901 section 4.3) is over and says; null where it lacks what it must have. */
export function bindingOf(token: SdJwt): { jws: Jws; hash: Json } | null {
  const jws = readJws(token.binding);
  const payload = parseObject(jws.payload);
  const { typ } = jws.header;
  const bound = typeof typ === "string" && typ.toLowerCase().replace(/^application\//, "") === KINDS.bound;
  const whole = ["aud", "nonce", "sd_hash"].every((name) => typeof payload[name] === "string");
  return bound && whole && numericDate(payload.iat) !== null ? { jws, hash: payload.sd_hash } : null;
}

// What must not be withheld (SD-JWT VC section 2.2.2.2): whoever holds it could hide its end.
const OPEN = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];
// Claims about the credential, which are no claims about its subject.
// Claims of a VCDM credential, whose `type` may be all that is withheld: its end and its status would be taken for the subject's.
const OF_VCDM = ["@context", "vc", "credentialSubject", "credentialStatus", "validUntil", "expirationDate"];
const REGISTERED = new Set([...OPEN, "sub", "aud", "iat", "jti", "nonce", "issuer_name"]);

/** The first certificate of a header (RFC 7515 section 4.1.6); null without. */
export function certificate(header: JsonObject): Bytes | null {
  if (header.x5c === undefined || header.x5c === null) return null;
  const [first] = Array.isArray(header.x5c) ? header.x5c : [];
  if (typeof first !== "string") throw refused();
  return base64loose(first);
}

/** Whoever is known by a certificate alone (OpenID4VP 1.0, section 5.9.3). */
export const certificateName = (der: Bytes): string => `x509_hash:${toBase64url(sha256(der))}`;

/** The claims of an SD-JWT VC as VCDM JSON; null for another kind of token. */
export function vcClaims({ jws, payload }: SdJwt): JsonObject | null {
  if (typeof payload.vct !== "string") return null;
  if (OF_VCDM.some((name) => name in payload)) throw unsupported("format_unsupported");
  const open = parseObject(jws.payload);
  if (OPEN.some((name) => name in payload && !(name in open))) throw refused();
  const leaf = payload.iss === undefined || payload.iss === null ? certificate(jws.header) : null;
  const issuer = leaf === null ? payload.iss : certificateName(leaf);
  if (typeof issuer !== "string" || issuer === "") throw malformed("missing_field");
  const name = [payload.issuer_name, payload.issuing_authority].find((one) => typeof one === "string");
  const claims = Object.assign(emptyObject(), { type: ["VerifiableCredential", payload.vct], issuer: name === undefined ? issuer : { id: issuer, name } });
  if (typeof payload.jti === "string") claims.id = payload.jti;
  const start = numericDate("nbf" in payload ? payload.nbf : payload.iat);
  const end = numericDate(payload.exp);
  if (start !== null) claims.validFrom = iso(start);
  if (end !== null) claims.validUntil = iso(end);
  const subject = emptyObject();
  for (const [member, value] of Object.entries(payload)) if (!REGISTERED.has(member)) subject[member] = value;
  if (typeof payload.sub === "string") subject.id = payload.sub;
  else if ("id" in subject && typeof subject.id !== "string") delete subject.id;
  claims.credentialSubject = subject;
  if ("status" in payload) claims.credentialStatus = statusEntries(payload.status);
  return claims;
}

/** What is not understood is an entry, too: it must not look as if there were none. */
function statusEntries(status: Json): Json[] {
  if (!isObject(status) || Object.keys(status).length === 0) return [{ type: "" }];
  return Object.entries(status).map(([type, listed]): JsonObject =>
    type === "status_list" && isObject(listed)
      ? { type: "TokenStatusList", statusPurpose: "revocation", statusListIndex: listed.idx ?? null, statusListCredential: listed.uri ?? null }
      : { type },
  );
}
