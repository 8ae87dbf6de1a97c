// Term definitions and active contexts: the compiled form of JSON-LD contexts, and IRI expansion.

import { hasKeywordForm, isAbsolute, KEYWORDS, resolve } from "./iri";
import { isObject, type Json } from "./strictjson";

const MAX_REMEMBERED = 4_096;
// What one context remembers of contexts derived from it, by number and by the work they took.
const MAX_DERIVED = 256;
const MAX_REMEMBERED_WORK = 4_000_000;

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
export interface Derived {
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
  private readonly derived = new Map<string, Derived>();
  private readonly scopes = new Map<Json, Map<string, Derived>>();
  private derivedCount = 0;
  private derivedWork = 0;
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

  /** The context made from this one under a name (a text), or by a scoped context (its identity). */
  known(name: string, scope?: Json): Derived | undefined {
    return scope === undefined ? this.derived.get(name) : this.scopes.get(scope)?.get(name);
  }

  /** Remember a derived context; beyond a bound of number or work, forget all of them. */
  remember(made: Derived, name: string, scope?: Json): void {
    this.derivedCount++;
    this.derivedWork += made.work;
    if (this.derivedCount > MAX_DERIVED || this.derivedWork > MAX_REMEMBERED_WORK) {
      this.derived.clear();
      this.scopes.clear();
      this.derivedCount = 1;
      this.derivedWork = made.work;
    }
    let under = scope === undefined ? this.derived : this.scopes.get(scope);
    if (under === undefined) this.scopes.set(scope as Json, (under = new Map()));
    under.set(name, made);
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
