// Small readings of claims that every format needs: times, identifiers, types, the title. Lenient
// on purpose: what an odd field means for whether a credential holds is decided in `verify`.

import { parseTime } from "./dates";
import { malformed } from "./errors";
import type { Credential, Format, Proof, StatusRef, Token } from "./model";
import type { Bytes } from "./bytes";
import { isObject, type Json, type JsonObject, list } from "./strictjson";

const MAX_TITLE_CHARS = 300;
const MAX_STATUS_ENTRIES = 10;
const MAX_PROOFS = 10;
export const TOKEN_STATUS_LIST = "TokenStatusList"; // our name for it: the claim has no type
// What a `status` claim may hold; only the first is read.
const STATUS_MECHANISMS = ["status_list", "identifier_list", "status_assertion", "status_attestation"];
// Of several types of one entry, the first of these counts.
const STATUS_TYPES = ["BitstringStatusListEntry", "StatusList2021Entry", "RevocationList2020Status", "1EdTechRevocationList", TOKEN_STATUS_LIST];
const START = ["validFrom", "issuanceDate"];
const END = ["validUntil", "expirationDate"];

export const V1_CONTEXT = "https://www.w3.org/2018/credentials/v1";
export const V2_CONTEXT = "https://www.w3.org/ns/credentials/v2";

const cut = (value: string) => (value.length > MAX_TITLE_CHARS ? Array.from(value).slice(0, MAX_TITLE_CHARS).join("") : value);

/** Can every date of validity that is there be read? */
export const datesReadable = (claims: JsonObject): boolean =>
  [...START, ...END].every((name) => claims[name] == null || parseTime(claims[name]) !== null);

const times = (claims: JsonObject, names: string[]): number[] =>
  names.map((name) => parseTime(claims[name])).filter((t) => t !== null).map((t) => t.getTime());

export const latest = (found: number[]): Date | null => (found.length > 0 ? new Date(Math.max(...found)) : null);
export const earliest = (found: number[]): Date | null => (found.length > 0 ? new Date(Math.min(...found)) : null);

export function types(value: Json | undefined): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** What identifies a node: the string itself or its `id`. */
export function identifier(value: Json | undefined): string | null {
  const id = isObject(value) ? value.id : value;
  return typeof id === "string" && id !== "" ? id : null;
}

const hasOwnValue = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0 && value !== "" &&
  (Array.isArray(value) ? value.length > 0 : typeof value !== "object" || Object.keys(value).length > 0);

/** A plain text, or the best of a language map or language value (VCDM 2.0 section 11.1). */
export function plainText(value: Json | undefined): string | null {
  if (typeof value === "string") return cut(value.trim()) || null;
  if (isObject(value)) return plainText([value["@value"], value.en].find(hasOwnValue) ?? Object.values(value)[0]);
  if (Array.isArray(value)) {
    for (const item of value.slice(0, 20)) {
      const found = plainText(item);
      if (found) return found;
    }
  }
  return null;
}

/** A type; of an address or URN (the `vct` of an SD-JWT VC) its last name. */
function spoken(kind: string): string {
  if (!/^(?:https?|urn):/.test(kind)) return kind;
  const names = kind.split(/[/:#?]/).filter((part) => !/^(?:v?[0-9.]+)?$/i.test(part));
  return names.at(-1)?.replace(/[-_.]+/g, " ") ?? kind;
}

function title(claims: JsonObject): string {
  const own = plainText(claims.name);
  if (own) return own;
  for (const node of list(claims.credentialSubject).slice(0, 20)) {
    if (!isObject(node)) continue;
    for (const name of ["achievement", "hasCredential", "degree", "hasAchieved"]) {
      for (const value of list(node[name]).slice(0, 5)) {
        const found = isObject(value) ? plainText(value.name) : null;
        if (found) return found;
      }
    }
  }
  const kinds = types(claims.type).filter((kind) => kind !== "VerifiableCredential");
  return kinds.length > 0 ? spoken(cut(kinds[kinds.length - 1])).replace(/([a-z])(?=[A-Z])/g, "$1 ") : "";
}

/** A JSON number that is whole, or null. */
export const whole = (value: Json | undefined): number | null => (typeof value === "number" && Number.isInteger(value) ? value : null);

const positive = (value: Json | undefined): number | null => {
  const number = whole(value);
  return number !== null && number >= 0 ? number : null;
};

function statusRef(entry: Json): StatusRef {
  if (!isObject(entry)) return { type: "", purpose: "", listUrl: "", index: null, entry: {} };
  const kinds = types(entry.type);
  const type = kinds.find((kind) => STATUS_TYPES.includes(kind)) ?? kinds[0] ?? "";
  let index = "statusListIndex" in entry ? entry.statusListIndex : entry.revocationListIndex;
  if (typeof index === "string" && /^(?:0|[1-9][0-9]{0,15})$/.test(index)) index = Number(index);
  // These two kinds know no other purpose and need not name it.
  const ofRevocation = type === "RevocationList2020Status" || type === "1EdTechRevocationList";
  const purpose = "statusPurpose" in entry || !ofRevocation ? entry.statusPurpose : "revocation";
  const address = "statusListCredential" in entry ? entry.statusListCredential : entry.revocationListCredential;
  return {
    type,
    purpose: string(purpose) ?? "",
    listUrl: string(type === "1EdTechRevocationList" ? entry.id : address) ?? "",
    index: positive(index),
    entry,
  };
}

/** The reference in a `status` claim (Token Status List section 6.2); one in a form nobody knows is an odd entry. */
export function tokenStatusRefs(status: Json | undefined): StatusRef[] {
  if (!isObject(status) || !STATUS_MECHANISMS.some((name) => name in status)) return []; // a word of the issuer's own
  const listed = status.status_list;
  if (!isObject(listed)) return [statusRef(null)];
  return [{ type: TOKEN_STATUS_LIST, purpose: "revocation", listUrl: string(listed.uri) ?? "", index: positive(listed.idx), entry: listed }];
}

/** Every `credentialStatus` entry. What is beyond the bound must not look good: it is one odd entry. */
function statusRefs(claims: JsonObject): StatusRef[] {
  const entries = list(claims.credentialStatus);
  const found = entries.slice(0, MAX_STATUS_ENTRIES).map(statusRef);
  if (entries.length > MAX_STATUS_ENTRIES) found.push(statusRef(null));
  return [...found, ...tokenStatusRefs(claims.status)];
}

/** Which of the two base contexts comes first. */
export const baseContext = (claims: JsonObject): string | null =>
  (list(claims["@context"]).find((item) => item === V1_CONTEXT || item === V2_CONTEXT) as string | undefined) ?? null;

export function isCredential(claims: Json): claims is JsonObject {
  if (!isObject(claims)) return false;
  if (types(claims.type).includes("VerifiableCredential")) return true;
  return "credentialSubject" in claims && "issuer" in claims && "@context" in claims;
}

export const isPresentation = (claims: Json): claims is JsonObject =>
  isObject(claims) && types(claims.type).includes("VerifiablePresentation");

/** The credential that `claims` spell; a token's own dates narrow those of the claims. */
export function credentialOf(
  claims: JsonObject,
  raw: Bytes,
  format: Format,
  proofs: Proof[],
  token: Token | null = null,
  from: Date | null = null,
  until: Date | null = null,
): Credential {
  const issuer = identifier(claims.issuer);
  if (issuer === null) throw malformed("missing_field", { field: "issuer" });
  const subjects = list(claims.credentialSubject);
  if (subjects.length === 0) throw malformed("missing_field", { field: "credentialSubject" });
  const also = (date: Date | null) => (date === null ? [] : [date.getTime()]);
  return {
    kind: "credential",
    raw,
    format,
    issuer,
    subject: subjects.map(identifier).find((id) => id !== null) ?? null,
    title: title(claims),
    validFrom: latest([...times(claims, START), ...also(from)]),
    validUntil: earliest([...times(claims, END), ...also(until)]),
    status: statusRefs(claims),
    proofs,
    claims,
    token,
  };
}

const string = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

/** Every proof of a document, known suite or not, in its order. */
export function proofsOf(document: JsonObject): Proof[] {
  const found = list(document.proof);
  if (found.length > MAX_PROOFS) throw malformed("too_large");
  return found.map((value) => {
    if (!isObject(value)) throw malformed("wrong_type", { field: "proof" });
    const kind = types(value.type)[0] ?? "";
    return {
      suite: (kind === "DataIntegrityProof" ? string(value.cryptosuite) : kind) ?? "",
      method: identifier(value.verificationMethod),
      purpose: string(value.proofPurpose),
      created: parseTime(value.created),
      expires: parseTime(value.expires),
      domains: list(value.domain).filter((item) => typeof item === "string"),
      challenge: string(value.challenge),
      options: value,
    };
  });
}
