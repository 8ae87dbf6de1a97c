// Has a credential been withdrawn? Every entry, every list, with the age of what is known. A list that
// says "withdrawn" is believed when whoever signed it is who it says, because the issuer chose its
// address; that nothing was withdrawn, only the issuer itself can say, and only in date.

import { type Facts, Refusal } from "./errors";
import { identifier, TOKEN_STATUS_LIST } from "./fields";
import { type Answer, failed, PASSED, unknown } from "./find";
import { BIT_LISTS, isAnother, listedBit, listedToken, messageOf, nameList, OF_CREDENTIALS, PRIVATE_ENTRIES } from "./lists";
import type { Credential, Fact, StatusRef } from "./model";
import { type CheckedProof, checkJws, checkProofs, signatureAnswer, SKEW, type World } from "./proofs";
import { authority, validity } from "./questions";
import { read } from "./read";
import { mayLackParts } from "./selective";

const WITHDRAWN: { [purpose: string]: string } = { revocation: "revoked", suspension: "suspended" };
const OF_TOKENS = [undefined, "revoked", "suspended"];
// A copy read within one sitting is fresh enough, whatever the list asks for.
const LEAST_TTL = 10 * 60_000;
const MOST_TTL = 3650 * 24 * 3600_000;
// Of several open questions the gravest is named.
const GRAVITY = ["not_trusted", "malformed", "not_checked", "out_of_date", "unsupported", "unreachable", "noted"];

const doubt = (what: string): Answer => unknown(`status_${what}`);

/** An entry that only tells where a newer credential can be had names no list. */
const saysNothing = (ref: StatusRef): boolean =>
  ref.type === "1EdTechCredentialRefresh" || (BIT_LISTS.includes(ref.type) && ref.purpose === "refresh");

export async function status(credential: Credential, world: World): Promise<Answer> {
  if (credential.status.length === 0 && mayLackParts(credential)) return unknown("parts_left_out");
  const answers: Answer[] = [];
  for (const ref of credential.status) if (!saysNothing(ref)) answers.push(await statusEntry(ref, credential, world));
  let worst = answers.find((a) => a.outcome === "failed");
  for (const what of GRAVITY) worst ??= answers.find((a) => a.reason === `status_${what}`);
  return worst ?? { ...PASSED, facts: { lists: answers.length } };
}

type Reader = (fact: Fact, ref: StatusRef, credential: Credential, world: World) => Answer | Promise<Answer>;

async function statusEntry(ref: StatusRef, credential: Credential, world: World): Promise<Answer> {
  const reader = Object.hasOwn(READERS, ref.type) ? READERS[ref.type] : undefined;
  if (reader === undefined) return doubt("unsupported");
  const [address] = ref.listUrl.split("#");
  if (!ref.purpose || !address) return doubt("malformed");
  const fact = world.resolver(address);
  if (fact === null) return doubt("unreachable");
  try {
    return await reader(fact, ref, credential, world);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return doubt(error.code === "status_unsupported" ? "unsupported" : "malformed");
  }
}

/** What a list says: `withdrawn`, or `noted`, or neither. */
function judged(issuer: string, inDate: boolean, withdrawn: string | undefined, noted: boolean, message: string | null, credential: Credential): Answer {
  const facts: Facts = message === null ? {} : { message };
  // A withdrawal cannot lapse, so an old list is enough to know of it; a suspension may.
  if (withdrawn !== undefined && (inDate || withdrawn === "revoked")) return failed(withdrawn, facts);
  if (issuer !== credential.issuer) return doubt("not_trusted");
  if (!inDate) return doubt("out_of_date");
  return noted ? unknown("status_noted", facts) : PASSED;
}

const READERS: { [type: string]: Reader } = {
  ...Object.fromEntries(BIT_LISTS.map((type) => [type, ofBits])),
  [TOKEN_STATUS_LIST]: ofToken,
  "1EdTechRevocationList": ofNames,
};

async function ofBits(fact: Fact, ref: StatusRef, credential: Credential, world: World): Promise<Answer> {
  if (ref.index === null) return doubt("malformed");
  if (ref.purpose !== "message" && !Object.hasOwn(WITHDRAWN, ref.purpose)) return doubt("unsupported");
  const found = read(fact.body);
  if (found.kind !== "credential") return doubt("malformed");
  const { value, entries, ttl } = listedBit(found.claims, ref);
  if (isAnother(found.claims.id, ref.listUrl)) return doubt("not_trusted");
  const problem = doubtOf(await checkProofs(found, world), found.issuer, world);
  if (problem !== null) return problem;
  const inDate = validity(found, world.now).outcome === "passed" && isFresh(fact, ttl, world.now);
  const message = value === 0 ? null : messageOf(ref, value);
  const answer = judged(found.issuer, inDate, value === 0 ? undefined : WITHDRAWN[ref.purpose], value !== 0, message, credential);
  return entries < PRIVATE_ENTRIES ? { ...answer, facts: { ...answer.facts, few: entries } } : answer;
}

async function ofToken(fact: Fact, ref: StatusRef, credential: Credential, world: World): Promise<Answer> {
  if (ref.index === null) return doubt("malformed");
  const { jws, value, ttl, ...found } = listedToken(fact.body, ref);
  if (found.subject !== ref.listUrl) return doubt("not_trusted");
  const issuer = found.issuer || credential.issuer;
  const { kid } = jws.header;
  const method = typeof kid === "string" ? kid : null;
  const proof = { suite: jws.algorithm, method, purpose: "assertionMethod", created: found.issued, expires: null, domains: [], challenge: null, options: jws.header };
  const problem = doubtOf([await checkJws(jws, proof, issuer, world.resolver)], issuer, world);
  if (problem !== null) return problem;
  const now = world.now.getTime();
  const inDate = found.issued.getTime() <= now + SKEW && (found.ends === null || found.ends.getTime() >= now - SKEW);
  return judged(issuer, inDate && isFresh(fact, ttl, world.now), OF_TOKENS[value], value !== 0, null, credential);
}

/** Nobody signs a list of names: the credential, which is signed, says where it lies. */
function ofNames(fact: Fact, ref: StatusRef, credential: Credential): Answer {
  const own = identifier(credential.claims.id);
  if (own === null) return doubt("malformed");
  const found = nameList(fact.body, OF_CREDENTIALS);
  if (isAnother(found.id, ref.listUrl)) return doubt("not_trusted");
  const said = found.withdrawn.get(own);
  return judged(found.issuer || credential.issuer, true, said && "revoked", false, said?.message ?? null, credential);
}

/** Why a list is not taken for its issuer's: it is not, or that cannot be known here. */
function doubtOf(checked: CheckedProof[], issuer: string, world: World): Answer | null {
  const outcomes = [signatureAnswer(checked).outcome, authority(checked, issuer, "assertionMethod", world.resolver).outcome];
  if (outcomes.includes("failed")) return doubt("not_trusted");
  return outcomes.includes("unknown") ? doubt("not_checked") : null;
}

/** Is a copy as young as its issuer asks of one (`ttl`)? */
const isFresh = (fact: Fact, ttl: number | null, now: Date): boolean =>
  ttl === null || ttl < 0 || now.getTime() - fact.readAt.getTime() <= Math.max(Math.min(ttl, MOST_TTL), LEAST_TTL) + SKEW;
