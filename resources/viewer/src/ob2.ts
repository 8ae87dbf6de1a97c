// Open Badges 2.0: an assertion, which its issuer hosts or signs, read as a credential and checked as
// the desktop's `wallet.verify.open_badge_2` does. Everything that it names by address comes from the
// resolver and must call itself by that address; without one, nothing can be said.

import type { Bytes } from "./bytes";
import { parseTime } from "./dates";
import { malformed, Refusal, unsupported } from "./errors";
import { identifier, plainText, types } from "./fields";
import { type Answer, failed, type Finding, missing, PASSED, someKeys, unknown } from "./find";
import { isAnother, nameList, siteOf } from "./lists";
import type { Jws } from "./jose";
import { keyOfPem } from "./keys";
import type { Credential, Proof, Resolver } from "./model";
import { type CheckedProof, checkWith } from "./proofs";
import { isObject, type Json, type JsonObject, list, parseObject } from "./strictjson";
import { jsonEqual } from "./term";

const CONTEXTS = ["https://w3id.org/openbadges/v2", "http://w3id.org/openbadges/v2", "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld"];
const MAX_KEYS = 10; // of an issuer, tried where the badge names none
const MAX_STEPS = 2; // from an address to the one its document calls itself by
const LIMITS = { size: 1024 * 1024, depth: 32 };
const WEB = /^https?:\/\//;
const ISSUERS = ["Issuer", "Profile"];
const BADGES = ["BadgeClass"];
// What a copy may have otherwise without saying otherwise: how it is drawn, spelled and verified.
const UNCOMPARED = [
  "@context", "type", "image", "verification", "verify", "badge",
  "revoked", "revocationReason", "issuedOn", "expires", "related", "endorsement",
];

// What a server may read as another path than it is spelled: steps up, a slash or a dot in disguise
// (encoded, be it several times over), a backslash, what ends a segment before its slash.
const ODD = /[\x00-\x20\\]|%(?:25)*(?:2e|2f|5c)|\/\.{1,2}(?:[/;]|$)/i;

const HOSTED: Answer = { ...PASSED, facts: { hosted: 1 } };

/** An assertion as it says itself; `jws` is what signs it, null for a hosted one. */
export interface Assertion {
  members: JsonObject;
  jws: Jws | null;
}

const contextsOf = (claims: JsonObject) => list(claims["@context"]).filter((c) => typeof c === "string");

export const isAssertion = (claims: JsonObject): boolean =>
  types(claims.type).includes("Assertion") && contextsOf(claims).some((c) => CONTEXTS.includes(c)) && !contextsOf(claims).some((c) => c.includes("blockcerts"));

/** An assertion of Open Badges 1.1 or before: with its own member for verification, or bare. */
export const isOlderBadge = (claims: JsonObject): boolean =>
  !isAssertion(claims) && (isObject(claims.verify) || (!("@context" in claims) && "badge" in claims && ("uid" in claims || "recipient" in claims)));

/** The credential an assertion is, as far as its own bytes tell. */
export function badgeCredential(members: JsonObject, raw: Bytes, jws: Jws | null): Credential {
  if (isOlderBadge(members)) throw unsupported("format_unsupported", { kind: "open-badge-1" });
  if (identifier(members.badge) === null) throw malformed("missing_field", { field: "badge" });
  const made: Credential = {
    kind: "credential",
    raw,
    format: "open-badge-2",
    issuer: "",
    subject: null,
    title: "",
    validFrom: parseTime(members.issuedOn),
    validUntil: parseTime(members.expires),
    status: [],
    proofs: [],
    claims: {},
    token: null,
    assertion: { members, jws },
  };
  const within = isObject(members.badge) ? members.badge : {};
  return completed(made, members, within, isObject(within.issuer) ? within.issuer : {});
}

const some = (members: JsonObject, names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)));

/** A credential with the kind of badge and the issuer that it names, in the terms of Open Badges 3.0. */
function completed(credential: Credential, members: JsonObject, badge: JsonObject, issuer: JsonObject): Credential {
  const id = identifier(badge.issuer) ?? identifier(issuer) ?? identifier(members.badge) ?? "";
  const { recipient } = members;
  const achievement: JsonObject = { ...some(badge, ["id", "name", "description", "image", "criteria", "alignment"]), tag: badge.tags ?? null };
  const subject: JsonObject = { type: ["AchievementSubject"], achievement };
  if (isObject(recipient)) {
    subject.identifier = [{
      identityType: recipient.type === "email" ? "emailAddress" : (recipient.type ?? ""),
      identityHash: recipient.identity ?? null,
      hashed: recipient.hashed === true,
      ...("salt" in recipient ? { salt: recipient.salt } : {}),
    }];
  }
  const evidence = list(members.evidence).map((one) => (typeof one === "string" ? { id: one } : one));
  if ("narrative" in members) evidence.unshift({ narrative: members.narrative });
  const claims: JsonObject = {
    id: members.id ?? null,
    type: ["Assertion"],
    issuer: { ...some(issuer, ["name", "url"]), id },
    credentialSubject: subject,
    validFrom: members.issuedOn ?? null,
    validUntil: members.expires ?? null,
    evidence,
  };
  return { ...credential, issuer: id, title: plainText(badge.name) ?? "Open Badge", claims };
}

/** A document about an issuer, or the reason why there is none. */
interface Read {
  members: JsonObject;
  reason: string | null;
}

const isWhole = (named: Json | undefined): named is JsonObject => isObject(named) && Object.keys(named).some((key) => key !== "id" && key !== "type");

/** One assertion with all that it names. */
export class Badge {
  private readonly members: JsonObject;
  private readonly jws: Jws | null;
  private readonly id: string;
  /** The issuer's own copy. */
  private readonly hosted: Read;
  /** The assertion as the issuer has it, as far as that is known. */
  private truth: JsonObject;
  private signed: CheckedProof | null = null;
  private badge: Read = { members: {}, reason: null };
  private profile: Read = { members: {}, reason: null };
  signature: Answer = PASSED;

  private constructor(private readonly given: Credential, private readonly resolver: Resolver) {
    ({ members: this.members, jws: this.jws } = given.assertion!);
    this.id = identifier(this.members.id) ?? "";
    this.truth = this.members;
    this.hosted = this.readHosted();
  }

  static async of(given: Credential, resolver: Resolver): Promise<Badge> {
    const made = new Badge(given, resolver);
    made.signature = made.jws === null ? made.asHosted() : await made.asSigned(made.jws);
    if (made.jws === null && made.signature.outcome === "passed") made.truth = made.hosted.members;
    made.badge = made.badgeIn(made.truth);
    made.profile = made.badge.reason === null ? made.read(made.badge.members.issuer, ISSUERS) : { members: {}, reason: made.badge.reason };
    return made;
  }

  /** The credential with its kind of badge and its issuer, as far as they could be read. */
  get credential(): Credential {
    const own = this.badge.members.issuer;
    const issuer = this.profile.reason === null ? this.profile.members : isObject(own) ? own : {};
    return completed(this.given, this.truth, this.badge.members, issuer);
  }

  authority(): Answer {
    if (this.signature.outcome !== "passed") return unknown("not_checked");
    const problem = this.badge.reason ?? this.profile.reason;
    if (problem !== null) return unknown(problem);
    return this.jws === null ? this.ofHost() : this.ofKey();
  }

  /** Did the issuer withdraw it: in its own copy, or in its revocation list? */
  status(): Answer {
    if (this.jws !== null && this.signature.outcome === "failed") return unknown("not_checked");
    const copy = Object.keys(this.hosted.members).length > 0 ? this.hosted.members : this.members;
    if (copy.revoked === true && [null, this.id].includes(identifier(copy.id))) {
      const message = plainText(copy.revocationReason);
      return failed("revoked", message === null ? {} : { message });
    }
    const listed = this.listed();
    if (listed.outcome === "failed" || this.jws !== null) return listed;
    if (this.hosted.reason !== null) return unknown("status_unreachable");
    if (listed.outcome === "unknown" && this.profile.reason === null) return listed;
    return { ...PASSED, facts: { lists: 1 } };
  }

  // ---- What it names -----------------------------------------------------------------------------

  /** The kind of badge that an assertion holds or names. */
  private badgeIn(assertion: JsonObject): Read {
    const named = assertion.badge;
    return isWhole(named) ? { members: named, reason: null } : this.read(named, BADGES);
  }

  /** A document of one of these kinds that is called by the address it lies at. */
  private read(named: Json | undefined, kinds: string[]): Read {
    let address = identifier(named) ?? "";
    for (let step = 0; step < MAX_STEPS && WEB.test(address); step++) {
      const fact = this.resolver(address.split("#")[0]);
      if (fact === null) return { members: {}, reason: "issuer_unreachable" };
      const members = objectOf(fact.body);
      if (members === null) break;
      const own = identifier(members.id);
      if (own === address && types(members.type).some((kind) => kinds.includes(kind))) return { members, reason: null };
      if (own === null || own === address) break;
      address = own;
    }
    return { members: {}, reason: "issuer_malformed" };
  }

  // ---- Hosted ------------------------------------------------------------------------------------

  private readHosted(): Read {
    if (this.jws !== null) return { members: {}, reason: null };
    const fact = WEB.test(this.id) ? this.resolver(this.id.split("#")[0]) : null;
    if (fact === null) return { members: {}, reason: "hosted_unreachable" };
    const members = objectOf(fact.body) ?? {};
    return { members, reason: types(members.type).includes("Assertion") ? null : "hosted_gone" };
  }

  private asHosted(): Answer {
    const how = this.members.verification ?? this.members.verify;
    const kinds = isObject(how) ? types(how.type) : [];
    if (kinds.some((kind) => kind === "signed" || kind === "SignedBadge") || !WEB.test(this.id)) return failed("no_proof");
    const { members: hosted, reason } = this.hosted;
    if (reason !== null) return unknown(reason);
    if (!sayTheSame(this.members, hosted)) return failed("hosted_differs");
    if (isWhole(this.members.badge) && !isWhole(hosted.badge)) {
      // What the issuer's copy only names must be what this one says of it.
      const read = this.badgeIn(hosted);
      if (read.reason !== null) return unknown(read.reason);
      if (!sameBadge(this.members.badge, read.members)) return failed("hosted_differs");
    }
    return HOSTED;
  }

  /** Does the issuer keep its badges there (`startsWith`, `allowedOrigins`)? */
  private ofHost(): Answer {
    const { verification, id } = this.profile.members;
    const [rules = {}, ...more] = list(verification);
    if (!isObject(rules) || more.length > 0) return unknown("issuer_malformed");
    const [starts, origins] = [list(rules.startsWith), list(rules.allowedOrigins)];
    if ([...starts, ...origins].some((one) => typeof one !== "string")) return unknown("issuer_malformed");
    const [home, here] = [siteOf(identifier(id) ?? ""), siteOf(this.id)];
    // A host alone means its usual port; of its own site an issuer may name the host alone.
    const allowed = origins.length > 0 ? origins.includes(here) || (here === home && origins.includes(here.replace(/:\d+$/, ""))) : starts.length > 0 || here === home;
    // On the same site: "https://a.org" names no a.org.evil.
    const under = starts.length === 0 || starts.some((start) => this.id.startsWith(start as string) && siteOf(start as string) === here);
    if (here === "" || !allowed || !under) return failed("host_not_allowed");
    const liesAt = siteOf(identifier(this.badge.members.id) ?? "");
    const odd = starts.length > 0 && ODD.test(this.id.split(/[?#]/)[0]);
    return odd || !["", here, home, ...origins].includes(liesAt) ? unknown("host_not_allowed") : HOSTED;
  }

  // ---- Signed ------------------------------------------------------------------------------------

  private async asSigned(jws: Jws): Promise<Answer> {
    const how = this.members.verification ?? this.members.verify;
    const creator = isObject(how) ? identifier(how.creator) : null;
    const badge = this.badgeIn(this.members);
    const profile = badge.reason === null ? this.read(badge.members.issuer, ISSUERS) : badge;
    const keys = list(profile.members.publicKey);
    const findings = someKeys(creator === null ? keys : [creator], (named) => this.key(named, keys), "", MAX_KEYS);
    if (findings.length === 0) return unknown(profile.reason ?? "key_not_found");
    const proof: Proof = {
      suite: jws.algorithm, method: creator, purpose: "assertionMethod", created: null, expires: null, domains: [], challenge: null, options: jws.header,
    };
    this.signed = await checkWith(findings, jws, proof);
    return this.signed.answer;
  }

  /** A CryptographicKey, by its address or as it stands in the issuer's profile. */
  private key(named: Json, keys: Json[]): Finding {
    const name = identifier(named) ?? "";
    let held = keys.filter(isObject).filter((one) => identifier(one) === name).at(-1) ?? (isObject(named) ? named : null);
    if (held === null) {
      const read = this.read(named, ["CryptographicKey"]);
      if (read.reason === "issuer_unreachable") return missing(name, "", "key_unreachable");
      held = read.members;
    }
    const owner = identifier(held.owner) ?? "";
    try {
      return { method: name, owner, key: keyOfPem(held.publicKeyPem), document: null, reason: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return missing(name, owner, "key_malformed");
    }
  }

  /** Is the key the issuer's by its own word and by the issuer's? */
  private ofKey(): Answer {
    const { owner, method } = this.signed!.finding;
    if (owner !== identifier(this.profile.members.id)) return failed("key_of_another");
    return list(this.profile.members.publicKey).some((one) => identifier(one) === method) ? PASSED : failed("key_not_authorised");
  }

  // ---- Withdrawn ---------------------------------------------------------------------------------

  private listed(): Answer {
    if (this.profile.reason !== null) return unknown("status_unreachable");
    const address = identifier(this.profile.members.revocationList);
    if (address === null) return { ...PASSED, facts: { lists: 0 } };
    const fact = this.resolver(address.split("#")[0]);
    if (fact === null) return unknown("status_unreachable");
    try {
      const found = nameList(fact.body, ["revokedAssertions"]);
      const { uid } = this.members;
      const said = found.withdrawn.get(this.id) ?? (typeof uid === "string" ? found.withdrawn.get(uid) : undefined);
      if (said !== undefined) return failed("revoked", said.message === null ? {} : { message: said.message });
      const issuer = identifier(this.profile.members.id);
      if (isAnother(found.id, address) || (found.issuer !== "" && found.issuer !== issuer)) return unknown("status_not_trusted");
      return { ...PASSED, facts: { lists: 1 } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return unknown("status_malformed");
    }
  }
}

function objectOf(body: Bytes): JsonObject | null {
  try {
    return parseObject(body, LIMITS);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return null;
  }
}

/** Do two objects say the same, but for some of their members? One value and a list of one are alike. */
function alike(own: JsonObject, other: JsonObject, but: string[]): boolean {
  const names = [...Object.keys(own), ...Object.keys(other)].filter((name) => !but.includes(name));
  return names.every((name) => jsonEqual(list(own[name]), list(other[name])));
}

/** Do two copies of an assertion say the same of whom, what and when? */
function sayTheSame(given: JsonObject, hosted: JsonObject): boolean {
  for (const name of ["issuedOn", "expires"]) {
    const [one, other] = [given, hosted].map((members) => parseTime(members[name])?.getTime() ?? members[name] ?? null);
    if (!jsonEqual(one, other)) return false;
  }
  if (!alike(given, hosted, UNCOMPARED)) return false;
  if (isWhole(given.badge) && isWhole(hosted.badge)) return sameBadge(given.badge, hosted.badge);
  return identifier(given.badge) === identifier(hosted.badge);
}

const sameBadge = (own: JsonObject, other: JsonObject): boolean =>
  identifier(own.issuer) === identifier(other.issuer) && alike(own, other, [...UNCOMPARED, "issuer"]);
