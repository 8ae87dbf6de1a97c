// Whose key a proof names, and whether an issuer or holder lets it speak. did:key and did:jwk are
// answered from themselves; did:web and https documents from the resolver.

import type { PublicKey } from "./crypto";
import { parseTime } from "./dates";
import { type Facts, malformed, Refusal, unsupported } from "./errors";
import { certificateKey, didJwk, DidDocument, documentUrl, domainOf, jwkKey, keyOfDid, sameKey, splitDid, verificationMethod } from "./keys";
import type { Outcome, Resolver } from "./model";
import { certificate, certificateName } from "./sdjwt";
import { isObject, type Json, type JsonObject, parseObject } from "./strictjson";

const MAX_DID_CHARS = 8 * 1024;
const MAX_JWKS_KEYS = 50;

export interface Answer {
  outcome: Outcome;
  reason: string | null;
  facts: Facts;
}

export const PASSED: Answer = { outcome: "passed", reason: null, facts: {} };
export const unknown = (reason: string, facts: Facts = {}): Answer => ({ outcome: "unknown", reason, facts });
export const failed = (reason: string, facts: Facts = {}): Answer => ({ outcome: "failed", reason, facts });

/** The key a proof names, or why there is none. */
export interface Finding {
  method: string;
  owner: string;
  key: PublicKey | null;
  document: DidDocument | null;
  reason: string | null;
}

export const found = (method: string, owner: string, key: PublicKey, document: DidDocument | null = null): Finding =>
  ({ method, owner, key, document, reason: null });
export const missing = (method: string, owner: string, reason: string, document: DidDocument | null = null): Finding =>
  ({ method, owner, key: null, document, reason });

export function keyReason(error: unknown): string {
  if (!(error instanceof Refusal)) throw error;
  if (error.code === "did_method_unsupported") return error.code;
  if (error.code === "unreachable") return "key_unreachable";
  return error.unsupported ? "key_unsupported" : "key_malformed";
}

function fetchFrom(resolver: Resolver, url: string) {
  const fact = resolver(url);
  if (fact === null) throw new Refusal("unreachable", { url });
  return fact;
}

function objectAt(address: string, resolver: Resolver): { body: JsonObject; readAt: Date } {
  const { body, readAt } = fetchFrom(resolver, address);
  return { body: parseObject(body, { size: 1024 * 1024, depth: 24 }), readAt };
}

function documentOf(owner: string, resolver: Resolver): DidDocument {
  let address = owner;
  if (owner.startsWith("did:")) address = documentUrl(owner);
  else if (!owner.startsWith("https://")) throw unsupported("did_method_unsupported");
  return DidDocument.parse(fetchFrom(resolver, address), owner);
}

/** Whose key a method names as far as its name tells, where no key is wanted. */
export function unasked(method: string | null): Finding {
  if (!method || method.length > MAX_DID_CHARS) return missing("", "", "key_malformed");
  return missing(method, splitDid(method)[0], "not_checked");
}

export function find(method: string | null, resolver: Resolver): Finding {
  if (!method || method.length > MAX_DID_CHARS) return missing("", "", "key_malformed");
  const [owner, fragment] = splitDid(method);
  try {
    if (method.startsWith("did:key:")) {
      // A few early issuers wrote the DID alone; it has only one key to mean.
      if (fragment && fragment !== owner.slice(8)) return missing(method, owner, "key_not_found");
      return found(method, owner, keyOfDid(owner));
    }
    if (owner.startsWith("did:jwk:")) {
      if (method !== owner && method !== `${owner}#0`) return missing(method, owner, "key_not_found");
      return found(method, owner, keyOfDid(owner));
    }
    if (owner.startsWith("https://")) return findPublished(method, owner, resolver);
    return inDocument(method, owner, documentOf(owner, resolver));
  } catch (error) {
    return missing(method, owner, keyReason(error));
  }
}

function inDocument(method: string, owner: string, document: DidDocument): Finding {
  const named = document.methods.get(method);
  if (named === undefined) return missing(method, owner, "key_not_found", document);
  if (named.key === null) return missing(method, owner, named.problem ? keyReason(named.problem) : "key_malformed", document);
  return found(method, owner, named.key, document);
}

/** A key published at an https address (Open Badges 3.0 section 8; JWK, JWKS, Multikey). */
function findPublished(method: string, address: string, resolver: Resolver): Finding {
  const { body, readAt } = objectAt(address, resolver);
  if ("verificationMethod" in body || "assertionMethod" in body) return inDocument(method, address, new DidDocument(body, address, readAt));
  if (Array.isArray(body.keys)) return inKeySet(method, address, body.keys);
  if ("kty" in body) return found(method, address, jwkKey(body));
  const named = verificationMethod(body, address);
  if (named.id !== method || named.controller === null || named.key === null) throw malformed("bad_did_document");
  return found(method, named.controller, named.key, documentOf(named.controller, resolver));
}

function inKeySet(method: string, address: string, keys: Json[]): Finding {
  const [, fragment] = splitDid(method);
  let named: Json[] = keys.filter((jwk) => isObject(jwk) && (jwk.kid === method || jwk.kid === fragment));
  if (named.length === 0 && keys.length === 1) named = keys;
  if (named.length !== 1) return missing(method, address, "key_not_found");
  return found(method, address, jwkKey(named[0]));
}

/** The key in a JOSE header; it belongs to the did:jwk that it is, to nobody else. */
export function findEmbedded(jwk: Json): Finding {
  try {
    const key = jwkKey(jwk);
    const owner = didJwk(key);
    return found(`${owner}#0`, owner, key);
  } catch (error) {
    return missing("", "", keyReason(error));
  }
}

/** The key in a header's certificate, which belongs to whoever that is about; nobody here knows who. */
export function findCertified(header: JsonObject): Finding {
  let owner = "";
  try {
    const der = certificate(header)!;
    owner = certificateName(der);
    return found("", owner, certificateKey(der));
  } catch (error) {
    return missing("", owner, keyReason(error));
  }
}

/** The keys an issuer publishes for assertions, when a proof names none of them. */
export type Published = (owner: string, resolver: Resolver) => Finding[];

export function candidates(owner: string, resolver: Resolver): Finding[] {
  if (owner.startsWith("did:key:")) return [find(`${owner}#${owner.slice(8)}`, resolver)];
  if (owner.startsWith("did:jwk:")) return [find(`${owner}#0`, resolver)];
  let document: DidDocument;
  try {
    if (owner.startsWith("https://")) {
      const { body } = objectAt(owner, resolver);
      const keys = "kty" in body ? [body] : body.keys;
      if (Array.isArray(keys)) return someKeys(keys.filter(maySign), (jwk) => ofJwk(jwk, owner, owner), owner);
    }
    document = documentOf(owner, resolver);
  } catch (error) {
    return [missing("", owner, keyReason(error))];
  }
  const listed = [...document.methods.keys()].filter((name) => document.authorises(name, "assertionMethod"));
  return someKeys(listed, (name) => inDocument(name, owner, document), owner);
}

/** The keys of a list as far as so many are tried, and that there are more. */
export function someKeys<T>(listed: T[], findOne: (one: T) => Finding, owner: string, most = MAX_JWKS_KEYS): Finding[] {
  const out = listed.slice(0, most).map(findOne);
  return listed.length > most ? [...out, missing("", owner, "too_complex")] : out;
}

/** The key of a JWK that its owner publishes, or why it is of no use. */
function ofJwk(jwk: Json, method: string, owner: string): Finding {
  try {
    return found(method, owner, jwkKey(jwk));
  } catch (error) {
    return missing(method, owner, keyReason(error));
  }
}

/** Is a published JWK one for signatures (RFC 7517 section 4.2)? */
const maySign = (jwk: Json): boolean => !isObject(jwk) || !("use" in jwk) || jwk.use === "sig";

/**
 * The keys of an https issuer's metadata that `kid` may mean, or all of them (SD-JWT VC section 4). Its
 * address is before the issuer's path.
 */
export const metadataKeys = (kid: Json | undefined): Published => (issuer, resolver) => {
  let keys: JsonObject[];
  try {
    const parts = /^(https:\/\/[^/?#]+)([^?#]*)$/.exec(issuer);
    if (parts === null) throw malformed("bad_did_document");
    const { body } = objectAt(`${parts[1]}/.well-known/jwt-vc-issuer${parts[2].replace(/\/+$/, "")}`, resolver);
    const [held, elsewhere] = [body.jwks ?? null, body.jwks_uri ?? null];
    if (body.issuer !== issuer || (held === null) === (elsewhere === null)) throw malformed("bad_did_document");
    if (held === null && !(typeof elsewhere === "string" && elsewhere.startsWith("https://"))) throw malformed("bad_did_document");
    const set = held ?? objectAt(elsewhere as string, resolver).body;
    if (!isObject(set) || !Array.isArray(set.keys)) throw malformed("bad_did_document");
    keys = set.keys.filter(isObject);
  } catch (error) {
    return [missing("", issuer, keyReason(error))];
  }
  const named = keys.filter((jwk) => ((kid ?? null) === null ? maySign(jwk) : jwk.kid === kid));
  if (named.length === 0) return [missing("", issuer, "key_not_found")];
  return someKeys(named, (jwk) => ofJwk(jwk, typeof jwk.kid === "string" ? `${issuer}#${jwk.kid}` : issuer, issuer), issuer);
};

/** May the key found speak for `speaker` in the role `purpose`? */
export function keyAuthority(finding: Finding, speaker: string, purpose: string, resolver: Resolver, created: Date | null): Answer {
  if (finding.reason === "key_not_found") return failed("key_not_found");
  if (finding.owner.startsWith("x509_hash:")) return unknown("certificate_not_trusted");
  const { document } = finding;
  let answer: Answer;
  if (finding.owner !== speaker) answer = authorityOfOther(finding, speaker, purpose, resolver);
  else if (finding.key === null) return unknown(finding.reason ?? "not_checked");
  else if (document === null) return PASSED;
  else if (document.authorises(finding.method, purpose)) answer = controlled(finding, document, purpose, resolver);
  else return failed("key_not_authorised");
  return answer === PASSED ? inForce(finding, created) : answer;
}

/** A listed key under another's control speaks where that controller lists it, too. */
function controlled({ method, key }: Finding, document: DidDocument, purpose: string, resolver: Resolver): Answer {
  const controller = document.methods.get(method)?.controller ?? null;
  if (controller === null || controller === document.id) return PASSED;
  const another = failed("key_of_another");
  try {
    if (/^did:(?:key|jwk):/.test(controller)) {
      const own = find(controller, resolver).key;
      return own !== null && key !== null && sameKey(own, key) ? PASSED : another;
    }
    if (!/^(?:did:|https:\/\/)/.test(controller)) return unknown("key_not_authorised");
    return documentOf(controller, resolver).authorises(method, purpose) ? PASSED : another;
  } catch (error) {
    return unknown(keyReason(error));
  }
}

/** Was a key still in force when it signed (Controlled Identifiers 1.0 section 2.2)? */
function inForce({ method, document }: Finding, created: Date | null): Answer {
  const ends = document?.methods.get(method)?.ends ?? [];
  for (const [i, written] of ends.entries()) {
    if (written === null) continue;
    const end = parseTime(written);
    if (end === null) return unknown("key_time_unknown");
    if (created === null ? document!.readAt >= end : created > end) return created === null ? unknown("key_time_unknown") : failed(i ? "key_expired" : "key_revoked");
  }
  return PASSED;
}

/** A key that is not the speaker's own: only the speaker's document can allow it. */
function authorityOfOther(finding: Finding, speaker: string, purpose: string, resolver: Resolver): Answer {
  const another = failed("key_of_another");
  if (speaker.startsWith("did:key:") || speaker.startsWith("did:jwk:")) return another;
  // Nothing is published under such a name.
  if (!speaker.startsWith("did:") && !speaker.startsWith("https://")) return unknown("key_not_authorised");
  try {
    const document = documentOf(speaker, resolver);
    if (document.authorises(finding.method, purpose)) return PASSED;
    // A page about the issuer that is silent about keys says nothing against one that the same host
    // publishes, nor for it.
    const apart = /^https:/.test(speaker) && /^https:/.test(finding.owner) && domainOf(speaker)?.split(":")[0] === domainOf(finding.owner)?.split(":")[0];
    return apart && document.methods.size === 0 ? unknown("key_not_authorised") : another;
  } catch (error) {
    return unknown(keyReason(error));
  }
}
