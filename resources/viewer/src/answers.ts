// The four answers a recruiter gets (who issued it, is it valid now, was it meant for you, is the
// sender the person named), drawn from the checks. Pure: no DOM, no clock, no network.

import { sha256 } from "./crypto";
import { hex } from "./bytes";
import { domainOf } from "./keys";
import { type Check, type Checked, type Credential, type Outcome, partOutcome, type Presentation, type Question, recordsInside, type Report, worst } from "./model";
import { clip, type EmailHash, readRecord, type Record } from "./record";
import { type Fields, isWord, type Word } from "./words";

export interface Sentence {
  word: Word;
  fields?: Fields;
  /** Fields that are dates: said in the reader's own manner. */
  dates?: { [name: string]: { date: Date; as: "day" | "near" | "time" } };
  /** The credentials it is about, by title, when several are shared and it is not about all. */
  about?: string[];
  /** Where it comes among others: the lower, the earlier. */
  rank?: number;
}

export interface Answer {
  question: "who" | "valid" | "meant" | "person";
  outcome: Outcome;
  /** Past its own date rather than wrong: shown with the ring with hands. */
  ended: boolean;
  sentences: Sentence[];
}

export type State = "holds" | "unchecked" | "broken" | "foreign" | "withdrawn" | "ended" | "ends_soon" | "self" | "not_all_holds" | "not_all_checked";

export interface Shown {
  credential: Credential;
  record: Record;
  report: Report;
  state: State;
  /** May an e-mail address be compared: does the issuer say it, and is nothing else known? */
  comparable: boolean;
  emailMatch: boolean | null;
  /** The issuer's name where a list gives it; null where the credential alone says it. */
  listedAs: string | null;
}

export interface View {
  shown: Shown[];
  answers: Answer[];
  presented: boolean;
  senderName: string | null;
  audience: string | null;
  sample: boolean;
  comparesEmail: boolean;
}

const ENDS_SOON_MS = 183 * 86_400_000;

export const checkOf = (report: Report, question: Question): Check | undefined =>
  report.checks.find((c) => c.question === question);

/** The one state a credential shows, the gravest first. */
export function stateOf(report: Report, ends: Date | null, now: Date): State {
  const failed = new Set(report.checks.filter((c) => c.outcome === "failed" && c.question !== "holder").map((c) => c.reason));
  if (failed.has("revoked") || failed.has("suspended")) return "withdrawn";
  if ([...failed].some((r) => r !== "ended")) return "broken";
  if (checkOf(report, "holder")?.outcome === "failed") return "foreign";
  if (failed.has("ended") || (ends !== null && ends <= now)) return "ended";
  // Who the sender is has its own answer; it does not make the credential itself uncertain.
  const open = report.checks.some((c) => c.outcome === "unknown" && c.question !== "holder" && !QUIET.has(c.reason ?? ""));
  if (open) return "unchecked";
  // What was checked of the whole must not hide what stands inside it.
  const inside = worst(recordsInside(report).map(partOutcome));
  if (inside !== "passed") return inside === "failed" ? "not_all_holds" : "not_all_checked";
  if (report.checks.some((c) => c.reason === "issuer_self")) return "self";
  return ends !== null && ends.getTime() - now.getTime() <= ENDS_SOON_MS ? "ends_soon" : "holds";
}

// Answered by "Who issued it": an unlisted issuer's credential is otherwise checked to the end.
const QUIET = new Set(["issuer_not_listed", "issuer_test_list", "issuer_sample", "issuer_self", "subject_unsaid", "parts_left_out"]);

/** How many of the records inside fall short of holding, and how; that all hold where they do. */
export function insideSentences(report: Report): Sentence[] {
  const found = recordsInside(report);
  const total = found.length;
  if (total === 0) return [];
  const failed = found.filter((one) => partOutcome(one) === "failed");
  const ended = failed.filter((one) => one.report!.checks.every((c) => c.outcome !== "failed" || c.reason === "ended")).length;
  const counts: [Word, number][] = [
    ["inside_failed", failed.length - ended],
    ["inside_ended", ended],
    ["inside_open", found.filter((one) => partOutcome(one) === "unknown").length],
  ];
  const said: Sentence[] = [];
  counts.forEach(([word, n], rank) => { if (n > 0) said.push({ word, fields: { n, total }, rank }); });
  return said.length > 0 ? said : [{ word: "inside_all", fields: { total } }];
}

/** Compare an e-mail address with a salted hash (Open Badges 3.0, section 9.1). */
export function emailMatches(email: string, identity: EmailHash): boolean {
  for (const spelling of new Set([email.trim(), email.trim().toLowerCase()])) {
    const digest = `sha256$${hex(sha256(spelling + identity.salt))}`;
    if (identity.hash.toLowerCase() === digest || identity.hash.toLowerCase() === `plain$${spelling.toLowerCase()}`) return true;
  }
  return false;
}

const holds = (report: Report, ...questions: Question[]) =>
  questions.every((q) => checkOf(report, q)?.outcome === "passed");

/** How an issuer is named: its domain, or the beginning of its key or of another identifier. */
function issuerPlace(id: string): { domain: string } | { key: string } | { id: string } {
  const domain = domainOf(id);
  if (domain !== null) return { domain: clip(domain, 120) };
  const short = id.length > 28 ? `${id.slice(0, 18)}…${id.slice(-6)}` : clip(id, 40);
  return /^did:(key|jwk):/.test(id) ? { key: short } : { id: short };
}

function who(shown: Shown[]): Answer {
  const sentences = new Map<string, Sentence>();
  const stated: string[] = [];
  const outcomes: Outcome[] = [];
  for (const { record, report } of shown) {
    const place = issuerPlace(record.issuerId);
    const claimed = record.issuerName ?? "";
    const fields: Fields = { ...place, claimed };
    const signature = checkOf(report, "signature");
    const authority = checkOf(report, "authority");
    const issuer = checkOf(report, "issuer");
    let word: Word;
    let outcome: Outcome = "unknown";
    if (signature?.outcome === "failed" || authority?.outcome === "failed") {
      word = signature?.reason === "no_proof" ? "who_unsigned" : "who_unproven";
      outcome = "failed";
    } else if (issuer?.reason === "issuer_self") word = "who_self";
    else if (signature?.outcome !== "passed" || authority?.outcome !== "passed") word = "who_unchecked";
    else if (issuer?.outcome === "passed") {
      word = "who_listed";
      outcome = "passed";
      fields.name = String(issuer.facts.name ?? claimed);
      fields.list = String(issuer.facts.list ?? "");
    } else if (issuer?.reason === "issuer_sample" || issuer?.reason === "issuer_test_list") {
      word = issuer.reason === "issuer_sample" ? "who_sample" : "who_test";
      fields.list = String(issuer.facts.list ?? "");
      fields.claimed = claimed || String(issuer.facts.name ?? "");
    } else word = "domain" in place ? "who_domain" : "who_unlisted";
    const nameless = `${word === "who_unsigned" ? "who_unproven" : word}_nameless`;
    if (fields.claimed === "" && isWord(nameless)) word = nameless;
    outcomes.push(outcome);
    if (word === "who_self") stated.push(record.title);
    else sentences.set(word + JSON.stringify(fields), { word, fields });
  }
  const all = [...sentences.values()];
  if (stated.length > 0) all.push({ word: "who_self", about: stated });
  return { question: "who", outcome: worst(outcomes), ended: false, sentences: all };
}

/** The sentence for one check: the key of `words.ts` that fits its reason and facts. */
export function checkSentence(check: Check, credential: Credential | null): Sentence {
  if (check.reason === null) {
    if (check.question === "status" && check.facts.lists === 0) return { word: "passed_status_none" };
    if (check.question === "belongs" && check.facts.person) return { word: "passed_belongs_person" };
    const hosted = `passed_${check.question}_hosted`;
    if (check.facts.hosted !== undefined && isWord(hosted)) return { word: hosted };
    return { word: `passed_${check.question}` as Word };
  }
  if (check.reason === "ended" && credential?.validUntil) {
    return { word: "ended_on", dates: { until: { date: credential.validUntil, as: "day" } } };
  }
  if (check.reason === "not_yet" && credential?.validFrom) {
    return { word: "not_yet_on", dates: { from: { date: credential.validFrom, as: "day" } } };
  }
  if (check.reason === "term_not_signed" && typeof check.facts.term === "string") {
    return { word: "term_not_signed_named", fields: { term: clip(check.facts.term, 60) } };
  }
  const saying = `${check.reason}_saying`;
  if (typeof check.facts.message === "string" && isWord(saying)) return { word: saying, fields: { message: clip(check.facts.message, 200) } };
  return { word: check.reason as Word };
}

/** When the questions were asked: some answers rest on nothing older. */
const asked = (report: Report): Date => new Date(Math.max(...report.checks.map((c) => c.checkedAt.getTime())));

function valid(shown: Shown[], presentation: Report | null): Answer {
  const sentences: Sentence[] = [];
  const outcomes: Outcome[] = [];
  let onlyEnded = true;
  const own = presentation === null ? undefined : checkOf(presentation, "signature");
  if (own?.outcome === "failed" && own.reason !== "no_proof" && own.reason !== "proof_expired") {
    outcomes.push("failed");
    sentences.push({ word: own.reason === "altered" ? "valid_presentation" : checkSentence(own, null).word });
    onlyEnded = false;
  }
  let readAt: Date | null = null;
  let known: Date | null = null; // when a key was read, where that was not today
  for (const { credential, record, report } of shown) {
    for (const question of ["signature", "authority", "validity", "status"] as const) {
      const check = checkOf(report, question);
      if (check === undefined) continue;
      outcomes.push(check.outcome);
      if (question === "status" && check.outcome === "passed" && check.facts.lists !== 0) {
        if (readAt === null || check.checkedAt < readAt) readAt = check.checkedAt;
      } else if (check.checkedAt.toDateString() !== asked(report).toDateString() && (known === null || check.checkedAt < known)) {
        known = check.checkedAt;
      }
      if (check.outcome === "passed") continue;
      if (check.reason !== "ended") onlyEnded = false;
      if (check.reason === "not_checked") continue;
      const rank = check.reason === "ended" ? 1 : check.outcome === "failed" ? 0 : 2;
      sentences.push({ rank, ...checkSentence(check, credential), ...(shown.length > 1 ? { about: [record.title] } : {}) });
    }
  }
  let filled = false;
  for (const { record, report } of shown) {
    const inside = recordsInside(report).map(partOutcome);
    outcomes.push(...inside);
    filled ||= inside.length > 0;
    if (worst(inside) === "passed") continue;
    const said = insideSentences(report);
    if (said.some(({ word }) => word === "inside_failed")) onlyEnded = false;
    sentences.push(...said.map((one) => ({ ...one, ...(shown.length > 1 ? { about: [record.title] } : {}) })));
  }
  // What does not hold comes before what ended, and that before what could not be checked.
  sentences.sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const outcome = worst(outcomes);
  if (outcome === "passed") {
    sentences.push({ word: readAt !== null ? "valid_all" : "valid_all_nolist" });
    if (filled) sentences.push({ word: "inside_all_hold" });
    if (readAt !== null) sentences.push({ word: "list_read", dates: { when: { date: readAt, as: "time" } } });
  }
  if (known !== null) sentences.push({ word: "last_known", dates: { when: { date: known, as: "day" } } });
  return { question: "valid", outcome, ended: outcome === "failed" && onlyEnded, sentences };
}

/** For where and whom each proof that says so was made, and when the first of them ends. */
function presentedFor(presentation: Presentation): { domains: string[][]; expires: Date | null } {
  const ends = presentation.proofs.map((proof) => proof.expires).filter((e) => e !== null);
  return {
    domains: presentation.proofs.map((proof) => proof.domains).filter((domains) => domains.length > 0),
    expires: ends.length > 0 ? new Date(Math.min(...ends.map((e) => e.getTime()))) : null,
  };
}

const LOOPBACK = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

function originOf(address: string): string | null {
  try {
    return /^https?:/.test(address) ? new URL(address).origin : null;
  } catch {
    return null;
  }
}

/** Never "yes" by itself: that the reader is the one it names, no page can know. */
function meant(presentation: Presentation | null, report: Report | null, pageOrigin: string, link: boolean): Answer {
  const answer = (outcome: Outcome, sentences: Sentence[], ended = false): Answer =>
    ({ question: "meant", outcome, ended, sentences });
  if (presentation === null || report === null) return answer("unknown", [{ word: "meant_file" }]);
  const signature = checkOf(report, "signature");
  const { domains, expires } = presentedFor(presentation);
  if (checkOf(report, "validity")?.reason === "ended" && expires !== null) {
    return answer("failed", [{ word: link ? "meant_link_ended" : "meant_share_ended", dates: { date: { date: expires, as: "near" } } }], true);
  }
  const authority = checkOf(report, "authority");
  if (signature?.reason === "no_proof") return answer("unknown", [{ word: "meant_unsigned" }]);
  if (signature?.outcome === "failed") return answer("failed", [{ word: "meant_broken" }]);
  if (authority?.outcome === "failed") return answer("failed", [{ word: "meant_foreign" }]);
  if (checkOf(report, "validity")?.reason === "not_yet") return answer("failed", [{ word: "meant_not_yet" }]);
  if (signature?.outcome !== "passed" || authority?.outcome !== "passed") return answer("unknown", [{ word: "meant_unchecked" }]);
  const sentences: Sentence[] = [];
  const audience = presentation.name ?? domains[0]?.[1]?.replace(/^mailto:/, "") ?? null;
  sentences.push(audience === null ? { word: "meant_nobody" } : { word: "meant_for", fields: { name: forName(audience) } });
  // Every proof that names where it is to be opened must name this page: a second proof, by whoever
  // passes a presentation on, must not open it to others.
  const elsewhere = domains.map((some) => some.map(originOf).filter((o) => o !== null)).find((origins) => !origins.includes(pageOrigin));
  if (elsewhere === undefined && audience !== null) sentences.push({ word: "meant_you" });
  sentences.push(
    expires === null
      ? { word: "meant_no_end" }
      : { word: link ? "meant_link_ends" : "meant_share_ends", dates: { date: { date: expires, as: "near" } } },
  );
  const expected = elsewhere?.[0];
  if (expected === undefined) return answer("unknown", sentences);
  const word = LOOPBACK.test(pageOrigin) ? "meant_preview" : "meant_elsewhere";
  sentences.push({ word, fields: { expected: clip(expected, 120), actual: clip(pageOrigin, 120) } });
  return answer("unknown", sentences);
}

/** "For Harbor Hospital HR" is the presentation's name; the sentence has its own "for". */
export const forName = (name: string) => clip(name.replace(/^For\s+/i, ""), 160);

function person(shown: Shown[], presentation: Report | null): Answer {
  const outcomes: Outcome[] = [];
  const sentences: Sentence[] = [];
  const answer = (): Answer => ({ question: "person", outcome: worst(outcomes), ended: false, sentences });
  const signature = presentation === null ? undefined : checkOf(presentation, "signature");
  const authority = presentation === null ? undefined : checkOf(presentation, "authority");
  const proven = presentation !== null && holds(presentation, "signature", "authority");
  if (signature?.outcome === "failed" || authority?.outcome === "failed") {
    outcomes.push("failed");
    sentences.push({ word: signature?.outcome === "failed" ? "person_broken" : "person_foreign" });
    return answer();
  }
  for (const one of shown) {
    const check = checkOf(one.report, "holder");
    const about = shown.length > 1 ? { about: [one.record.title] } : {};
    let outcome: Outcome = check?.outcome ?? "unknown";
    let word: Word = presentation === null ? "person_not_presented" : "person_unnamed";
    if (outcome === "failed") word = "person_other";
    else if (outcome === "passed" && holds(one.report, "signature", "authority")) word = "person_key";
    // Whom a credential names that nobody is known to have signed, says nothing about its sender.
    else if (outcome === "passed") [outcome, word] = ["unknown", "holder_not_proven"];
    else if (one.emailMatch === true && proven) [outcome, word] = ["passed", "person_email_yes"];
    else if (one.emailMatch === true) word = "person_email_file";
    else if (one.emailMatch === false) [outcome, word] = ["failed", "person_email_no"];
    else if (one.comparable) word = "person_email_open";
    else if (one.record.emailHashes.length > 0) word = "person_email_unproven";
    else if (check?.reason === "subject_hashed") word = "person_other_identity";
    else if (presentation !== null && !proven) word = "holder_not_proven";
    outcomes.push(outcome);
    sentences.push({ word, ...about });
    if (recordsInside(one.report).some(({ report }) => report?.checks.some((c) => c.reason === "subject_differs"))) {
      outcomes.push("unknown");
      sentences.push({ word: "person_inside", ...about });
    }
  }
  if (outcomes.length === 0) outcomes.push("unknown");
  return answer();
}

/** Say a sentence once, for all the credentials it is about. */
function together(answer: Answer, count: number): Answer {
  const merged = new Map<string, Sentence>();
  for (const sentence of answer.sentences) {
    const key = JSON.stringify([sentence.word, sentence.fields, sentence.dates, sentence.about === undefined]);
    const known = merged.get(key);
    if (known?.about !== undefined && sentence.about !== undefined) known.about.push(...sentence.about);
    else if (known === undefined) merged.set(key, sentence);
  }
  for (const sentence of merged.values()) if (sentence.about?.length === count) delete sentence.about;
  return { ...answer, sentences: [...merged.values()] };
}

/** The sender's name: only when every credential is proven theirs and one that holds names them. */
function senderName(shown: Shown[]): string | null {
  if (shown.length === 0 || !shown.every((s) => checkOf(s.report, "holder")?.outcome === "passed")) return null;
  const names = new Set<string>();
  for (const s of shown) {
    if (s.record.subjectName !== null && s.state !== "self" && holds(s.report, "signature", "authority")) names.add(s.record.subjectName);
  }
  return names.size === 1 ? [...names][0] : null;
}

/** Everything the page shows about what it checked. `email` is what the recruiter typed. */
export function viewOf(checked: Checked, pageOrigin: string, now: Date, email: string | null): View {
  const presentation = checked.readable?.kind === "presentation" ? checked.readable : null;
  const report = presentation === null ? null : checked.report;
  const own = report === null ? undefined : checkOf(report, "signature");
  const speaks = report === null ? undefined : checkOf(report, "authority");
  const signed = own?.outcome === "passed" && speaks?.outcome === "passed";
  const broken = own?.outcome === "failed" || speaks?.outcome === "failed";
  const leaves = checked.credentials.length > 0 || checked.readable?.kind !== "credential" ? checked.credentials : [checked];
  const shown: Shown[] = [];
  for (const leaf of leaves) {
    if (leaf.readable?.kind !== "credential" || leaf.report === null) continue;
    const record = readRecord(leaf.readable);
    const state = stateOf(leaf.report, leaf.readable.validUntil, now);
    const sender = checkOf(leaf.report, "holder")?.outcome ?? "unknown";
    const issued = checkOf(leaf.report, "issuer")?.reason !== "issuer_self" && holds(leaf.report, "signature", "authority");
    // A listed issuer's name is the list's; only an issuer that was proven is looked up.
    const known = checkOf(leaf.report, "issuer");
    const listed = known?.reason === "issuer_test_list" ? null : known?.facts.name;
    const comparable = !broken && issued && sender === "unknown" && record.emailHashes.length > 0;
    shown.push({
      credential: leaf.readable,
      record,
      report: leaf.report,
      state,
      comparable,
      emailMatch: comparable && email !== null ? record.emailHashes.some((h) => emailMatches(email, h)) : null,
      listedAs: typeof listed === "string" ? listed : null,
    });
  }
  const answers = [who(shown), valid(shown, report), meant(presentation, report, pageOrigin, checked.link === true), person(shown, report)];
  return {
    shown,
    answers: answers.map((answer) => together(answer, shown.length)),
    presented: presentation !== null,
    senderName: presentation === null ? null : senderName(shown),
    audience: presentation?.name && signed ? forName(presentation.name) : null,
    sample: shown.some((s) => checkOf(s.report, "issuer")?.reason === "issuer_sample"),
    comparesEmail: shown.some((s) => s.comparable),
  };
}
