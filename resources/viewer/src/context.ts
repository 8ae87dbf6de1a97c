// Active contexts and term definitions: context processing (section 4). Safe mode is always on:
// what the specification would ignore with a warning is refused here.

import { Definer } from "./define";
import { Refusal } from "./errors";
import { dropped, invalid, isAbsolute, isLanguage, resolve, tooComplex, unsupported } from "./iri";
import { emptyObject, isObject, type Json, type JsonObject } from "./strictjson";
import { ActiveContext, type Derived } from "./term";

/** Return the value of "@context" of an address, or refuse. */
export type Load = (address: string) => Json;

const MAX_CONTEXTS = 10; // addresses in one chain, as the JavaScript processor
const MAX_CONTEXT_NESTING = 16;
// Work of one document on contexts, in definitions copied; to make one costs a hundred times as
// much. The Open Badges contexts take 60,000.
const MAX_WORK = 3_000_000;
const DEFINING = 100;

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
    const known = active.known(key);
    if (known !== undefined) {
      this.spend(known.work);
      return known.context;
    }
    const before = this.spent;
    const context = Array.isArray(local) && propagate && !override
      ? this.deriveEach(active, local)
      : this.process(active, local, propagate, override, new Set());
    active.remember({ context, work: this.spent - before }, key);
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
    let known = active.known(key, local);
    if (known === undefined) {
      const before = this.spent;
      const context = this.process(active, local, propagate, override, new Set());
      known = { context, work: this.spent - before };
      active.remember(known, key, local);
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
    const definer = new Definer(result, context);
    for (const [key, value] of Object.entries(context)) {
      definer.define(key, override);
      if (isObject(value) && "@context" in value) this.validate(result, key, value["@context"], cycles);
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
    const out = Object.assign(emptyObject(), context);
    for (const [key, value] of Object.entries(loaded)) if (!(key in out)) out[key] = value;
    return out;
  }

  /** Refuse a scoped context that is broken, before anything uses it (section 4.2.2, 21). */
  private validate(active: ActiveContext, term: string, scoped: Json, cycles: Set<string>): void {
    if (typeof scoped === "string") {
      const address = resolve(active.documentBase, scoped);
      if (cycles.has(address)) return;
      cycles.add(address);
    }
    if (this.nesting >= MAX_CONTEXT_NESTING) throw tooComplex("context nesting", MAX_CONTEXT_NESTING);
    this.nesting++;
    try {
      this.process(active, scoped, true, true, cycles);
    } catch (error) {
      if (error instanceof Refusal && !error.unsupported) throw invalid("invalid scoped context", term);
      throw error;
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
