// Where the objects of one identifier stand in a signed document. To the signature, all that is said
// of one identifier is one heap, wherever in the JSON it is said. So whoever holds a credential that
// mentions an identifier twice could move what is said from one mention to the other: the day it
// ends, or a failing grade, to where nobody reads it. The mentions of one graph are gathered here,
// and refused where they leave a choice.

import { malformed, unsupported } from "./errors";
import { type Json, type JsonObject, list } from "./strictjson";
import { jsonEqual } from "./term";

const words = (listed: string): ReadonlySet<string> => new Set(listed.split(" "));

// Members whose values are read as objects: a mere mention there, with what is said of it elsewhere,
// would be read as nothing said.
export const READ = words(
  "credentialSubject credentialStatus achievement result hasCredential hasAchieved degree qualification evidence criteria alignment rubricCriterionLevel",
);
const NAMING = words("id type");
// Honest issuers say some things of one identifier in two places: an achievement and an endorsement
// of it, or the page of its criteria; an issuer in short and in full, or that is the subject too.
const ENDORSED = words("id type endorsementComment");
const CRITERIA = words("id type narrative");
const ISSUERS = words("issuer creator parentOrg");
const PROFILE = words(
  "id type name legalName url image description email phone official address parentOrg otherIdentifier endorsement endorsementJwt",
);
const CREDENTIAL = words("credentialSubject credentialStatus issuer validFrom validUntil issuanceDate expirationDate");

type Mention = [member: string, node: JsonObject | null];

const within = (node: JsonObject, names: ReadonlySet<string>): boolean => Object.keys(node).every((name) => names.has(name));

function role(member: string, node: JsonObject): string {
  if (ISSUERS.has(member) && within(node, PROFILE)) return "profile";
  if (member === "credentialSubject" && within(node, ENDORSED)) return "endorsed";
  return member === "criteria" && within(node, CRITERIA) ? "criteria" : "";
}

/** Is what two of the objects both say the same? */
function agree(nodes: JsonObject[]): boolean {
  const seen = new Map<string, Json>();
  for (const node of nodes) {
    for (const [name, value] of Object.entries(node)) {
      if (name === "type") continue;
      const before = seen.get(name);
      if (before === undefined) seen.set(name, value);
      else if (!jsonEqual(before, value)) return false;
    }
  }
  return true;
}

/** The mentions of identifiers in one graph. */
export class Mentions {
  private readonly all = new Map<string, Mention[]>();

  constructor(private readonly root: JsonObject) {}

  /** Note an object with the identifier `name`, or its mere mention, as a value of `member`. */
  add(name: string, member: string, node: JsonObject | null): void {
    const before = this.all.get(name);
    if (before === undefined) this.all.set(name, [[member, node]]);
    else before.push([member, node]);
  }

  check(): void {
    for (const mentions of this.all.values()) if (mentions.length > 1) this.checkOne(mentions);
  }

  private checkOne(mentions: Mention[]): void {
    const groups = new Map<string, JsonObject[]>();
    const full: JsonObject[] = [];
    let bare = false;
    for (const [member, node] of mentions) {
      if (node === null || within(node, NAMING)) {
        bare ||= READ.has(member);
        continue;
      }
      full.push(node);
      const own = role(member, node);
      groups.set(own, [...(groups.get(own) ?? []), node]);
    }
    if (full.length === 0 || (!bare && this.settled(groups))) return;
    // Nobody says in two places when the credential ends; other things, somebody might.
    const moved = full.includes(this.root) && full.some((node) => node !== this.root && Object.keys(node).some((name) => CREDENTIAL.has(name)));
    if (moved) throw malformed("jsonld_invalid", { problem: "one id, two objects" });
    throw unsupported("jsonld_unsupported", { feature: "one id, two objects" });
  }

  /** Could nothing of what is said in several places stand in another of them? */
  private settled(groups: Map<string, JsonObject[]>): boolean {
    const subjects = list(this.root.credentialSubject);
    const isSubject = (nodes: JsonObject[]) => nodes.some((node) => subjects.includes(node));
    for (const [own, nodes] of groups) {
      // Several endorsements of one thing: each is checked by its own signature.
      if (own === "endorsed" && !isSubject(nodes)) continue;
      // A profile may be there in short and in full, even under two names for one identifier: no
      // more than that name, which is its own word, can be exchanged.
      if (own !== "profile" && nodes.some((node) => !jsonEqual(node, nodes[0]))) return false;
    }
    // One that speaks of itself may give itself another name as the subject.
    const selfMade = isSubject(groups.get("") ?? []);
    return agree([...groups].filter(([own]) => own !== "profile" || !selfMade).map(([, nodes]) => nodes[0]));
  }
}
