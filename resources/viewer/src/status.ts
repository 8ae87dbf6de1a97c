// Has a credential been withdrawn? Every entry, every list, with the age of what is known. A list that
// says "withdrawn" is believed when whoever signed it is who it says, because the issuer chose its
// address; that nothing was withdrawn, only the issuer itself can say, and only in date.

import { type Facts, malformed, Refusal } from "./errors";
import { identifier, TOKEN_STATUS_LIST } from "./fields";
import { type Answer, failed, PASSED, unknown } from "./find";
import { BIT_LISTS, bitList, isAnother, listedBit, messageOf, nameList, OF_CREDENTIALS, PRIVATE_ENTRIES, tokenList, valueAt } from "./lists";
import type { Credential, Fact, StatusRef } from "./model";
import { type CheckedProof, checkJws, checkProofs, signatureAnswer, SKEW, type World } from "./proofs";
import { authority, type Coverage, coverageOf, validity } from "./questions";
import { read } from "./read";

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

/**
 * Nobody is asked about entries that nobody signed. Where some may have been left out, or half of
 * one, those that are shown can tell that the credential was withdrawn, and not that it was not.
 */
export async function status(credential: Credential, covered: Coverage, world: World): Promise<Answer> {
  if (covered.signature === "failed") return unknown("not_checked");
  const answers: Answer[] = [];
  for (const ref of credential.status) if (!saysNothing(ref)) answers.push(await statusEntry(ref, credential, world));
  const gravity = ({ outcome, reason }: Answer) => (outcome === "failed" ? -2 : GRAVITY.indexOf(reason!.slice(7)));
  const [worst] = answers.filter((a) => a.outcome !== "passed").sort((a, b) => gravity(a) - gravity(b));
  if (worst === undefined && covered.lacksOwn) return unknown("parts_left_out");
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
    return doubt(error.code === "too_complex" ? "not_checked" : error.code === "status_unsupported" ? "unsupported" : "malformed");
  }
}

/** What is made of an address in one check: once, also where it cannot be made. Who asks rests on all that was read for it. */
async function once<T>(key: string, world: World, make: (world: World) => T | Promise<T>): Promise<T> {
  const known = world.lists.read.get(key);
  if (known !== undefined) {
    known.urls.forEach(world.resolver);
    return known.made as Promise<T>;
  }
  const urls: string[] = [];
  const resolver = (url: string) => {
    urls.push(url);
    return world.resolver(url);
  };
  const made = (async () => make({ ...world, resolver }))();
  world.lists.read.set(key, { made, urls });
  return made;
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
  const [address] = ref.listUrl.split("#");
  const { found, ...list } = await once(`bits ${address}`, world, () => {
    const found = read(fact.body);
    if (found.kind !== "credential") throw malformed("bad_status_list");
    return { found, ...bitList(found.claims, world.lists) };
  });
  const { value, entries } = listedBit(list, ref);
  if (isAnother(found.claims.id, ref.listUrl)) return doubt("not_trusted");
  const { problem, current } = await once(`bits ${address} judged`, world, async (known) => {
    const checked = await checkProofs(found, known);
    const { lacksOwn } = coverageOf(found, checked, known.resolver);
    return { problem: doubtOf(checked, found.issuer, known), current: validity(found, known.now, lacksOwn) === PASSED };
  });
  if (problem !== null) return problem;
  const inDate = current && isFresh(fact, list.ttl, world.now);
  const message = value === 0 ? null : messageOf(ref, value);
  const answer = judged(found.issuer, inDate, value === 0 ? undefined : WITHDRAWN[ref.purpose], value !== 0, message, credential);
  return entries < PRIVATE_ENTRIES ? { ...answer, facts: { ...answer.facts, few: entries } } : answer;
}

async function ofToken(fact: Fact, ref: StatusRef, credential: Credential, world: World): Promise<Answer> {
  if (ref.index === null) return doubt("malformed");
  const [address] = ref.listUrl.split("#");
  const { jws, bits, size, ttl, ...found } = await once(`token ${address}`, world, () => tokenList(fact.body, world.lists));
  const { value } = valueAt(bits, ref.index, size, true);
  if (found.subject !== ref.listUrl) return doubt("not_trusted");
  const issuer = found.issuer || credential.issuer;
  const { kid } = jws.header;
  const method = typeof kid === "string" ? kid : null;
  const proof = { suite: jws.algorithm, method, purpose: "assertionMethod", created: found.issued, expires: null, domains: [], challenge: null, options: jws.header };
  const problem = await once(`token ${address} ${issuer}`, world, async (known) =>
    doubtOf([await checkJws(jws, proof, issuer, known.resolver)], issuer, known));
  if (problem !== null) return problem;
  const now = world.now.getTime();
  const inDate = found.issued.getTime() <= now + SKEW && (found.ends === null || found.ends.getTime() >= now - SKEW);
  return judged(issuer, inDate && isFresh(fact, ttl, world.now), OF_TOKENS[value], value !== 0, null, credential);
}

/**
 * Nobody signs a list of names: the credential, which is signed, says where it lies. That it does not
 * name the credential counts only of a list that says it is the one there, and whose.
 */
async function ofNames(fact: Fact, ref: StatusRef, credential: Credential, world: World): Promise<Answer> {
  const own = identifier(credential.claims.id);
  if (own === null) return doubt("malformed");
  const found = await once(`names ${ref.listUrl.split("#")[0]}`, world, () => nameList(fact.body, OF_CREDENTIALS));
  if (isAnother(found.id, ref.listUrl)) return doubt("not_trusted");
  const said = found.withdrawn.get(own);
  return judged(found.id && found.issuer, true, said && "revoked", false, said?.message ?? null, credential);
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
