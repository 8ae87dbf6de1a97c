// What stands inside a credential, each asked the same questions. What its own issuer signed is one
// thing, what others signed that it carries another: none of it changes the answers about the whole.

import { identifier, plainText } from "./fields";
import { type Answer, failed, PASSED, unknown } from "./find";
import { type Inside, inside } from "./inside";
import type { Check, Credential, PartReport, Question, Report, Thing } from "./model";
import { sizeOf } from "./proofs";
import { type Coverage, subjects } from "./questions";
import { isObject, type JsonObject, list } from "./strictjson";

const MAX_PARTS = 300;
const MAX_DEPTH = 3;
const MAX_VALUES = 120_000;
// The answers about an unsigned record that are those about the record around it, of its own issuer.
const SHARED = new Set<Question>(["signature", "authority", "issuer"]);

export interface Asked {
  checks: Check[];
  covered: Coverage;
}

/** Puts the five questions to one credential; to one that the proofs of another cover, by those. */
type Ask = (credential: Credential, whole: Coverage | null) => Promise<Asked>;

/** The report about a credential with one on everything that stands inside it. */
export async function withParts(whole: Credential, report: Report, covered: Coverage, ask: Ask, depth = 0, left = { parts: MAX_PARTS, values: MAX_VALUES }): Promise<Report> {
  const parts: PartReport[] = [];
  for (const one of inside(whole)) {
    if (--left.parts < 0) {
      parts.push(unchecked(one, "too_many_credentials"));
      break; // one for all the rest
    }
    parts.push(await part(one, whole, report, covered, ask, depth, left));
  }
  return { ...report, parts };
}

async function part(one: Inside, whole: Credential, around: Report, cover: Coverage, ask: Ask, depth: number, left: { parts: number; values: number }): Promise<PartReport> {
  const { credential } = one;
  if (credential === null) return unchecked(one, one.error);
  if (depth >= MAX_DEPTH) return unchecked(one, "too_deep");
  left.values -= sizeOf(credential.claims) * Math.max(1, credential.proofs.length);
  if (left.values < 0) return unchecked(one, "too_complex");
  // Unsigned and of the whole's own issuer: the whole's proof covers it. Not so an endorsement: what
  // several of them say of one thing is one heap to a signature over statements.
  const shared = one.role === "credential" && credential.format === "unsecured" && credential.issuer === whole.issuer;
  const asked = await ask(credential, shared ? { ...cover, lacksOwn: cover.lacksAny } : null);
  let { checks } = asked;
  if (shared) {
    checks = checks.map((check) => (SHARED.has(check.question) ? around.checks.find((c) => c.question === check.question)! : check));
  }
  const [answer, thing] = belonging(one, credential, whole);
  checks.push({ question: "belongs", ...answer, checkedAt: checks[0].checkedAt });
  const report = await withParts(credential, { checks, tolerated: around.tolerated, parts: [] }, asked.covered, ask, depth + 1, left);
  return { ...unchecked(one, null), thing, report };
}

function unchecked({ role, place, thing, value, credential }: Inside, problem: string | null): PartReport {
  const claims: JsonObject = credential?.claims ?? (isObject(value) ? value : {});
  const { issuer } = claims;
  return {
    role, place, thing, problem, credential, report: null,
    title: credential?.title ?? plainText(claims.name) ?? "",
    issuer: identifier(issuer) ?? "",
    issuerName: isObject(issuer) ? (plainText(issuer.name) ?? "") : "",
  };
}

function belonging(one: Inside, credential: Credential, whole: Credential): [Answer, Thing] {
  const named = subjects(credential);
  if (one.role === "endorsement") {
    const own = identifier(one.holder);
    if (own !== null && named.has(own)) return [PASSED, one.thing];
    for (const [thing, name] of endorsable(whole.claims)) if (name !== null && named.has(name)) return [PASSED, thing];
    return [named.size === 0 || own === null ? unknown("endorsed_unsaid") : failed("endorses_another"), one.thing];
  }
  const around = subjects(whole);
  if (named.size === 0 || around.size === 0) return [unknown("subject_unsaid"), one.thing];
  const same = [...named].some((name) => around.has(name));
  return [same ? { ...PASSED, facts: { person: "1" } } : unknown("subject_differs"), one.thing];
}

/** What in a credential an endorsement may be of, with its identifier. */
function endorsable(claims: JsonObject): [Thing, string | null][] {
  const out: [Thing, string | null][] = [["credential", identifier(claims.id)], ["issuer", identifier(claims.issuer)]];
  for (const subject of list(claims.credentialSubject).filter(isObject)) {
    out.push(["person", identifier(subject)]);
    for (const achievement of list(subject.achievement)) out.push(["achievement", identifier(achievement)]);
  }
  return out;
}
