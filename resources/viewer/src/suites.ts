// The proof suites this page checks: which keys each takes, and how its signature is written. The
// same table as the desktop's `wallet.formats.suites`.

import { base64url, type Bytes, utf8 } from "./bytes";
import { type Algorithm, type PublicKey, sha256, sha384 } from "./crypto";
import { malformed, unsupported } from "./errors";
import { types } from "./fields";
import { canonicalize, type Contexts } from "./jsonld";
import { multibase } from "./keys";
import type { Proof } from "./model";
import { jcs } from "./rdf";
import { isObject, type Json, type JsonObject, parseObject } from "./strictjson";

type KeyType = PublicKey["type"];

/** One way to sign a document; `older` ones are named by the proof's type, not by `cryptosuite`. */
export interface Suite {
  algorithms: { [type in KeyType]?: readonly Algorithm[] };
  older?: boolean;
  /** The JSON itself is signed (RFC 8785), else the statements it makes. */
  jcs?: boolean;
  /** The signature is a detached JWS, else its bare bytes. */
  jws?: boolean;
  /** What the proof's options are read in when they name nothing; else the document's contexts. */
  context?: string;
  /** Statements are signed one by one, so that some can be left out. */
  selective?: boolean;
}

/** A proof's signature; what it is over starts with `prefix`. `algorithm` is what it states. */
export interface Signature {
  data: Bytes;
  prefix: Bytes;
  algorithm: string;
}

const ED25519: Suite["algorithms"] = { Ed25519: ["EdDSA"] };
const NIST: Suite["algorithms"] = { "P-256": ["ES256"], "P-384": ["ES384"] };
const K256: Suite["algorithms"] = { secp256k1: ["ES256K"] };
const RSA: Suite["algorithms"] = { RSA: ["PS256", "RS256"] };
const old = (algorithms: Suite["algorithms"]): Suite => ({ algorithms, older: true, jws: true, context: "https://w3id.org/security/v2" });
const SUITES: ReadonlyMap<string, Suite> = new Map<string, Suite>([
  ["eddsa-rdfc-2022", { algorithms: ED25519 }],
  // The name of eddsa-rdfc-2022 in drafts; Open Badges 3.0 examples still use it.
  ["eddsa-2022", { algorithms: ED25519 }],
  ["eddsa-jcs-2022", { algorithms: ED25519, jcs: true }],
  ["ecdsa-rdfc-2019", { algorithms: NIST }],
  ["ecdsa-jcs-2019", { algorithms: NIST, jcs: true }],
  ["ecdsa-sd-2023", { algorithms: { "P-256": ["ES256"] }, selective: true }],
  ["Ed25519Signature2020", { algorithms: ED25519, older: true }],
  ["Ed25519Signature2018", old(ED25519)],
  ["EcdsaSecp256k1Signature2019", old(K256)],
  ["RsaSignature2018", old(RSA)],
  ["JsonWebSignature2020", { algorithms: { ...ED25519, ...NIST, ...K256, ...RSA }, older: true, jws: true }],
]);

// What a proof may say (VC Data Integrity 1.0 section 2.1). To a signature over statements another
// member could be one of these under another name.
const MEMBERS = new Set([
  "@context", "id", "type", "cryptosuite", "created", "expires", "domain", "challenge",
  "nonce", "verificationMethod", "proofPurpose", "previousProof",
]);
const SEVERAL = new Set(["domain", "previousProof"]);
const MAX_JWS_CHARS = 2 * 1024;

/** The suite that a proof is of; undefined for one that cannot be checked here. */
export function suiteOf(proof: Proof): Suite | undefined {
  const suite = SUITES.get(proof.suite);
  const newer = types(proof.options.type)[0] === "DataIntegrityProof";
  return suite !== undefined && newer !== (suite.older === true) ? suite : undefined;
}

/** The member of a proof that holds its signature. */
export const signatureMember = (suite: Suite): string => (suite.jws ? "jws" : "proofValue");

/** The hash of what is canonical: the newer suites go by the key's curve. */
export function canonicalHash(value: JsonObject, suite: Suite, contexts: Contexts, type?: KeyType): Bytes {
  const hash = type === "P-384" && !suite.jws ? sha384 : sha256;
  return hash(suite.jcs ? jcs(value, true) : canonicalize(value, contexts, hash));
}

/**
 * Is a member the text, or for some the flat list of texts, that is read of it? To a signature over
 * statements a list in a list and a value spelled out would say the same.
 */
function isPlain(name: string, value: Json): boolean {
  if (name === "@context" || value === null) return true;
  if (SEVERAL.has(name) && Array.isArray(value)) return value.every((item) => typeof item === "string");
  return typeof value === "string";
}

/**
 * Refuse a proof with a member that is of no suite here, or that could be read in two ways. One that is
 * a node of its own (a key with its name, as some early proofs have it) is not understood.
 */
export function checkMembers(proof: Proof, suite: Suite): void {
  const own = signatureMember(suite);
  if (typeof proof.options[own] !== "string") throw malformed("bad_signature_encoding");
  for (const [name, value] of Object.entries(proof.options)) {
    if (isPlain(name, value) && (MEMBERS.has(name) || name === own)) continue;
    if (!MEMBERS.has(name) || isObject(value)) throw unsupported("proof_unsupported", { suite: proof.suite.slice(0, 60) });
    throw malformed("wrong_type");
  }
}

export function signatureOf(proof: Proof, suite: Suite): Signature {
  const member = signatureMember(suite);
  if (!suite.jcs) checkMembers(proof, suite);
  const value = proof.options[member];
  if (typeof value !== "string") throw malformed("bad_signature_encoding");
  if (suite.jws) return detached(value, suite);
  const data = multibase(value);
  const size = data.length;
  if (value[0] !== "z" || (size !== 64 && (size !== 96 || !("P-384" in suite.algorithms)))) throw malformed("bad_signature_encoding");
  return { data, prefix: new Uint8Array(), algorithm: "" };
}

/** Take a detached JWS over unencoded bytes apart (RFC 7515 appendix F, RFC 7797). */
function detached(value: string, suite: Suite): Signature {
  const parts = value.split(".");
  if (value.length > MAX_JWS_CHARS || parts.length !== 3 || parts[1] !== "") throw malformed("bad_jose");
  const { alg: algorithm, b64, crit, ...rest } = parseObject(base64url(parts[0]), { size: MAX_JWS_CHARS, depth: 4 });
  const data = base64url(parts[2]);
  if (typeof algorithm !== "string" || algorithm.toLowerCase() === "none") throw malformed("bad_jose");
  if (b64 !== false || !Array.isArray(crit) || crit.length !== 1 || crit[0] !== "b64") throw malformed("bad_jose");
  if (Object.keys(rest).some((name) => name !== "kid" && name !== "typ")) throw malformed("bad_jose");
  if (!Object.values(suite.algorithms).some((names) => (names as readonly string[]).includes(algorithm))) {
    throw unsupported("algorithm_unsupported", { suite: algorithm.slice(0, 40) });
  }
  return { data, prefix: utf8(`${parts[0]}.`), algorithm };
}

/** What a key of this type signs with here; undefined for a key that is not for it. */
export function algorithmFor(suite: Suite, type: KeyType, signature: Signature): string | undefined {
  const names = (suite.algorithms[type] ?? []) as readonly string[];
  return signature.algorithm ? names.find((name) => name === signature.algorithm) : names[0];
}
