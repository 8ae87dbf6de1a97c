// The values the parts of the page hand to each other. `raw` is the truth: it is what arrived and
// what proofs are over; everything else is a reading of it.

import type { Bytes } from "./bytes";
import type { Facts } from "./errors";
import type { Jws } from "./jose";
import type { Assertion } from "./ob2";
import type { SdJwt } from "./sdjwt";
import type { JsonObject } from "./strictjson";

export type Format = "data-integrity" | "vc-jwt" | "vc-jose" | "vc-sd-jwt" | "sd-jwt-vc" | "open-badge-2" | "unsecured";

/** One proof: `suite` is the cryptosuite, the older proof type or the JWS algorithm. */
export interface Proof {
  suite: string;
  method: string | null;
  purpose: string | null;
  created: Date | null;
  expires: Date | null;
  domains: string[];
  challenge: string | null;
  options: JsonObject;
}

/** One `credentialStatus` entry: which list, which position, what a set bit means. */
export interface StatusRef {
  type: string;
  purpose: string;
  listUrl: string;
  index: number | null;
  entry: JsonObject;
}

/** A JWT taken apart; `contradiction` names a claim that says otherwise than what is in it. */
export interface Token {
  jws: Jws;
  format: "vc-jwt" | "vc-jose" | "vc-sd-jwt" | "sd-jwt-vc";
  claims: JsonObject;
  payload: JsonObject;
  contradiction: string | null;
  sd: SdJwt | null;
}

export interface Credential {
  kind: "credential";
  raw: Bytes;
  format: Format;
  issuer: string;
  subject: string | null;
  title: string;
  validFrom: Date | null;
  validUntil: Date | null;
  status: StatusRef[];
  proofs: Proof[];
  claims: JsonObject;
  token: Token | null;
  /** Of Open Badges 2.0: the assertion itself. */
  assertion?: Assertion;
}

export interface Presentation {
  kind: "presentation";
  raw: Bytes;
  format: Format;
  holder: string | null;
  name: string | null;
  credentials: Credential[];
  proofs: Proof[];
  claims: JsonObject;
  token: Token | null;
}

/** Several credentials that arrived in one input without anybody presenting them. */
export interface Bundle {
  kind: "bundle";
  raw: Bytes;
  credentials: Credential[];
}

export type Readable = Credential | Presentation | Bundle;

export type Outcome = "passed" | "unknown" | "failed";
export type Question = "signature" | "authority" | "validity" | "status" | "issuer" | "holder" | "belongs";

/** One question's answer. `reason` is there exactly when it did not pass. */
export interface Check {
  question: Question;
  outcome: Outcome;
  reason: string | null;
  checkedAt: Date;
  facts: Facts;
}

export interface Report {
  checks: Check[];
  tolerated: ReadonlySet<string>;
  parts: PartReport[];
}

export type Role = "credential" | "endorsement";
export type Thing = "credential" | "achievement" | "issuer" | "person" | "other";

/** One statement of somebody else inside a credential; without a report, `problem` says why. */
export interface PartReport {
  role: Role;
  place: string;
  /** What it stands with, or what near by it endorses. */
  thing: Thing;
  title: string;
  issuer: string;
  issuerName: string;
  credential: Credential | null;
  report: Report | null;
  problem: string | null;
}

/** What one input turned out to be, and what can be known about it. */
export interface Checked {
  source: string;
  /** Did it arrive as a link? */
  link?: boolean;
  readable: Readable | null;
  report: Report | null;
  credentials: Checked[];
  error: { code: string; facts: Facts } | null;
}

export function reportOutcome(report: Report): Outcome {
  if (report.checks.some((c) => c.outcome === "failed")) return "failed";
  const open = report.checks.some((c) => c.outcome === "unknown" && !report.tolerated.has(c.reason ?? ""));
  return open ? "unknown" : "passed";
}

export const worst = (outcomes: Outcome[]): Outcome =>
  outcomes.includes("failed") ? "failed" : outcomes.includes("unknown") ? "unknown" : "passed";

export const partOutcome = ({ report }: PartReport): Outcome => (report === null ? "unknown" : reportOutcome(report));

/** The credentials inside, at every depth; not those inside endorsements. */
export const recordsInside = ({ parts }: Report): PartReport[] =>
  parts.filter((one) => one.role === "credential").flatMap((one) => [one, ...(one.report === null ? [] : recordsInside(one.report))]);

/** The worst of its own outcome and those of the credentials inside. */
export const overall = (report: Report): Outcome => worst([reportOutcome(report), ...recordsInside(report).map(partOutcome)]);

/** The overall answer; null when there is nothing to answer about. */
export function outcomeOf(checked: Checked): Outcome | null {
  const all = checked.report === null ? [] : [overall(checked.report)];
  for (const child of checked.credentials) {
    const outcome = outcomeOf(child);
    if (outcome !== null) all.push(outcome);
  }
  return all.length === 0 ? null : worst(all);
}

/** A public document: its bytes and when they were read. */
export interface Fact {
  body: Bytes;
  readAt: Date;
}

/** Where public documents come from; null when an address cannot be reached from here. */
export type Resolver = (url: string) => Fact | null;
