// Does a signed document say to people what it says to the signature? A proof over JSON-LD covers
// statements, not the JSON that makes them: whoever holds a credential could write `validUntil` under
// another name, move it into another object with the same `id`, put a subject into a list in a list
// or spell its `id` with a prefix, all without breaking the signature, and a reader of JSON would no
// longer see what was signed. The same rules as the desktop's `wallet.formats.plain`.

import { malformed, type Refusal, unsupported } from "./errors";
import { Inline, renamed } from "./inline";
import { Mentions, READ } from "./places";
import { isInexact, isObject, type Json, type JsonObject } from "./strictjson";

const words = (listed: string): ReadonlySet<string> => new Set(listed.split(" "));

const TEXT_KEYS = words("@value @language @direction");
// The one other name that trusted contexts give a keyword, and those contexts: ODRL's, and one that
// includes it.
const ODRL_ID = "uid";
const ODRL = /ns\/odrl|credentials\/examples\/v1/i;
const NO_TERM = /[:/?#[\]@]/;

// The prefixes that trusted contexts define, and the mark of a name that holds in one document only:
// what starts with one of these is no identifier in full.
const PREFIXES = words(
  "_ as bc cc cp cred csvw ctzn dc dcam dcat dcmitype dct dcterms dctype didv doap ex extensions foaf industry lcn ldp obi odrl org owl prof prov qb rdf rdfs schema sec sh skos sosa ssn time vann vcard void wgs xsd",
);
// Values that are JSON to the signature too.
export const JSON_VALUES = words("aamva_domestic_driving_privileges driving_privileges jsonSchema jwk presentation_submission publicKeyJwk");
// What is read as one text or time; a list of one would say the same to the signature.
const SINGLE = words(
  "id validFrom validUntil issuanceDate expirationDate awardedDate activityStartDate activityEndDate dateAwarded dateIssued identityHash identityType hashed salt achievedLevel requiredLevel statusListIndex statusListCredential statusPurpose revocationListIndex revocationListCredential encodedList resultType valueMax creditsEarned licenseNumber achievementType targetCode targetUrl",
);
// Types that decide how something is read, and are read under these names only.
const READ_TYPES = words(
  "VerifiableCredential VerifiablePresentation OpenBadgeCredential AchievementCredential ClrCredential ClrSubject AchievementSubject EndorsementCredential BitstringStatusListEntry StatusList2021Entry BitstringStatusList StatusList2021 BitstringStatusListCredential StatusList2021Credential DataIntegrityProof Ed25519Signature2020",
);
// Each value of these is a graph of its own: what is said there is said apart.
const BASES = words("https://www.w3.org/2018/credentials/v1 https://www.w3.org/ns/credentials/v2");
const GRAPHS = words("verifiableCredential proof boostCredential");

const invalid = (problem: string, term: string): Refusal => malformed("jsonld_invalid", { problem, term: term.slice(0, 80) });
const prefixOf = (value: string): string => value.split(":", 1)[0];

/** Refuse a document that, with its proofs, can be read in more than one way. */
export function checkPlain(document: JsonObject): void {
  // VCDM 1.1 and 2.0, section 4.3: without a base context the names would mean something else.
  const context = document["@context"];
  const first = Array.isArray(context) ? context[0] : context;
  if (typeof first !== "string" || !BASES.has(first)) throw invalid("base context", "@context");
  const walk = new Walk(document);
  walk.run();
  const inline = new Inline();
  for (const context of walk.contexts) inline.add(context);
  if (inline.language && walk.languages) throw renamed("@language");
  if (inline.prefixes.size > 0) checkPrefixes(document, inline.prefixes);
  if (walk.odrlId && walk.contexts.some((context) => ODRL.test(JSON.stringify(context)))) throw unsupported("context_unknown", { term: ODRL_ID });
}

/** One walk over a document, graph by graph; keeps what is judged once all has been seen. */
class Walk {
  readonly contexts: Json[] = [];
  languages = false;
  odrlId = false;
  private readonly graphs: JsonObject[];

  constructor(document: JsonObject) {
    this.graphs = [document];
  }

  run(): void {
    for (const graph of this.graphs) {
      const mentions = new Mentions(graph);
      const nodes: [string, JsonObject][] = [["", graph]];
      for (const [place, node] of nodes) if (!this.isText(node)) this.node(place, node, nodes, mentions);
      mentions.check();
    }
  }

  private node(place: string, node: JsonObject, nodes: [string, JsonObject][], mentions: Mentions): void {
    if (isInexact(node)) throw unsupported("jsonld_unsupported", { feature: "integer not exact", term: place.slice(0, 80) });
    for (const [member, value] of Object.entries(node)) {
      if (member === "@context") this.contexts.push(value);
      else if (typeof value === "string") {
        if (member === "id") {
          if (PREFIXES.has(prefixOf(value))) throw invalid("identifier not in full", value);
          mentions.add(value, place, node);
        } else text(member, value, mentions);
      } else if (typeof value === "object" && value !== null && !JSON_VALUES.has(member)) {
        if (SINGLE.has(member)) throw invalid("not one text", member);
        if (isInexact(value)) throw unsupported("jsonld_unsupported", { feature: "integer not exact", term: member.slice(0, 80) });
        for (const item of Array.isArray(value) ? value : [value]) {
          if (typeof item === "string") text(member, item, mentions);
          else if (Array.isArray(item)) throw invalid("list in a list", member);
          else if (isObject(item)) {
            if (GRAPHS.has(member)) this.graphs.push(item);
            else nodes.push([member, item]);
          }
        }
      }
    }
    if (place === "result" && "resultDescription" in node && typeof node.resultDescription !== "string") throw invalid("not one text", "resultDescription");
  }

  /** Check the keys of an object. Is it a text with its language? */
  private isText(node: JsonObject): boolean {
    const names = Object.keys(node);
    if ("@value" in node) {
      if (!names.every((name) => TEXT_KEYS.has(name)) || typeof node["@language"] !== "string") throw unsupported("jsonld_unsupported", { feature: "value object" });
      this.languages = true;
      return true;
    }
    for (const name of names) {
      if (name === ODRL_ID) this.odrlId = true;
      else if (name !== "@context" && NO_TERM.test(name)) throw invalid("key is not a term", name);
    }
    return false;
  }
}

function text(member: string, value: string, mentions: Mentions): void {
  if (READ.has(member)) mentions.add(value, member, null);
  else if (member === "hashed") throw invalid("not true or false", member); // "true" says the same as true
  else if (member === "type" && NO_TERM.test(value) && READ_TYPES.has(value.split(/[#/:]/).at(-1)!)) throw invalid("type is not a term", value);
}

/** Refuse every text that one of the document's own prefixes may make an IRI of. */
function checkPrefixes(document: JsonObject, prefixes: ReadonlySet<string>): void {
  const found: Json[] = [document];
  for (const value of found) {
    if (typeof value === "string") {
      if (value.includes(":") && prefixes.has(prefixOf(value))) throw renamed(value);
    } else if (Array.isArray(value)) for (const item of value) found.push(item);
    else if (isObject(value)) for (const [name, item] of Object.entries(value)) if (name !== "@context") found.push(item);
  }
}
