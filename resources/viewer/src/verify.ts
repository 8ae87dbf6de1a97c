// Does a credential hold? The same questions, outcomes and reasons as the desktop's `wallet.verify`,
// in the same order; none is answered by guessing and none throws for what is wrong with its input.

import { type Bytes, concat, toBase64url, utf8 } from "./bytes";
import { type Algorithm, NoAlgorithm, type PublicKey, secp256k1Affine, sha256, verifySignature } from "./crypto";
import { iso } from "./dates";
import { type Facts, malformed, Refusal, unsupported } from "./errors";
import { datesReadable, identifier } from "./fields";
import { canonicalize, type Contexts } from "./jsonld";
import { DidDocument, documentUrl, jwkKey, keyOfDid, multibase, sameKey, splitDid, verificationMethod } from "./keys";
import type { Check, Credential, Outcome, Presentation, Proof, Question, Report, Resolver, StatusRef } from "./model";
import { checkPlain } from "./plain";
import { read } from "./read";
import { isUnderstood, statusAt } from "./status";
import { emptyObject, isObject, type Json, type JsonObject, list, parseObject } from "./strictjson";
import { jsonEqual } from "./context";

export interface Trusted {
  name: string;
  list: string;
  sample: boolean;
}

/** What checking needs from outside: known issuers, public documents, contexts, the time. */
export interface World {
  trusted: ReadonlyMap<string, Trusted>;
  resolver: Resolver;
  contexts: Contexts;
  now: Date;
  pageOrigin?: string;
}

export const TOLERATED: ReadonlySet<string> = new Set([
  "issuer_not_listed", "issuer_sample", "issuer_self", "subject_not_named", "subject_hashed",
]);
const SKEW = 5 * 60_000;
// "eddsa-2022" is the name of eddsa-rdfc-2022 in drafts; Open Badges 3.0 examples still use it.
const SUITES = new Set(["eddsa-rdfc-2022", "Ed25519Signature2020", "eddsa-2022"]);
// What a proof may say (VC Data Integrity 1.0 section 2.1). Another member could be one of these
// under another name.
const PROOF_MEMBERS = new Set([
  "@context", "id", "type", "cryptosuite", "created", "expires", "domain", "challenge",
  "nonce", "verificationMethod", "proofPurpose", "proofValue", "previousProof",
]);
const MAX_DID_CHARS = 8 * 1024;
const MAX_JWKS_KEYS = 50;
const KEY_TYPES: { [algorithm: string]: PublicKey["type"] } = {
  EdDSA: "Ed25519", Ed25519: "Ed25519", ES256: "P-256", ES256K: "secp256k1", ES384: "P-384", RS256: "RSA",
};

interface Answer {
  outcome: Outcome;
  reason: string | null;
  facts: Facts;
}

const PASSED: Answer = { outcome: "passed", reason: null, facts: {} };
const unknown = (reason: string, facts: Facts = {}): Answer => ({ outcome: "unknown", reason, facts });
const failed = (reason: string, facts: Facts = {}): Answer => ({ outcome: "failed", reason, facts });

/** The key a proof names, or why there is none. */
interface Finding {
  method: string;
  owner: string;
  key: PublicKey | null;
  document: DidDocument | null;
  reason: string | null;
}

const found = (method: string, owner: string, key: PublicKey, document: DidDocument | null = null): Finding =>
  ({ method, owner, key, document, reason: null });
const missing = (method: string, owner: string, reason: string, document: DidDocument | null = null): Finding =>
  ({ method, owner, key: null, document, reason });

/** One proof and what came of it. */
interface CheckedProof {
  proof: Proof;
  finding: Finding;
  answer: Answer;
}

// ---- Keys ----------------------------------------------------------------------------------------

function keyReason(error: unknown): string {
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

function documentOf(owner: string, resolver: Resolver): DidDocument {
  let address = owner;
  if (owner.startsWith("did:")) address = documentUrl(owner);
  else if (!owner.startsWith("https://")) throw unsupported("did_method_unsupported");
  return DidDocument.parse(fetchFrom(resolver, address).body, owner);
}

function find(method: string | null, resolver: Resolver): Finding {
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
  const body = parseObject(fetchFrom(resolver, address).body, { size: 1024 * 1024, depth: 24 });
  if ("verificationMethod" in body || "assertionMethod" in body) return inDocument(method, address, new DidDocument(body, address));
  if (Array.isArray(body.keys)) return inKeySet(method, address, body.keys);
  if ("kty" in body) return found(method, address, jwkKey(body));
  const named = verificationMethod(body, address);
  if (named.id !== method || named.controller === null || named.key === null) throw malformed("bad_did_document");
  return found(method, named.controller, named.key, documentOf(named.controller, resolver));
}

function inKeySet(method: string, address: string, keys: Json[]): Finding {
  const [, fragment] = splitDid(method);
  let named: Json[] = keys.slice(0, MAX_JWKS_KEYS).filter((jwk) => isObject(jwk) && (jwk.kid === method || jwk.kid === fragment));
  if (named.length === 0 && keys.length === 1) named = keys;
  if (named.length !== 1) return missing(method, address, "key_not_found");
  return found(method, address, jwkKey(named[0]));
}

/** The key in a JOSE header; it belongs to the did:jwk that it is, to nobody else. */
function findEmbedded(jwk: Json): Finding {
  try {
    const key = jwkKey(jwk);
    const owner = `did:jwk:${toBase64url(utf8(JSON.stringify(jwkOf(key))))}`;
    return found(`${owner}#0`, owner, key);
  } catch (error) {
    return missing("", "", keyReason(error));
  }
}

/** Members a thumbprint needs and nothing else, in their order (RFC 7638). */
function jwkOf(key: PublicKey): { [name: string]: string } {
  if (key.type === "RSA") return { e: key.e, kty: "RSA", n: key.n };
  if (key.type === "Ed25519") return { crv: "Ed25519", kty: "OKP", x: toBase64url(key.data) };
  const point = key.type === "secp256k1" ? secp256k1Affine(key.data) : key.data.slice(1);
  const size = point.length / 2;
  return { crv: key.type, kty: "EC", x: toBase64url(point.slice(0, size)), y: toBase64url(point.slice(size)) };
}

/** The keys an issuer publishes for assertions, when a proof names none of them. */
function candidates(owner: string, resolver: Resolver): Finding[] {
  if (owner.startsWith("did:key:")) return [find(`${owner}#${owner.slice(8)}`, resolver)];
  if (owner.startsWith("did:jwk:")) return [find(`${owner}#0`, resolver)];
  let document: DidDocument;
  try {
    document = documentOf(owner, resolver);
  } catch (error) {
    return [missing("", owner, keyReason(error))];
  }
  const listed = [...document.methods.keys()].filter((name) => document.authorises(name, "assertionMethod"));
  return listed.slice(0, MAX_JWKS_KEYS).map((name) => inDocument(name, owner, document));
}

/** May the key found speak for `speaker` in the role `purpose`? */
function keyAuthority(finding: Finding, speaker: string, purpose: string, resolver: Resolver): Answer {
  if (finding.reason === "key_not_found") return failed("key_not_found");
  if (finding.owner !== speaker) return authorityOfOther(finding, speaker, purpose, resolver);
  if (finding.key === null) return unknown(finding.reason ?? "not_checked");
  if (finding.document === null || finding.document.authorises(finding.method, purpose)) return PASSED;
  return failed("key_not_authorised");
}

/** A key that is not the speaker's own: only the speaker's document can allow it. */
function authorityOfOther(finding: Finding, speaker: string, purpose: string, resolver: Resolver): Answer {
  const another = failed("key_of_another");
  if (speaker.startsWith("did:key:") || speaker.startsWith("did:jwk:")) return another;
  // Nothing is published under such a name.
  if (!speaker.startsWith("did:") && !speaker.startsWith("https://")) return unknown("key_not_authorised");
  try {
    return documentOf(speaker, resolver).authorises(finding.method, purpose) ? PASSED : another;
  } catch (error) {
    return unknown(keyReason(error));
  }
}

// ---- Signatures ----------------------------------------------------------------------------------

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

function proofSignature(proof: Proof): Bytes {
  if (!Object.keys(proof.options).every((name) => PROOF_MEMBERS.has(name))) throw malformed("wrong_type");
  const value = proof.options.proofValue;
  if (typeof value !== "string" || !value.startsWith("z")) throw malformed("bad_signature_encoding");
  const data = multibase(value);
  if (data.length !== 64) throw malformed("bad_signature_encoding");
  return data;
}

async function checkEmbedded(proof: Proof, document: JsonObject, hashes: Map<string, Bytes>, world: World, expiredBefore: number | null): Promise<CheckedProof> {
  const finding = find(proof.method, world.resolver);
  const result = (answer: Answer): CheckedProof => ({ proof, finding, answer });
  if (!SUITES.has(proof.suite)) return result(unknown("proof_unsupported", { suite: proof.suite.slice(0, 60) }));
  let signature: Bytes;
  try {
    signature = proofSignature(proof);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return result(failed("proof_malformed"));
  }
  let data: Bytes;
  try {
    const chained = "previousProof" in proof.options;
    const covered = (chained ? undefined : hashes.get("")) ?? documentHash(document, proof, world.contexts);
    if (!chained) hashes.set("", covered);
    data = concat(optionsHash(document, proof, world.contexts), covered);
  } catch (error) {
    return result(canonicalAnswer(error));
  }
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

async function checkToken(secured: Credential | Presentation, world: World): Promise<CheckedProof> {
  const proof = secured.proofs[0];
  const { jws, contradiction } = secured.token!;
  const author = secured.kind === "credential" ? secured.issuer : (secured.holder ?? "");
  let best: CheckedProof | null = null;
  // Several keys are tried only when the header names none; one that holds is the one meant.
  for (const finding of tokenKeys(proof, author, world.resolver)) {
    const answer = await signed(jws.algorithm, finding, jws.signingInput, jws.signature);
    if (best === null || answer === PASSED) best = { proof, finding, answer };
    if (answer === PASSED) break;
  }
  if (best!.answer === PASSED && contradiction !== null) return { ...best!, answer: failed("claims_contradict", { claim: contradiction }) };
  return best!;
}

async function checkProofs(secured: Credential | Presentation, world: World): Promise<CheckedProof[]> {
  if (secured.token !== null) return [await checkToken(secured, world)];
  const hashes = new Map<string, Bytes>();
  // A presentation whose time is over is told so by its own question, with its date.
  const expiredBefore = secured.kind === "credential" ? world.now.getTime() - SKEW : null;
  const out: CheckedProof[] = [];
  for (const proof of secured.proofs) out.push(await checkEmbedded(proof, secured.claims, hashes, world, expiredBefore));
  return out;
}

/** For all proofs together: every proof of a suite we know must hold. */
function signatureAnswer(checked: CheckedProof[]): Answer {
  if (checked.length === 0) return failed("no_proof");
  const known = checked.filter((c) => c.answer.reason !== "proof_unsupported");
  if (known.length === 0) return checked[0].answer;
  for (const outcome of ["failed", "unknown"]) {
    const one = known.find((c) => c.answer.outcome === outcome);
    if (one !== undefined) return one.answer;
  }
  return PASSED;
}

// ---- The questions -------------------------------------------------------------------------------

/** Is one of the proofs by a key that may speak for `speaker`? Only proofs that hold can speak. */
function authority(checked: CheckedProof[], speaker: string, purpose: string, resolver: Resolver): Answer {
  if (checked.length === 0) return unknown("not_checked");
  const holding = checked.filter((c) => c.answer.outcome === "passed");
  const answers: Answer[] = [];
  for (const one of holding.length > 0 ? holding : checked.slice(0, 1)) {
    let answer: Answer;
    if (one.proof.purpose !== purpose) answer = failed("wrong_purpose");
    else if (!one.finding.owner) answer = unknown("not_checked");
    else answer = keyAuthority(one.finding, speaker, purpose, resolver);
    if (answer === PASSED) return PASSED;
    answers.push(answer);
  }
  return answers.find((a) => a.outcome === "unknown") ?? answers[0];
}

function validity(credential: Credential, now: Date): Answer {
  const { validFrom, validUntil } = credential;
  if (validFrom !== null && validFrom.getTime() > now.getTime() + SKEW) return failed("not_yet", { date: iso(validFrom) });
  if (validUntil !== null && validUntil.getTime() < now.getTime() - SKEW) return failed("ended", { date: iso(validUntil) });
  return datesReadable(credential.claims) ? PASSED : unknown("dates_malformed");
}

const subjects = (credential: Credential): Set<string> =>
  new Set(list(credential.claims.credentialSubject).map(identifier).filter((id) => id !== null));

/** Is the issuer listed? A name that nobody signed for is not looked up. */
function issuer(credential: Credential, world: World, outcomes: Outcome[]): Answer {
  if (outcomes.includes("failed")) return unknown("not_checked");
  const known = world.trusted.get(credential.issuer);
  if (known === undefined) return unknown(subjects(credential).has(credential.issuer) ? "issuer_self" : "issuer_not_listed");
  const facts = { name: known.name, list: known.list };
  return known.sample ? unknown("issuer_sample", facts) : { outcome: "passed", reason: null, facts };
}

/** Is the sender, whose identifier is `proven` by a signature, the subject? */
function holder(credential: Credential, proven: string | null): Answer {
  if (proven === null) return unknown("holder_not_proven");
  const named = subjects(credential);
  if (named.has(proven)) return PASSED;
  const hashed = list(credential.claims.credentialSubject).some(
    (node) => isObject(node) && list(node.identifier).some((entry) => isObject(entry) && typeof entry.identityHash === "string"),
  );
  if (hashed) return unknown("subject_hashed");
  return [...named].some((name) => name.startsWith("did:")) ? failed("holder_not_subject") : unknown("subject_not_named");
}

// ---- Status --------------------------------------------------------------------------------------

const WITHDRAWN: { [purpose: string]: string } = { revocation: "revoked", suspension: "suspended" };
// Of several open questions the gravest is named.
const GRAVITY = ["status_not_trusted", "status_malformed", "status_out_of_date", "status_unsupported", "status_unreachable"];

async function status(credential: Credential, world: World): Promise<[Answer, Date]> {
  const lists = credential.status.length;
  if (lists === 0) return [{ ...PASSED, facts: { lists } }, world.now];
  const answers: Answer[] = [];
  let oldest: Date | null = null;
  for (const ref of credential.status) {
    const [answer, readAt] = await statusEntry(ref, credential, world);
    answers.push(answer);
    if (readAt !== null && (oldest === null || readAt < oldest)) oldest = readAt;
  }
  let worst = answers.find((a) => a.outcome === "failed");
  for (const reason of GRAVITY) worst ??= answers.find((a) => a.reason === reason);
  return [worst ?? { ...PASSED, facts: { lists } }, oldest ?? world.now];
}

async function statusEntry(ref: StatusRef, credential: Credential, world: World): Promise<[Answer, Date | null]> {
  if (!isUnderstood(ref)) return [unknown("status_unsupported"), null];
  if (!ref.purpose || !ref.listUrl || ref.index === null) return [unknown("status_malformed"), null];
  if (!Object.hasOwn(WITHDRAWN, ref.purpose)) return [PASSED, null]; // a message or a hint to refresh
  const fact = world.resolver(ref.listUrl);
  if (fact === null) return [unknown("status_unreachable"), null];
  let listed: Credential;
  let value: number;
  try {
    const readable = read(fact.body);
    if (readable.kind !== "credential") return [unknown("status_malformed"), fact.readAt];
    listed = readable;
    value = statusAt(listed.claims, ref);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [unknown("status_malformed"), fact.readAt];
  }
  // Only a list that its issuer signed says anything.
  if (!(await holds(listed, world))) return [unknown("status_not_trusted"), fact.readAt];
  const inDate = validity(listed, world.now).outcome === "passed";
  // A withdrawal cannot lapse, so an old list is enough to know of it; a suspension may.
  if (value !== 0 && (inDate || ref.purpose === "revocation")) return [failed(WITHDRAWN[ref.purpose]), fact.readAt];
  // The issuer chose the address, so what is withdrawn there is withdrawn; that nothing is, only the
  // issuer itself can say.
  if (listed.issuer !== credential.issuer) return [unknown("status_not_trusted"), fact.readAt];
  return [inDate ? PASSED : unknown("status_out_of_date"), fact.readAt];
}

async function holds(listed: Credential, world: World): Promise<boolean> {
  const checked = await checkProofs(listed, world);
  if (signatureAnswer(checked).outcome !== "passed") return false;
  return authority(checked, listed.issuer, "assertionMethod", world.resolver).outcome === "passed";
}

// ---- Reports -------------------------------------------------------------------------------------

const check = (question: Question, answer: Answer, checkedAt: Date): Check => ({ question, ...answer, checkedAt });

async function fiveChecks(credential: Credential, world: World): Promise<Check[]> {
  const { now } = world;
  const checked = await checkProofs(credential, world);
  const signature = signatureAnswer(checked);
  const spoken = authority(checked, credential.issuer, "assertionMethod", world.resolver);
  const [withdrawn, readAt] = await status(credential, world);
  return [
    check("signature", signature, now),
    check("authority", spoken, now),
    check("validity", validity(credential, now), now),
    check("status", withdrawn, readAt),
    check("issuer", issuer(credential, world, [signature.outcome, spoken.outcome]), now),
  ];
}

/** Ask the five questions about a credential, in their order. */
export async function verify(credential: Credential, world: World): Promise<Report> {
  return { checks: await fiveChecks(credential, world), tolerated: TOLERATED };
}

/** Ask about a presentation itself, and the five questions and the holder of each credential. */
export async function verifyPresentation(presentation: Presentation, world: World): Promise<{ own: Report; credentials: Report[] }> {
  const { now } = world;
  const checked = await checkProofs(presentation, world);
  const signature = checked.length > 0 ? signatureAnswer(checked) : unknown("no_proof");
  const sender = presentation.holder || (checked[0]?.finding.owner ?? "");
  const spoken = authority(checked, sender, "authentication", world.resolver);
  const proven = signature.outcome === "passed" && spoken.outcome === "passed" ? sender : null;
  const own: Report = {
    checks: [
      check("signature", signature, now),
      check("authority", spoken, now),
      check("validity", presentationDates(presentation, now), now),
      check("holder", senderAnswer(presentation, proven, world.pageOrigin), now),
    ],
    tolerated: TOLERATED,
  };
  const credentials: Report[] = [];
  for (const credential of presentation.credentials) {
    const checks = await fiveChecks(credential, world);
    credentials.push({ checks: [...checks, check("holder", holder(credential, proven), now)], tolerated: TOLERATED });
  }
  return { own, credentials };
}

/** Is every proof of a presentation of the past, and has none ended? */
function presentationDates(presentation: Presentation, now: Date): Answer {
  for (const proof of presentation.proofs) {
    if (proof.created !== null && proof.created.getTime() > now.getTime() + SKEW) return failed("not_yet", { date: iso(proof.created) });
    if (proof.expires !== null && proof.expires.getTime() < now.getTime() - SKEW) return failed("ended", { date: iso(proof.expires) });
  }
  return PASSED;
}

function senderAnswer(presentation: Presentation, proven: string | null, pageOrigin: string | undefined): Answer {
  if (proven === null) return unknown("holder_not_proven");
  // Every proof that names an audience must name this one: a second proof, by whoever passes a
  // presentation on, must not open it to others.
  const other = presentation.proofs.some((proof) => pageOrigin !== undefined && proof.domains.length > 0 && !proof.domains.includes(pageOrigin));
  return other ? failed("other_audience") : PASSED;
}
