// Does a credential hold? The same questions, outcomes and reasons as the desktop's `wallet.verify`,
// in the same order; none is answered by guessing and none throws for what is wrong with its input.

import { iso } from "./dates";
import { Refusal } from "./errors";
import { datesReadable, identifier } from "./fields";
import { type Answer, failed, keyAuthority, PASSED, unknown } from "./find";
import type { Check, Credential, Outcome, Presentation, Question, Report, Resolver, StatusRef } from "./model";
import { type CheckedProof, checkProofs, signatureAnswer, SKEW, type World } from "./proofs";
import { read } from "./read";
import { isAnother, isUnderstood, statusAt } from "./status";
import { isObject, list } from "./strictjson";
import { tokenDatesReadable } from "./token";

export const TOLERATED: ReadonlySet<string> = new Set([
  "issuer_not_listed", "issuer_sample", "issuer_self", "subject_not_named", "subject_hashed",
]);

// ---- The questions -------------------------------------------------------------------------------

/**
 * Is one of the proofs by a key that may speak for `speaker`? Only proofs that hold can speak. Where
 * none does, the first is asked all the same, because a key of somebody else is no less wrong; but
 * that it is the right one says nothing then.
 */
function authority(checked: CheckedProof[], speaker: string, purpose: string, resolver: Resolver): Answer {
  if (checked.length === 0) return unknown("not_checked");
  const holding = checked.filter((c) => c.answer.outcome === "passed");
  const answers: Answer[] = [];
  for (const one of holding.length > 0 ? holding : checked.slice(0, 1)) {
    let answer: Answer;
    if (one.proof.purpose !== purpose) answer = failed("wrong_purpose");
    else if (!one.finding.owner) answer = unknown("not_checked");
    else answer = keyAuthority(one.finding, speaker, purpose, resolver);
    if (answer === PASSED) return holding.length > 0 ? PASSED : unknown("not_checked");
    answers.push(answer);
  }
  return answers.find((a) => a.outcome === "unknown") ?? answers[0];
}

function validity(credential: Credential, now: Date): Answer {
  const { validFrom, validUntil } = credential;
  if (validFrom !== null && validFrom.getTime() > now.getTime() + SKEW) return failed("not_yet", { date: iso(validFrom) });
  if (validUntil !== null && validUntil.getTime() < now.getTime() - SKEW) return failed("ended", { date: iso(validUntil) });
  return datesReadable(credential.claims) && tokenDatesReadable(credential.token) ? PASSED : unknown("dates_malformed");
}

const subjects = (credential: Credential): Set<string> =>
  new Set(list(credential.claims.credentialSubject).map(identifier).filter((id) => id !== null));

/** Is the issuer listed? A name that nobody signed for is not looked up. */
function issuer(credential: Credential, world: World, outcomes: Outcome[]): Answer {
  if (outcomes.some((outcome) => outcome !== "passed")) return unknown("not_checked");
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
  const nodes = list(credential.claims.credentialSubject);
  // A subject with a key of its own is somebody else, whatever e-mail address is named besides; so is
  // one that cannot be read.
  const readable = nodes.every((node) => typeof (isObject(node) ? (node.id === undefined ? "" : node.id) : node) === "string");
  if (!readable || [...named].some((name) => name.startsWith("did:"))) return failed("holder_not_subject");
  const hashed = nodes.some(
    (node) => isObject(node) && list(node.identifier).some((entry) => isObject(entry) && typeof entry.identityHash === "string"),
  );
  return unknown(hashed ? "subject_hashed" : "subject_not_named");
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
    if (isAnother(listed.claims, ref.listUrl)) return [unknown("status_not_trusted"), fact.readAt];
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
  return tokenDatesReadable(presentation.token) ? PASSED : unknown("dates_malformed");
}

function senderAnswer(presentation: Presentation, proven: string | null, pageOrigin: string | undefined): Answer {
  if (proven === null) return unknown("holder_not_proven");
  // Every proof that names an audience must name this one: a second proof, by whoever passes a
  // presentation on, must not open it to others.
  const other = presentation.proofs.some((proof) => pageOrigin !== undefined && proof.domains.length > 0 && !proof.domains.includes(pageOrigin));
  return other ? failed("other_audience") : PASSED;
}
