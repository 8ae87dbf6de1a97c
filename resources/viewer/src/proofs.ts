// Each proof of a credential or presentation, checked: does the signature hold, under whose key?
// Nothing here asks whether that key may speak for anybody.

import { type Bytes, concat } from "./bytes";
import { type Algorithm, NoAlgorithm, type PublicKey, sha256, verifySignature } from "./crypto";
import { malformed, Refusal } from "./errors";
import { type Answer, candidates, failed, find, findEmbedded, type Finding, missing, PASSED, unasked, unknown } from "./find";
import { canonicalize, type Contexts } from "./jsonld";
import { multibase, sameKey } from "./keys";
import type { Jws } from "./jose";
import type { Credential, Presentation, Proof, Resolver } from "./model";
import { checkPlain } from "./plain";
import { emptyObject, isObject, type Json, type JsonObject, list } from "./strictjson";
import { jsonEqual } from "./term";

// Values in all that is canonicalised for the proofs of one document: each link of a proof chain
// covers the whole document anew.
const MAX_VALUES = 60_000;
/** How wrong a clock may be. */
export const SKEW = 5 * 60_000;
// "eddsa-2022" is the name of eddsa-rdfc-2022 in drafts; Open Badges 3.0 examples still use it.
const SUITES = new Set(["eddsa-rdfc-2022", "Ed25519Signature2020", "eddsa-2022"]);
// What a proof may say (VC Data Integrity 1.0 section 2.1). Another member could be one of these
// under another name.
const PROOF_MEMBERS = new Set([
  "@context", "id", "type", "cryptosuite", "created", "expires", "domain", "challenge",
  "nonce", "verificationMethod", "proofPurpose", "proofValue", "previousProof",
]);
const SEVERAL = new Set(["domain", "previousProof"]);
const KEY_TYPES: { [algorithm: string]: PublicKey["type"] } = {
  EdDSA: "Ed25519", Ed25519: "Ed25519", ES256: "P-256", ES256K: "secp256k1", ES384: "P-384", RS256: "RSA",
};

export interface Trusted {
  name: string;
  list: string;
  sample: boolean;
  test: boolean;
}

/** What checking needs from outside: known issuers, public documents, contexts, the time. */
export interface World {
  trusted: ReadonlyMap<string, Trusted>;
  resolver: Resolver;
  contexts: Contexts;
  now: Date;
  pageOrigin?: string;
}

/** One proof and what came of it. */
export interface CheckedProof {
  proof: Proof;
  finding: Finding;
  answer: Answer;
}

async function signed(algorithm: string, finding: Finding, data: Bytes, signature: Bytes): Promise<Answer> {
  if (finding.key === null) return unknown(finding.reason ?? "key_unreachable");
  const expected = Object.hasOwn(KEY_TYPES, algorithm) ? KEY_TYPES[algorithm] : undefined;
  if (expected === undefined) return unknown("proof_unsupported", { suite: algorithm.slice(0, 60) });
  if (expected !== finding.key.type) return failed("key_unsupported");
  const name: Algorithm = algorithm === "Ed25519" ? "EdDSA" : (algorithm as Algorithm);
  try {
    return (await verifySignature(name, finding.key, signature, data)) ? PASSED : failed("altered");
  } catch (error) {
    if (error instanceof NoAlgorithm) return unknown("proof_unsupported", { suite: algorithm });
    return failed("key_malformed");
  }
}

const FAILING: { [code: string]: string } = { jsonld_dropped: "term_not_signed", jsonld_invalid: "jsonld_invalid" };
const UNCHECKABLE = new Set(["jsonld_unsupported", "context_unknown", "context_altered"]);

function canonicalAnswer(error: unknown): Answer {
  if (!(error instanceof Refusal)) {
    // The engine's stack ran out before one of its bounds did.
    if (error instanceof RangeError) return unknown("too_complex");
    throw error;
  }
  if (Object.hasOwn(FAILING, error.code)) return failed(FAILING[error.code], error.facts);
  return unknown(UNCHECKABLE.has(error.code) ? error.code : "too_complex", error.facts);
}

const without = (value: JsonObject, ...names: string[]): JsonObject => {
  const out = emptyObject();
  for (const [name, item] of Object.entries(value)) if (!names.includes(name)) out[name] = item;
  return out;
};

/** The canonical document that a proof covers: without proofs, or with those it names. */
function documentHash(document: JsonObject, proof: Proof, contexts: Contexts): Bytes {
  checkPlain(document);
  const unsecured = without(document, "proof");
  const previous = list(proof.options.previousProof);
  if (previous.length > 0) {
    const named = list(document.proof).filter((p) => isObject(p) && typeof p.id === "string" && previous.includes(p.id));
    if (named.length !== previous.length) throw malformed("missing_field");
    unsecured.proof = named;
  }
  return sha256(canonicalize(unsecured, contexts));
}

/** The canonical proof options, read with the document's contexts. */
function optionsHash(document: JsonObject, proof: Proof, contexts: Contexts): Bytes {
  const options = without(proof.options, "proofValue", "jws", "signatureValue");
  const context = document["@context"];
  if ("@context" in options) {
    const [own, all] = [list(options["@context"]), list(context)];
    // VC Data Integrity 1.0 section 4.3: the document's contexts start with the proof's. The older
    // suite leaves the proof its own.
    if (proof.suite !== "Ed25519Signature2020" && !own.every((item, i) => i < all.length && jsonEqual(item, all[i]))) throw malformed("jsonld_invalid");
  } else if (context !== undefined && context !== null) options["@context"] = context;
  return sha256(canonicalize(options, contexts));
}

/**
 * Is a member the text, or for some the flat list of texts, that is read of it? To the signature a
 * list in a list and a value spelled out would say the same.
 */
function isPlain(name: string, value: Json): boolean {
  if (name === "@context" || value === null) return true;
  if (SEVERAL.has(name) && Array.isArray(value)) return value.every((item) => typeof item === "string");
  return typeof value === "string";
}

function proofSignature(proof: Proof): Bytes {
  if (!Object.entries(proof.options).every(([name, value]) => PROOF_MEMBERS.has(name) && isPlain(name, value))) throw malformed("wrong_type");
  const value = proof.options.proofValue;
  if (typeof value !== "string" || !value.startsWith("z")) throw malformed("bad_signature_encoding");
  const data = multibase(value);
  if (data.length !== 64) throw malformed("bad_signature_encoding");
  return data;
}

/** How many values there are in a value. */
function sizeOf(value: Json): number {
  let count = 0;
  const found: Json[] = [value];
  for (const one of found) {
    const inner = Object.values(one as JsonObject | Json[]) as Json[];
    count += inner.length;
    for (const item of inner) if (typeof item === "object" && item !== null) found.push(item);
  }
  return count;
}

/** One document's canonical forms, each made once, with the work they may take together. */
class Canonical {
  private readonly covered = new Map<string, Bytes | Answer>();
  private readonly size: number;
  private left = MAX_VALUES;

  constructor(private readonly document: JsonObject, private readonly contexts: Contexts) {
    this.size = sizeOf(document);
  }

  /** What the proof signs, or why that cannot be said. */
  signedBy(proof: Proof): Bytes | Answer {
    const covers = JSON.stringify(list(proof.options.previousProof));
    let covered = this.covered.get(covers);
    if (covered === undefined) {
      covered = this.hashed(documentHash, proof, this.size);
      this.covered.set(covers, covered);
    }
    if (!(covered instanceof Uint8Array)) return covered;
    const options = this.hashed(optionsHash, proof, sizeOf(proof.options));
    return options instanceof Uint8Array ? concat(options, covered) : options;
  }

  private hashed(hash: (document: JsonObject, proof: Proof, contexts: Contexts) => Bytes, proof: Proof, size: number): Bytes | Answer {
    this.left -= size;
    if (this.left < 0) return unknown("too_complex");
    try {
      return hash(this.document, proof, this.contexts);
    } catch (error) {
      const answer = canonicalAnswer(error);
      if (answer.reason === "too_complex") this.left = 0; // not tried again for the next proof
      return answer;
    }
  }
}

async function checkEmbedded(proof: Proof, canonical: Canonical, world: World, expiredBefore: number | null): Promise<CheckedProof> {
  // What decides without a key comes first: a key may cost a request.
  if (!SUITES.has(proof.suite)) {
    return { proof, finding: unasked(proof.method), answer: unknown("proof_unsupported", { suite: proof.suite.slice(0, 60) }) };
  }
  const finding = find(proof.method, world.resolver);
  const result = (answer: Answer): CheckedProof => ({ proof, finding, answer });
  let signature: Bytes;
  try {
    signature = proofSignature(proof);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return result(failed("proof_malformed"));
  }
  const data = canonical.signedBy(proof);
  if (!(data instanceof Uint8Array)) return result(data);
  const answer = await signed("Ed25519", finding, data, signature);
  if (answer === PASSED && "expires" in proof.options) {
    if (proof.expires === null) return result(failed("proof_malformed"));
    if (expiredBefore !== null && proof.expires.getTime() < expiredBefore) return result(failed("proof_expired"));
  }
  return result(answer);
}

/** The keys a JOSE header may mean; never empty. */
function tokenKeys(proof: Proof, author: string, resolver: Resolver): Finding[] {
  const { kid, jwk } = proof.options;
  if (typeof kid === "string" && kid) {
    if (kid.startsWith("did:") || kid.startsWith("https://")) {
      const named = find(kid.startsWith("did:jwk:") && !kid.includes("#") ? `${kid}#0` : kid, resolver);
      if (named.key !== null || (jwk ?? null) === null || named.reason === "key_not_found") return [named];
    } else if (author.startsWith("did:") && (jwk ?? null) === null) {
      const named = find(`${author}#${kid.replace(/^#/, "")}`, resolver);
      if (named.key !== null || named.reason !== "key_not_found") return [named];
    }
  }
  if ((jwk ?? null) !== null) {
    const embedded = findEmbedded(jwk);
    const published = candidates(author, resolver).find((own) => own.key !== null && embedded.key !== null && sameKey(own.key, embedded.key));
    return [published ?? embedded];
  }
  const all = candidates(author, resolver);
  return all.length > 0 ? all : [missing("", author, "key_not_found")];
}

/** Check the signature of a JWS under the key that its header means, or that of `author`. */
export async function checkJws(jws: Jws, proof: Proof, author: string, resolver: Resolver): Promise<CheckedProof> {
  let best: CheckedProof | null = null;
  // Several keys are tried only when the header names none; one that holds is the one meant.
  for (const finding of tokenKeys(proof, author, resolver)) {
    const answer = await signed(jws.algorithm, finding, jws.signingInput, jws.signature);
    if (best === null || answer === PASSED) best = { proof, finding, answer };
    if (answer === PASSED) break;
  }
  return best!;
}

async function checkToken(secured: Credential | Presentation, world: World): Promise<CheckedProof> {
  const { jws, contradiction } = secured.token!;
  const author = secured.kind === "credential" ? secured.issuer : (secured.holder ?? "");
  const best = await checkJws(jws, secured.proofs[0], author, world.resolver);
  if (best.answer === PASSED && contradiction !== null) return { ...best, answer: failed("claims_contradict", { claim: contradiction }) };
  return best;
}

export async function checkProofs(secured: Credential | Presentation, world: World): Promise<CheckedProof[]> {
  if (secured.token !== null) return [await checkToken(secured, world)];
  const canonical = new Canonical(secured.claims, world.contexts);
  // A presentation whose time is over is told so by its own question, with its date.
  const expiredBefore = secured.kind === "credential" ? world.now.getTime() - SKEW : null;
  const out: CheckedProof[] = [];
  for (const proof of secured.proofs) out.push(await checkEmbedded(proof, canonical, world, expiredBefore));
  return out;
}

/** For all proofs together: every proof of a suite we know must hold. */
export function signatureAnswer(checked: CheckedProof[]): Answer {
  if (checked.length === 0) return failed("no_proof");
  const known = checked.filter((c) => c.answer.reason !== "proof_unsupported");
  if (known.length === 0) return checked[0].answer;
  for (const outcome of ["failed", "unknown"]) {
    const one = known.find((c) => c.answer.outcome === outcome);
    if (one !== undefined) return one.answer;
  }
  return PASSED;
}
