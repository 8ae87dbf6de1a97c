// A credential read for people: what it says, in the words its issuer used. Everything here is a
// claim, shown as plain text; nothing here decides whether a credential holds.

import { parseTime } from "./dates";
import type { Credential } from "./model";
import { isObject, type Json, type JsonObject, list } from "./strictjson";

const MAX_TEXT = 600;
const MAX_ITEMS = 60;
const MAX_PARTS = 50;

export interface Named {
  name: string;
  detail: string | null;
}

export interface EmailHash {
  hash: string;
  salt: string;
}

export interface Record {
  title: string;
  typeLabel: string | null;
  issuerId: string;
  issuerName: string | null;
  subjectName: string | null;
  description: string | null;
  criteria: string | null;
  awarded: Date | null;
  ends: Date | null;
  results: Named[];
  skills: string[];
  evidence: Named[];
  parts: string[];
  emailHashes: EmailHash[];
}

/** Cut a text from outside to what can be shown, without splitting a letter in two. */
export function clip(value: string, max = MAX_TEXT): string {
  const plain = value.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, " ").trim();
  if (plain.length <= max) return plain;
  return `${Array.from(plain.slice(0, max)).slice(0, -1).join("").trimEnd()}…`;
}

/** Read a text in any spelling: a string, a language map, a value object, a list of those. */
function words(value: Json | undefined, max = MAX_TEXT): string | null {
  for (const item of list(value)) {
    const found = isObject(item) ? (item["@value"] ?? item.en ?? item["en-US"] ?? Object.values(item)[0]) : item;
    if (typeof found === "string" && found.trim() !== "") return clip(found, max);
    if (typeof found === "number") return String(found);
  }
  return null;
}

const objects = (value: Json | undefined): JsonObject[] => list(value).filter(isObject).slice(0, MAX_ITEMS);

const idOf = (value: Json | undefined): string | null =>
  typeof value === "string" ? value : isObject(value) && typeof value.id === "string" ? value.id : null;

function typeLabel(achievement: JsonObject | undefined): string | null {
  const own = words(achievement?.achievementType, 60);
  return own === null ? null : own.replace(/^ext:/, "").replace(/([a-z])([A-Z])/g, "$1 $2");
}

/** Results with the name and scale that their result description gives them. */
function results(subject: JsonObject, achievements: JsonObject[]): Named[] {
  const descriptions = achievements.flatMap((one) => objects(one.resultDescription));
  const out: Named[] = [];
  for (const result of objects(subject.result)) {
    const about = descriptions.find((d) => d.id !== undefined && d.id === result.resultDescription);
    const level = objects(about?.rubricCriterionLevel).find((l) => l.id === result.achievedLevel);
    const value = words(result.value, 80) ?? words(level?.name, 80) ?? words(result.status, 80);
    const best = words(about?.valueMax, 40);
    const name = words(about?.name, 80) ?? words(about?.resultType, 80);
    if (value !== null) out.push({ name: name ?? "", detail: best === null ? value : `${value} / ${best}` });
  }
  return out;
}

function skills(achievements: JsonObject[], subject: JsonObject): string[] {
  const found = new Set<string>();
  for (const holder of [...achievements, ...objects(subject.result)]) {
    for (const alignment of objects(holder.alignment)) {
      const name = words(alignment.targetName, 80);
      if (name !== null) found.add(name);
    }
    for (const tag of list(holder.tag)) if (typeof tag === "string" && tag.trim()) found.add(clip(tag, 80));
  }
  for (const skill of [...list(subject.skill), ...list(subject.skills)]) {
    const name = words(isObject(skill) ? skill.name : skill, 80);
    if (name !== null) found.add(name);
  }
  return [...found].slice(0, MAX_ITEMS);
}

function evidence(claims: JsonObject, subject: JsonObject): Named[] {
  const out: Named[] = [];
  for (const item of [...objects(claims.evidence), ...objects(subject.evidence)]) {
    const url = typeof item.id === "string" && item.id.startsWith("https://") ? clip(item.id, 200) : null;
    const name = words(item.name, 160) ?? words(item.description, 160) ?? url;
    if (name !== null) out.push({ name, detail: words(item.narrative) ?? (url === name ? null : url) });
  }
  return out;
}

function emailHashes(subject: JsonObject): EmailHash[] {
  const out: EmailHash[] = [];
  for (const item of objects(subject.identifier)) {
    const kind = String(item.identityType ?? "").toLowerCase();
    if (!kind.startsWith("email") || typeof item.identityHash !== "string") continue;
    const salt = typeof item.salt === "string" ? item.salt : "";
    out.push({ hash: item.hashed === false ? `plain$${item.identityHash}` : item.identityHash, salt });
  }
  return out;
}

function subjectName(subject: JsonObject): string | null {
  const whole = words(subject.name, 120);
  if (whole !== null) return whole;
  const parts = [words(subject.givenName, 60), words(subject.familyName, 60)].filter((p) => p !== null);
  if (parts.length > 0) return parts.join(" ");
  for (const item of objects(subject.identifier)) {
    if (item.identityType === "name" && item.hashed === false) return words(item.identityHash, 120);
  }
  return null;
}

/** The achievements of a transcript that no record inside stands behind. */
function parts(subject: JsonObject): string[] {
  const achievements = objects(subject.achievement);
  const told = new Set(objects(subject.verifiableCredential).flatMap((c) => objects(c.credentialSubject)).flatMap((s) => objects(s.achievement)).map(idOf));
  const names = achievements.filter((one) => idOf(one) === null || !told.has(idOf(one))).map((one) => words(one.name, 160));
  return achievements.length > 1 || told.size > 0 ? [...new Set(names.filter((name) => name !== null))].slice(0, MAX_PARTS) : [];
}

/** Read one credential for people. */
export function readRecord(credential: Credential): Record {
  const claims = credential.claims;
  const subject = objects(claims.credentialSubject)[0] ?? {};
  const achievements = [...objects(subject.achievement), ...objects(subject.hasCredential)];
  const achievement = achievements[0];
  const issuer = list(claims.issuer)[0];
  return {
    title: clip(credential.title, 160),
    typeLabel: typeLabel(achievement),
    issuerId: credential.issuer || (idOf(issuer) ?? ""),
    issuerName: isObject(issuer) ? words(issuer.name, 120) : null,
    subjectName: subjectName(subject),
    description: words(achievement?.description) ?? words(claims.description) ?? words(subject.description),
    criteria: words(objects(achievement?.criteria)[0]?.narrative),
    awarded: parseTime(claims.awardedDate) ?? credential.validFrom,
    ends: credential.validUntil,
    results: results(subject, achievements),
    skills: skills(achievements, subject),
    evidence: evidence(claims, subject),
    parts: parts(subject),
    emailHashes: emailHashes(subject),
  };
}
