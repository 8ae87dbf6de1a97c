// Create Term Definition (section 4.2): the terms of one context map, added to an active context.

import { dropped, hasKeywordForm, invalid, isAbsolute, isKeyword, KEYWORDS } from "./iri";
import { isObject, type Json, type JsonObject } from "./strictjson";
import { type ActiveContext, Term } from "./term";

const MAX_CHAIN = 64;
const ENTRIES = new Set("@container @context @direction @id @index @language @nest @prefix @protected @reverse @type".split(" "));
const CONTAINERS = new Set("@graph @id @index @language @list @set @type".split(" "));
const SETTINGS = new Set("@base @direction @import @language @propagate @protected @version @vocab".split(" "));
const IRI_FORM = /:[^:]|\//;

/** Create Term Definition (section 4.2): adds the terms of one context map, each once. */
export class Definer {
  private readonly protect: boolean;
  private readonly done = new Map<string, boolean>();
  private chain = 0;

  constructor(
    private readonly active: ActiveContext,
    private readonly local: JsonObject,
  ) {
    this.protect = local["@protected"] === true;
  }

  /**
   * `override` allows a protected term to be redefined; what a term depends on is defined without
   * it (section 5.2.2, step 3).
   */
  define(term: string, override = false): void {
    if (SETTINGS.has(term)) return;
    const finished = this.done.get(term);
    if (finished) return;
    if (finished === false || this.chain >= MAX_CHAIN) throw invalid("cyclic IRI mapping", term);
    this.done.set(term, false);
    this.chain++;
    const given = this.local[term];
    checkName(term, given);
    const previous = this.active.terms.get(term);
    this.active.terms.delete(term);
    const simple = given === null || typeof given === "string";
    const value: Json = simple ? { "@id": given } : given;
    if (!isObject(value) || !Object.keys(value).every((key) => ENTRIES.has(key))) throw invalid("invalid term definition", term);
    const definition = new Term();
    this.readIri(term, value, definition, simple);
    this.active.terms.set(term, definition);
    this.readProtection(term, value, definition);
    this.done.set(term, true);
    this.readType(value, definition);
    readContainer(value, definition);
    readIndex(value, definition);
    if ("@context" in value) definition.context = value["@context"];
    readLanguage(value, definition);
    readPrefix(term, value, definition);
    readNest(value, definition);
    if (definition.iri === "@context" || definition.iri === "@preserve") throw invalid("invalid keyword alias", term);
    if (!override) this.keepProtected(term, previous, definition);
    this.chain--;
  }

  /** Expand an IRI in a definition, defining first what it depends on (section 5.2). */
  private expand(value: string): string | null {
    if (KEYWORDS.has(value) || hasKeywordForm(value)) return this.active.expandIri(value, true);
    if (value in this.local && this.done.get(value) !== true) this.define(value);
    const colon = value.indexOf(":");
    if (colon > 0 && !this.active.terms.has(value)) {
      const prefix = value.slice(0, colon);
      if (prefix !== "_" && !value.startsWith("//", colon + 1) && prefix in this.local) this.define(prefix);
    }
    return this.active.expandIri(value, true);
  }

  private readIri(term: string, value: JsonObject, definition: Term, simple: boolean): void {
    if ("@reverse" in value) this.readReverse(value, definition);
    else if (!("@id" in value) || value["@id"] === term) this.readImplied(term, definition);
    else if (value["@id"] !== null) this.readId(term, value["@id"], definition, simple);
  }

  private readReverse(value: JsonObject, definition: Term): void {
    if ("@id" in value || "@nest" in value) throw invalid("invalid reverse property");
    const reverse = value["@reverse"];
    if (typeof reverse !== "string") throw invalid("invalid IRI mapping");
    if (hasKeywordForm(reverse)) throw dropped("reserved @reverse value", reverse);
    definition.iri = this.expand(reverse);
    if (!isAbsolute(definition.iri)) throw invalid("invalid IRI mapping");
    definition.reverse = true;
  }

  private readId(term: string, iri: Json, definition: Term, simple: boolean): void {
    if (typeof iri !== "string") throw invalid("invalid IRI mapping", term);
    if (hasKeywordForm(iri) && !isKeyword(iri)) throw dropped("reserved @id value", iri);
    const expanded = this.expand(iri);
    if (expanded === null || !(isAbsolute(expanded) || isKeyword(expanded))) throw invalid("invalid IRI mapping", term);
    if (IRI_FORM.test(term)) {
      // A term that looks like an IRI must not mean another one. It is looked at as if it were
      // defined already, and so never as its own definition.
      this.done.set(term, true);
      const meaning = this.expand(term);
      this.done.set(term, false);
      if (meaning !== expanded) throw invalid("invalid IRI mapping", term);
    }
    definition.iri = expanded;
    definition.prefix = simple && term.indexOf(":") <= 0 && ":/?#[]@".includes(expanded[expanded.length - 1]);
  }

  private readImplied(term: string, definition: Term): void {
    const colon = term.indexOf(":");
    if (colon > 0) {
      const prefix = term.slice(0, colon);
      if (prefix in this.local) this.define(prefix);
      const known = this.active.terms.get(prefix);
      if (known === undefined) definition.iri = term;
      else if (known.iri !== null) definition.iri = known.iri + term.slice(colon + 1);
    } else if (term === "@type") definition.iri = term;
    else if (this.active.vocab !== null) definition.iri = this.active.vocab + term;
    else throw invalid("invalid IRI mapping", term);
  }

  private readProtection(term: string, value: JsonObject, definition: Term): void {
    const own = value["@protected"] ?? null;
    if (own !== null && typeof own !== "boolean") throw invalid("invalid @protected value", term);
    if (own === true || (this.protect && own !== false)) {
      definition.protected = true;
      this.active.protectedTerms.add(term);
    }
  }

  private readType(value: JsonObject, definition: Term): void {
    if (!("@type" in value)) return;
    let kind = value["@type"];
    if (typeof kind !== "string") throw invalid("invalid type mapping");
    if (!["@id", "@json", "@none", "@vocab"].includes(kind)) {
      const expanded = this.expand(kind);
      if (expanded === null || !isAbsolute(expanded) || expanded.startsWith("_:")) throw invalid("invalid type mapping");
      kind = expanded;
    }
    definition.type = kind;
  }

  private keepProtected(term: string, previous: Term | undefined, definition: Term): void {
    if (previous === undefined || !previous.protected) return;
    this.active.protectedTerms.add(term);
    definition.protected = true;
    if (!definition.sameAs(previous)) throw invalid("protected term redefinition", term);
  }
}

function checkName(term: string, value: Json): void {
  if (term === "") throw invalid("invalid term definition", term);
  if (term === "@type" && isObject(value)) {
    const keys = Object.keys(value);
    const container = value["@container"];
    if (keys.length > 0 && keys.every((k) => k === "@container" || k === "@id" || k === "@protected") &&
      (!container || container === "@set")) return;
  }
  if (isKeyword(term)) throw invalid("keyword redefinition", term);
  if (hasKeywordForm(term)) throw dropped("reserved term", term);
}

function readContainer(value: JsonObject, definition: Term): void {
  if (!("@container" in value)) return;
  const given = value["@container"];
  const container = typeof given === "string" ? [given] : !given ? [] : given;
  if (!Array.isArray(container) || !container.every((c): c is string => typeof c === "string")) throw invalid("invalid container mapping");
  const names = new Set(container);
  if (!container.every((c) => CONTAINERS.has(c)) || !combines(names, container.length)) throw invalid("invalid container mapping");
  if (names.has("@type")) {
    definition.type = definition.type || "@id";
    if (definition.type !== "@id" && definition.type !== "@vocab") throw invalid("invalid type mapping");
  }
  if (definition.reverse && !container.every((c) => c === "@index" || c === "@set")) throw invalid("invalid reverse property");
  definition.container = container;
}

function combines(names: Set<string>, count: number): boolean {
  if (names.has("@list")) return count === 1;
  if (names.has("@graph")) return [...names].every((n) => ["@graph", "@id", "@index", "@set"].includes(n));
  return count <= (names.has("@set") ? 2 : 1);
}

function readIndex(value: JsonObject, definition: Term): void {
  if (!("@index" in value)) return;
  const index = value["@index"];
  if (!definition.container?.includes("@index")) throw invalid("invalid term definition");
  if (typeof index !== "string" || index.startsWith("@")) throw invalid("invalid term definition");
  definition.index = index;
}

function readLanguage(value: JsonObject, definition: Term): void {
  if ("@language" in value && !("@type" in value)) {
    const language = value["@language"];
    if (language !== null && typeof language !== "string") throw invalid("invalid language mapping");
    definition.language = language === null ? null : language.toLowerCase();
  }
  if ("@direction" in value) {
    const direction = value["@direction"];
    if (direction !== null && direction !== "ltr" && direction !== "rtl") throw invalid("invalid base direction");
    definition.direction = direction;
  }
}

function readPrefix(term: string, value: JsonObject, definition: Term): void {
  if (!("@prefix" in value)) return;
  if (term.includes(":") || term.includes("/")) throw invalid("invalid term definition", term);
  if (typeof value["@prefix"] !== "boolean") throw invalid("invalid @prefix value", term);
  definition.prefix = value["@prefix"];
  if (isKeyword(definition.iri)) throw invalid("invalid term definition", term);
}

function readNest(value: JsonObject, definition: Term): void {
  if (!("@nest" in value)) return;
  const nest = value["@nest"];
  if (typeof nest !== "string" || (nest !== "@nest" && nest.startsWith("@"))) throw invalid("invalid @nest value");
  definition.nest = nest;
}
