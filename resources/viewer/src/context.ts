// Active contexts and term definitions: context processing (section 4). Safe mode is always on:
// what the specification would ignore with a warning is refused here.

import {
  dropped, hasKeywordForm, invalid, isAbsolute, isKeyword, isLanguage, KEYWORDS, resolve, tooComplex, unsupported,
} from "./iri";
import { isObject, type Json, type JsonObject } from "./strictjson";

/** Return the value of "@context" of an address, or refuse. */
export type Load = (address: string) => Json;

const MAX_CONTEXTS = 10; // addresses in one chain, as the JavaScript processor
const MAX_CONTEXT_NESTING = 16;
// Work of one document on contexts, in definitions copied; to make one costs a hundred times as
// much. The Open Badges contexts take 60,000.
const MAX_WORK = 3_000_000;
const DEFINING = 100;
const MAX_DERIVED = 256;
const MAX_REMEMBERED = 4_096;
const MAX_CHAIN = 64;

/** One term definition (section 4.2). `undefined` is an entry that is not there; null one that is null. */
export class Term {
  iri: string | null = null;
  reverse = false;
  prefix: boolean | null = null;
  type: string | null = null;
  container: string[] | null = null;
  index: string | null = null;
  context: Json | undefined = undefined;
  language: string | null | undefined = undefined;
  direction: string | null | undefined = undefined;
  nest: string | null = null;
  protected = false;

  /** Are two definitions the same, protection aside (section 4.2.2, step 27)? */
  sameAs(other: Term): boolean {
    for (const name of ["iri", "reverse", "prefix", "type", "index", "language", "direction", "nest"] as const) {
      if (this[name] !== other[name]) return false;
    }
    if ((this.container === null) !== (other.container === null)) return false;
    if ([...(this.container ?? [])].sort().join() !== [...(other.container ?? [])].sort().join()) return false;
    if (this.context === undefined || other.context === undefined) return this.context === other.context;
    return jsonEqual(this.context, other.context);
  }
}

export function jsonEqual(one: Json, other: Json): boolean {
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return keys.length === Object.keys(other).length && keys.every((k) => k in other && jsonEqual(one[k], other[k]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, i) => jsonEqual(item, other[i]));
  }
  return one === other;
}

/** A context made from another, and what it took. */
interface Derived {
  context: ActiveContext;
  work: number;
}

/** The context in force at one place of a document (section 4.1). */
export class ActiveContext {
  terms = new Map<string, Term>();
  base: string | null | undefined = undefined;
  vocab: string | null = null;
  language: string | null = null;
  direction: string | null = null;
  previous: ActiveContext | null = null;
  protectedTerms = new Set<string>();
  readonly derived = new Map<string, Derived>();
  readonly scopes = new Map<Json, Map<string, Derived>>();
  private readonly iris = new Map<string, string | null>();

  constructor(readonly documentBase: string) {}

  copy(): ActiveContext {
    const clone = new ActiveContext(this.documentBase);
    clone.terms = new Map(this.terms);
    clone.base = this.base;
    clone.vocab = this.vocab;
    clone.language = this.language;
    clone.direction = this.direction;
    clone.previous = this.previous;
    clone.protectedTerms = new Set(this.protectedTerms);
    return clone;
  }

  reverted(): ActiveContext {
    return this.previous ?? this;
  }

  /** Expand a key or a type name: terms, compact IRIs, then the vocabulary; remembered. */
  expand(value: string): string | null {
    const known = this.iris.get(value);
    if (known !== undefined) return known;
    if (this.iris.size >= MAX_REMEMBERED) this.iris.clear();
    const result = this.expandIri(value, true);
    this.iris.set(value, result);
    return result;
  }

  /** Expand a string to an IRI or keyword (section 5.2); may return a relative reference. */
  expandIri(value: string, vocab = false, base = false): string | null {
    if (KEYWORDS.has(value)) return value;
    if (hasKeywordForm(value)) return null;
    if (vocab) {
      const term = this.terms.get(value);
      if (term !== undefined) return term.iri;
    }
    const compact = this.compactOrAbsolute(value);
    if (compact !== null) return compact;
    if (vocab && this.vocab !== null) return this.vocab + value;
    return base ? this.resolve(value) : value;
  }

  private compactOrAbsolute(value: string): string | null {
    const colon = value.indexOf(":");
    if (colon <= 0) return null;
    const prefix = value.slice(0, colon);
    const suffix = value.slice(colon + 1);
    if (prefix === "_" || suffix.startsWith("//")) return value;
    const term = this.terms.get(prefix);
    if (term !== undefined && term.prefix && term.iri !== null) return term.iri + suffix;
    return isAbsolute(value) ? value : null;
  }

  resolve(reference: string): string {
    if (this.base === undefined) return resolve(this.documentBase, reference);
    if (!this.base) return reference;
    return resolve(resolve(this.documentBase, this.base), reference);
  }

  term(key: string | null): Term | undefined {
    return key === null ? undefined : this.terms.get(key);
  }

  container(key: string | null): string[] {
    return this.term(key)?.container ?? [];
  }

  scoped(key: string | null): Json | undefined {
    return this.term(key)?.context;
  }
}

/** Derives active contexts, with the work it may spend; one per document. */
export class Processor {
  private spent = 0;
  private readonly counted = new Set<Derived>();
  private nesting = 0;

  constructor(private readonly load: Load) {}

  /**
   * Count work on contexts; what was compiled before counts as if it were done again, so that
   * whether a document is too complex does not depend on what was read before it.
   */
  private spend(work: number): void {
    this.spent += work;
    if (this.spent > MAX_WORK) throw tooComplex("contexts", MAX_WORK);
  }

  derive(active: ActiveContext, local: Json, propagate = true, override = false): ActiveContext {
    const isAddress = typeof local === "string";
    const text = isAddress ? local : JSON.stringify(local);
    const key = `${isAddress ? "a" : "j"}${propagate ? 1 : 0}${override ? 1 : 0}${text}`;
    const known = active.derived.get(key);
    if (known !== undefined) {
      this.spend(known.work);
      return known.context;
    }
    const before = this.spent;
    const context = Array.isArray(local) && propagate && !override
      ? this.deriveEach(active, local)
      : this.process(active, local, propagate, override, new Set());
    if (active.derived.size >= MAX_DERIVED) active.derived.clear();
    active.derived.set(key, { context, work: this.spent - before });
    return context;
  }

  private deriveEach(active: ActiveContext, local: Json[]): ActiveContext {
    if (local.length > 2 * MAX_CONTEXTS) throw tooComplex("contexts", 2 * MAX_CONTEXTS);
    for (const item of local) {
      const document = typeof item === "string" ? this.load(resolve(active.documentBase, item)) : item;
      // Implementations differ on which of several contexts may say it.
      if (local.length > 1 && isObject(document) && document["@propagate"] === false) throw unsupported("@propagate among several contexts");
      if (Array.isArray(item)) throw invalid("invalid local context");
      active = this.derive(active, item);
    }
    return active;
  }

  /** The same for a scoped context, which is named by its identity: terms keep theirs. */
  deriveScoped(active: ActiveContext, local: Json, propagate: boolean, override: boolean): ActiveContext {
    const key = `${propagate}${override}`;
    let known = active.scopes.get(local)?.get(key);
    if (known === undefined) {
      const before = this.spent;
      const context = this.process(active, local, propagate, override, new Set());
      known = { context, work: this.spent - before };
      if (active.scopes.size >= MAX_DERIVED) active.scopes.clear();
      let inner = active.scopes.get(local);
      if (inner === undefined) active.scopes.set(local, (inner = new Map()));
      inner.set(key, known);
    } else if (!this.counted.has(known)) this.spend(known.work);
    this.counted.add(known);
    return known.context;
  }

  /** The Context Processing Algorithm (section 4.1.2). */
  private process(active: ActiveContext, local: Json, propagate: boolean, override: boolean, cycles: Set<string>): ActiveContext {
    const documents: (JsonObject | null)[] = [];
    this.collect(local, active.documentBase, [], documents);
    if (documents.length === 0) return active;
    const first = documents[0];
    if (first !== null && typeof first["@propagate"] === "boolean") {
      propagate = first["@propagate"];
      if (documents.length > 1 && !propagate) throw unsupported("@propagate among several contexts");
    }
    let result = active;
    if (!propagate && result.previous === null) {
      result = this.copy(result);
      result.previous = active;
    }
    for (const document of documents) {
      result = document === null ? this.nullified(result, propagate, override) : this.apply(result, document, override, cycles);
    }
    return result;
  }

  private collect(local: Json, base: string, chain: string[], found: (JsonObject | null)[]): void {
    for (const item of Array.isArray(local) ? local : [local]) {
      if (typeof item === "string") {
        const address = resolve(base, item);
        if (chain.includes(address)) throw invalid("context overflow");
        if (chain.length >= MAX_CONTEXTS) throw tooComplex("contexts", MAX_CONTEXTS);
        this.collect(this.load(address), address, [...chain, address], found);
      } else if (item === null || isObject(item)) found.push(item);
      else throw invalid("invalid local context");
      if (found.length > 2 * MAX_CONTEXTS) throw tooComplex("contexts", 2 * MAX_CONTEXTS);
    }
  }

  private nullified(active: ActiveContext, propagate: boolean, override: boolean): ActiveContext {
    if (active.protectedTerms.size > 0 && !override) throw invalid("invalid context nullification");
    if (!propagate) throw unsupported("null in a context that does not propagate");
    return new ActiveContext(active.documentBase);
  }

  private copy(active: ActiveContext): ActiveContext {
    this.spend(active.terms.size);
    return active.copy();
  }

  /** Add one context map to a context (steps 5.4 to 5.13). */
  private apply(active: ActiveContext, given: JsonObject, override: boolean, cycles: Set<string>): ActiveContext {
    if ("@context" in given) throw unsupported("@context inside @context");
    this.spend(DEFINING * Object.keys(given).length);
    const result = this.copy(active);
    if ("@version" in given && given["@version"] !== 1.1) throw invalid("invalid @version value");
    setBase(result, given);
    setVocab(result, given);
    setLanguage(result, given);
    setDirection(result, given);
    if ("@propagate" in given && typeof given["@propagate"] !== "boolean") throw invalid("invalid @propagate value");
    const context = this.imported(given, active.documentBase);
    // False is allowed by the specification and refused by the JavaScript processor.
    if ("@protected" in context && context["@protected"] !== true) throw unsupported("@protected other than true on a whole context");
    const definer = new Definer(result, context, override);
    for (const [key, value] of Object.entries(context)) {
      definer.define(key);
      if (isObject(value) && "@context" in value) this.validate(result, value["@context"], cycles);
    }
    return result;
  }

  /** A context with what it imports beneath it (step 5.6). */
  private imported(context: JsonObject, base: string): JsonObject {
    if (!("@import" in context)) return context;
    const source = context["@import"];
    if (typeof source !== "string") throw invalid("invalid @import value");
    const loaded = this.load(resolve(base, source));
    if (!isObject(loaded)) throw invalid("invalid remote context");
    if ("@import" in loaded) throw invalid("invalid context entry");
    if (IMPORT_REFUSED.some((key) => key in loaded)) throw unsupported("@import of a context with settings of its own");
    return Object.assign(Object.create(null) as JsonObject, loaded, context);
  }

  /** Refuse a scoped context that is broken, before anything uses it (section 4.2.2, 21). */
  private validate(active: ActiveContext, scoped: Json, cycles: Set<string>): void {
    if (typeof scoped === "string") {
      const address = resolve(active.documentBase, scoped);
      if (cycles.has(address)) return;
      cycles.add(address);
    }
    if (this.nesting >= MAX_CONTEXT_NESTING) throw tooComplex("context nesting", MAX_CONTEXT_NESTING);
    this.nesting++;
    try {
      this.process(active, scoped, true, true, cycles);
    } finally {
      this.nesting--;
    }
  }
}

const IMPORT_REFUSED = ["@base", "@vocab", "@language", "@direction", "@propagate", "@version"];

function setBase(result: ActiveContext, context: JsonObject): void {
  if (!("@base" in context)) return;
  let base = context["@base"];
  if (base !== null && typeof base !== "string") throw invalid("invalid base IRI");
  if (base !== null && !isAbsolute(base)) base = resolve(result.base === undefined ? "" : result.base, base);
  result.base = base;
}

function setVocab(result: ActiveContext, context: JsonObject): void {
  if (!("@vocab" in context)) return;
  const vocab = context["@vocab"];
  if (vocab === null) {
    result.vocab = null;
    return;
  }
  if (typeof vocab !== "string") throw invalid("invalid vocab mapping");
  const expanded = result.expandIri(vocab, true, true);
  if (!isAbsolute(expanded)) throw dropped("relative @vocab reference", vocab);
  result.vocab = expanded;
}

function setLanguage(result: ActiveContext, context: JsonObject): void {
  if (!("@language" in context)) return;
  const language = context["@language"];
  if (language === null) {
    result.language = null;
    return;
  }
  if (typeof language !== "string") throw invalid("invalid default language");
  if (!isLanguage(language)) throw dropped("invalid @language value", language);
  result.language = language.toLowerCase();
}

function setDirection(result: ActiveContext, context: JsonObject): void {
  if (!("@direction" in context)) return;
  const direction = context["@direction"];
  if (direction !== null && direction !== "ltr" && direction !== "rtl") throw invalid("invalid base direction");
  result.direction = direction;
}

const ENTRIES = new Set("@container @context @direction @id @index @language @nest @prefix @protected @reverse @type".split(" "));
const CONTAINERS = new Set("@graph @id @index @language @list @set @type".split(" "));
const SETTINGS = new Set("@base @direction @import @language @propagate @protected @version @vocab".split(" "));
const IRI_FORM = /:[^:]|\//;

/** Nothing, as Python's `or` sees it: also an empty list or map. */
const isEmpty = (value: Json | undefined): boolean =>
  !value || (Array.isArray(value) ? value.length === 0 : typeof value === "object" && Object.keys(value).length === 0);

/** Create Term Definition (section 4.2): adds the terms of one context map, each once. */
class Definer {
  private readonly protect: boolean;
  private readonly done = new Map<string, boolean>();
  private chain = 0;

  constructor(
    private readonly active: ActiveContext,
    private readonly local: JsonObject,
    private readonly override: boolean,
  ) {
    this.protect = local["@protected"] === true;
  }

  define(term: string): void {
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
    this.keepProtected(term, previous, definition);
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
    if (previous === undefined || !previous.protected || this.override) return;
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
      (isEmpty(container) || container === "@set")) return;
  }
  if (isKeyword(term)) throw invalid("keyword redefinition", term);
  if (hasKeywordForm(term)) throw dropped("reserved term", term);
}

function readContainer(value: JsonObject, definition: Term): void {
  if (!("@container" in value)) return;
  const given = value["@container"];
  const container = typeof given === "string" ? [given] : isEmpty(given) ? [] : given;
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
