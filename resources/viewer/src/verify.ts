// Does a credential hold? The same questions, outcomes and reasons as the desktop's `wallet.verify`,
// in the same order; none is answered by guessing and none throws for what is wrong with its input.

import { iso } from "./dates";
import { type Answer, failed, PASSED, unknown } from "./find";
import type { Check, Credential, Presentation, Question, Report } from "./model";
import { Badge } from "./ob2";
import { type Asked, withParts } from "./parts";
import { checkProofs, signatureAnswer, SKEW, type World } from "./proofs";
import { authority, type Coverage, coverageOf, holder, issuer, validity } from "./questions";
import { status } from "./status";
import { tokenDatesReadable } from "./token";

export const TOLERATED: ReadonlySet<string> = new Set([
  "parts_left_out", "issuer_not_listed", "issuer_test_list", "issuer_sample", "issuer_self", "subject_not_named", "subject_hashed",
  "subject_unsaid",
]);

// ---- Reports -------------------------------------------------------------------------------------

const check = (question: Question, answer: Answer, checkedAt: Date): Check => ({ question, ...answer, checkedAt });

/** A world for one question, noting when the oldest of what is read for it was read. */
function dated(world: World, at: Date): { world: World; at: Date } {
  const asked = { world, at };
  asked.world = {
    ...world,
    resolver: (url) => {
      const fact = world.resolver(url);
      if (fact !== null && fact.readAt < asked.at) asked.at = fact.readAt;
      return fact;
    },
  };
  return asked;
}

async function fiveChecks(credential: Credential, whole: Coverage | null, world: World, presented: boolean): Promise<Asked> {
  const { now } = world;
  if (credential.assertion !== undefined) return badgeChecks(credential, world);
  const key = dated(world, now);
  const checked = await checkProofs(credential, key.world, presented);
  const signature = signatureAnswer(checked);
  const speaking = dated(world, key.at);
  const spoken = authority(checked, credential.issuer, "assertionMethod", speaking.world.resolver);
  const covered = whole ?? coverageOf(credential, checked, speaking.world.resolver);
  const lists = dated(world, now);
  const withdrawn = await status(credential, covered, lists.world);
  const checks = [
    check("signature", signature, key.at),
    check("authority", spoken, speaking.at),
    check("validity", validity(credential, now, covered.lacksOwn), now),
    check("status", withdrawn, lists.at),
    check("issuer", issuer(credential, world, [signature.outcome, spoken.outcome]), speaking.at),
  ];
  return { checks, covered };
}

async function badgeChecks(given: Credential, world: World): Promise<Asked> {
  const { now } = world;
  const read = dated(world, now);
  const badge = await Badge.of(given, read.world.resolver);
  const [{ signature, credential }, spoken] = [badge, badge.authority()];
  const { at } = read;
  const withdrawn = badge.status();
  const checks = [
    check("signature", signature, at),
    check("authority", spoken, at),
    check("validity", validity(credential, now, false), now),
    check("status", withdrawn, read.at),
    check("issuer", issuer(credential, world, [signature.outcome, spoken.outcome]), at),
  ];
  return { checks, covered: { signature: signature.outcome, lacksOwn: false, lacksAny: false } };
}

/** Ask about a credential and what is inside; `more` was asked since somebody presents it. */
async function whole(credential: Credential, more: Check[], world: World): Promise<Report> {
  const ask = (one: Credential, around: Coverage | null) => fiveChecks(one, around, world, more.length > 0);
  const { checks, covered } = await ask(credential, null);
  return withParts(credential, { checks: [...checks, ...more], tolerated: TOLERATED, parts: [] }, covered, ask);
}

/** Ask the five questions about a credential, in their order, and about all that is inside. */
export async function verify(credential: Credential, world: World): Promise<Report> {
  return whole(credential, [], world);
}

/** Ask about a presentation itself, and the five questions and the holder of each credential. */
export async function verifyPresentation(presentation: Presentation, world: World): Promise<{ own: Report; credentials: Report[] }> {
  const { now } = world;
  const key = dated(world, now);
  const checked = await checkProofs(presentation, key.world);
  const signature = checked.length > 0 ? signatureAnswer(checked) : unknown("no_proof");
  const sender = presentation.holder || (checked[0]?.finding.owner ?? "");
  const speaking = dated(world, key.at);
  const spoken = authority(checked, sender, "authentication", speaking.world.resolver);
  const proven = signature.outcome === "passed" && spoken.outcome === "passed" ? sender : null;
  const own: Report = {
    checks: [
      check("signature", signature, key.at),
      check("authority", spoken, speaking.at),
      check("validity", presentationDates(presentation, now), now),
      check("holder", senderAnswer(presentation, proven, signature, world.pageOrigin), speaking.at),
    ],
    tolerated: TOLERATED,
    parts: [],
  };
  const shown = checked.flatMap((c) => (c.answer === PASSED && c.finding.key !== null ? [c.finding.key] : []));
  const credentials: Report[] = [];
  for (const credential of presentation.credentials) {
    credentials.push(await whole(credential, [check("holder", await holder(credential, proven, shown), speaking.at)], world));
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

function senderAnswer(presentation: Presentation, proven: string | null, signature: Answer, pageOrigin: string | undefined): Answer {
  // Whoever sent it pretended to have the key that the record is bound to.
  if (proven === null && signature.outcome === "failed" && presentation.token?.sd?.binding) return failed("key_binding_broken");
  if (proven === null) return unknown("holder_not_proven");
  // Every proof that names an audience must name this one: a second proof, by whoever passes a
  // presentation on, must not open it to others.
  const other = presentation.proofs.some((proof) => pageOrigin !== undefined && proof.domains.length > 0 && !proof.domains.includes(pageOrigin));
  return other ? failed("other_audience") : PASSED;
}
