// Each proof of a credential or presentation, checked: does the signature hold, under whose key?
// Nothing here asks whether that key may speak for anybody.

import { type Bytes, concat } from "./bytes";
import { type Algorithm, NoAlgorithm, type PublicKey, verifySignature } from "./crypto";
import { malformed, Refusal, unsupported } from "./errors";
import { type Answer, candidates, failed, find, findCertified, findEmbedded, type Finding, found, keyReason, metadataKeys, missing, PASSED, type Published, unasked, unknown } from "./find";
import type { Jws } from "./jose";
import type { Contexts } from "./jsonld";
import { sameKey } from "./keys";
import type { Lists } from "./lists";
import type { Credential, Presentation, Proof, Resolver, Token } from "./model";
import { bindingOf, holderKey } from "./sdjwt";
import { checkPlain } from "./plain";
import { type Covered, covered, isBaseProof, statementsHold } from "./selective";
import { emptyObject, isInexact, isObject, type Json, type JsonObject, list } from "./strictjson";
import { algorithmFor, canonicalHash, checkMembers, type Signature, signatureMember, signatureOf, type Suite, suiteOf } from "./suites";
import { jsonEqual } from "./term";

// Values in all that is canonicalised for the proofs of one document: each link of a proof chain
// covers the whole document anew.
const MAX_VALUES = 60_000;
// What is canonicalised of a document for a base proof, and what a signature costs.
const TIMES_OF_A_BASE = 3;
const VALUES_A_SIGNATURE = 3;
/** How wrong a clock may be. */
export const SKEW = 5 * 60_000;
const KEY_TYPES: { [algorithm: string]: PublicKey["type"] } = {
  EdDSA: "Ed25519", Ed25519: "Ed25519", ES256: "P-256", ES256K: "secp256k1", ES384: "P-384", ES512: "P-521", RS256: "RSA", PS256: "RSA",
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
  lists: Lists;
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

const FAILING: { [code: string]: string } = {
  jsonld_dropped: "term_not_signed", jsonld_invalid: "jsonld_invalid",
  missing_field: "proof_malformed", // a proof that another covers is gone
  bad_signature_encoding: "proof_malformed", wrong_type: "proof_malformed", no_such_part: "proof_malformed",
};
const UNCHECKABLE = new Set(["proof_unsupported", "jsonld_unsupported", "context_unknown", "context_altered"]);

function canonicalAnswer(error: unknown): Answer {
  if (!(error instanceof Refusal)) {
    // The engine's stack ran out before one of its bounds did.
    if (error instanceof RangeError) return unknown("too_complex");
    throw error;
  }
  if (Object.hasOwn(FAILING, error.code)) return failed(FAILING[error.code], error.facts);
  const reason = error.code === "number_out_of_range" ? "jsonld_unsupported" : error.code;
  return unknown(UNCHECKABLE.has(reason) ? reason : "too_complex", error.facts);
}

const without = (value: JsonObject, ...names: string[]): JsonObject => {
  const out = emptyObject();
  for (const [name, item] of Object.entries(value)) if (!names.includes(name)) out[name] = item;
  return out;
};

/** The ids of the proofs that a link of a chain covers. */
const previousOf = (proof: Proof): Json[] => list(proof.options.previousProof);

/** Does a link of a chain cover itself, be it through others? */
function inCircle(proof: Proof, others: Proof[]): boolean {
  const names = new Set(previousOf(proof));
  for (const name of names) {
    for (const other of others) {
      if (other.options.id !== name) continue;
      if (other === proof) return true;
      for (const next of previousOf(other)) names.add(next);
    }
  }
  return false;
}

/** `without` makes a copy, which knows nothing of an integer that no double holds. */
function checkExact(value: JsonObject): void {
  if (isInexact(value)) throw malformed("number_out_of_range");
}

type Part = (document: JsonObject, proof: Proof, suite: Suite) => JsonObject;

/** The document that a proof covers: without proofs, or with those it names. */
function coveredDocument(document: JsonObject, proof: Proof, suite: Suite): JsonObject {
  if (!suite.jcs) checkPlain(document);
  else checkExact(document);
  const unsecured = without(document, "proof");
  const previous = previousOf(proof);
  if (previous.length > 0) {
    const named = list(document.proof).filter((p) => isObject(p) && typeof p.id === "string" && previous.includes(p.id));
    if (named.length !== previous.length) throw malformed("missing_field");
    unsecured.proof = named;
  }
  return unsecured;
}

/** The proof options as they are signed. */
function coveredOptions(document: JsonObject, proof: Proof, suite: Suite): JsonObject {
  if (suite.jcs) checkExact(proof.options);
  const options = without(proof.options, signatureMember(suite));
  const context = document["@context"] ?? null;
  if ("@context" in options) {
    const [own, all] = [list(options["@context"]), list(context)];
    // VC Data Integrity 1.0 section 4.3: the document's contexts start with the proof's. The older
    // suites leave the proof its own.
    if (!suite.older && !own.every((item, i) => i < all.length && jsonEqual(item, all[i]))) throw malformed("jsonld_invalid");
    // A proof over JSON would not cover what is behind them.
    if (suite.jcs && !jsonEqual(options["@context"], context)) throw unsupported("jsonld_unsupported", { feature: "context" });
  } else if (!suite.jcs) {
    if (suite.context !== undefined) options["@context"] = suite.context;
    else if (context !== null) options["@context"] = context;
  }
  return options;
}

/** How many values there are in a value. */
export function sizeOf(value: Json): number {
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

  constructor(private readonly document: JsonObject, private readonly proofs: Proof[], private readonly contexts: Contexts) {
    this.size = sizeOf(document);
  }

  /** What the proof signs under a key, or why that cannot be said. */
  signedBy(proof: Proof, suite: Suite, key: PublicKey | null): Bytes | Answer {
    if (inCircle(proof, this.proofs)) return failed("proof_malformed");
    const covers = JSON.stringify([previousOf(proof), suite.jcs, key?.type === "P-384" && !suite.jws]);
    let covered = this.covered.get(covers);
    if (covered === undefined) {
      covered = this.hashed(coveredDocument, proof, suite, key, this.size);
      this.covered.set(covers, covered);
    }
    if (!(covered instanceof Uint8Array)) return covered;
    const options = this.hashed(coveredOptions, proof, suite, key, sizeOf(proof.options));
    return options instanceof Uint8Array ? concat(options, covered) : options;
  }

  /** What a selective proof covers, or why that cannot be said. */
  coveredBy(proof: Proof, suite: Suite): Covered | Answer {
    const { document, contexts } = this;
    const options = () => canonicalHash(coveredOptions(document, proof, suite), suite, contexts);
    const size = (isBaseProof(proof) ? TIMES_OF_A_BASE : 1) * this.size + sizeOf(proof.options);
    const made = this.made(size, () => {
      checkMembers(proof, suite);
      return covered(document, proof, options, contexts);
    });
    if (!("data" in made)) return made;
    this.left -= VALUES_A_SIGNATURE * made.signatures.length;
    return this.left < 0 ? unknown("too_complex") : made;
  }

  private hashed(part: Part, proof: Proof, suite: Suite, key: PublicKey | null, size: number): Bytes | Answer {
    return this.made(size, () => canonicalHash(part(this.document, proof, suite), suite, this.contexts, key?.type));
  }

  private made<T>(size: number, make: () => T): T | Answer {
    this.left -= size;
    if (this.left < 0) return unknown("too_complex");
    try {
      return make();
    } catch (error) {
      const answer = canonicalAnswer(error);
      if (answer.reason === "too_complex") this.left = 0; // not tried again for the next proof
      return answer;
    }
  }
}

async function embedded(proof: Proof, suite: Suite, finding: Finding, canonical: Canonical): Promise<Answer> {
  const { key, reason } = finding;
  if (suite.selective) {
    const covers = canonical.coveredBy(proof, suite);
    if (!("data" in covers)) return covers;
    const answer = await signed("ES256", finding, covers.data, covers.signature);
    return answer === PASSED && !(await statementsHold(covers)) ? failed("altered") : answer;
  }
  let signature: Signature;
  try {
    signature = signatureOf(proof, suite);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.unsupported ? unknown("proof_unsupported", error.facts) : failed("proof_malformed");
  }
  const data = canonical.signedBy(proof, suite, key);
  if (!(data instanceof Uint8Array)) return data;
  if (key === null) return unknown(reason ?? "key_unreachable");
  const algorithm = algorithmFor(suite, key.type, signature);
  return algorithm === undefined ? failed("key_unsupported") : signed(algorithm, finding, concat(signature.prefix, data), signature.data);
}

async function checkEmbedded(proof: Proof, canonical: Canonical, world: World, expiredBefore: number | null, presented: boolean): Promise<CheckedProof> {
  if (presented && isBaseProof(proof)) return { proof, finding: unasked(proof.method), answer: failed("base_proof_presented") };
  // What decides without a key comes first: a key may cost a request.
  const suite = suiteOf(proof);
  if (suite === undefined) {
    return { proof, finding: unasked(proof.method), answer: unknown("proof_unsupported", { suite: proof.suite.slice(0, 60) }) };
  }
  const finding = find(proof.method, world.resolver);
  let answer = await embedded(proof, suite, finding, canonical);
  if (answer === PASSED && "expires" in proof.options) {
    if (proof.expires === null) answer = failed("proof_malformed");
    else if (expiredBefore !== null && proof.expires.getTime() < expiredBefore) answer = failed("proof_expired");
  }
  return { proof, finding, answer };
}

/** A key that came along under its author's name, where the author is or publishes it. */
function knownAs(finding: Finding, author: string, resolver: Resolver, published: Published): Finding {
  const { key } = finding;
  if (key === null) return finding;
  const own = published(author, resolver);
  return own.find((one) => one.key !== null && sameKey(one.key, key)) ?? own.find((one) => one.reason === "too_complex") ?? finding;
}

/** The keys a JOSE header may mean; never empty. */
function tokenKeys(proof: Proof, author: string, resolver: Resolver, published: Published): Finding[] {
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
    return [knownAs(findEmbedded(jwk), author, resolver, published)];
  }
  if ("x5c" in proof.options && !author.startsWith("did:")) {
    const certified = findCertified(proof.options);
    return [author.startsWith("https://") ? knownAs(certified, author, resolver, published) : certified];
  }
  const all = published(author, resolver);
  return all.length > 0 ? all : [missing("", author, "key_not_found")];
}

/** Check the signature of a JWS under the key that its header means, or that of `author`. */
export async function checkJws(jws: Jws, proof: Proof, author: string, resolver: Resolver, published: Published = candidates): Promise<CheckedProof> {
  return checkWith(tokenKeys(proof, author, resolver, published), jws, proof);
}

/**
 * Check the signature of a JWS under several keys: one that holds is the one meant. Where none does and
 * one could not be had or used, that may have been the one.
 */
export async function checkWith(findings: Finding[], jws: Jws, proof: Proof): Promise<CheckedProof> {
  let best: CheckedProof | null = null;
  for (const finding of findings) {
    const answer = await signed(jws.algorithm, finding, jws.signingInput, jws.signature);
    if (best === null || answer === PASSED || (answer.outcome === "unknown" && best.answer.outcome === "failed")) best = { proof, finding, answer };
    if (answer === PASSED) break;
  }
  return best!;
}

async function checkToken(secured: Credential | Presentation, world: World): Promise<CheckedProof> {
  const { jws, contradiction, sd } = secured.token!;
  if (secured.kind === "presentation" && sd?.binding) return checkBinding(secured.proofs[0], secured.token!, secured.holder ?? "");
  const author = secured.kind === "credential" ? secured.issuer : (secured.holder ?? "");
  const metadata = secured.format === "sd-jwt-vc" && author.startsWith("https://");
  const best = await checkJws(jws, secured.proofs[0], author, world.resolver, metadata ? metadataKeys(jws.header.kid) : candidates);
  if (best.answer === PASSED && contradiction !== null) return { ...best, answer: failed("claims_contradict", { claim: contradiction }) };
  if (best.answer === PASSED && sd?.unsigned) return { ...best, answer: failed("disclosure_not_signed") };
  return best;
}

/** Check a key binding (RFC 9901 section 7.3): by the right key, over just what is shown. */
export async function checkBinding(proof: Proof, token: Token, holder: string): Promise<CheckedProof> {
  let finding = missing("", holder, "key_not_found");
  const result = (answer: Answer): CheckedProof => ({ proof, finding, answer });
  try {
    const key = holderKey(token.payload);
    if (key === null) return result(failed("key_not_found"));
    finding = found(holder, holder, key);
  } catch (error) {
    const reason = keyReason(error);
    finding = missing("", holder, reason);
    return result(unknown(reason));
  }
  const sd = token.sd!;
  try {
    const binding = bindingOf(sd);
    if (binding === null) return result(failed("proof_malformed"));
    const { jws, hash } = binding;
    const answer = await signed(jws.algorithm, finding, jws.signingInput, jws.signature);
    return result(answer === PASSED && hash !== sd.digest(sd.presented) ? failed("altered") : answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return result(failed("proof_malformed"));
  }
}

/** Check every proof; of what somebody presents, none may be one that is its owner's alone. */
export async function checkProofs(secured: Credential | Presentation, world: World, presented = secured.kind === "presentation"): Promise<CheckedProof[]> {
  if (secured.token !== null) return [await checkToken(secured, world)];
  const canonical = new Canonical(secured.claims, secured.proofs, world.contexts);
  // A presentation whose time is over is told so by its own question, with its date.
  const expiredBefore = secured.kind === "credential" ? world.now.getTime() - SKEW : null;
  const out: CheckedProof[] = [];
  for (const proof of secured.proofs) out.push(await checkEmbedded(proof, canonical, world, expiredBefore, presented));
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
