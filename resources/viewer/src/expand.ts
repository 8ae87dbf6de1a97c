// Expansion (section 5): from a document to its context-free form. Safe mode is always on: where
// the specification drops something, this refuses.

import type { Processor } from "./context";
import { dropped, invalid, isAbsolute, isLanguage, KEYWORDS, tooComplex, unsupported } from "./iri";
import {
  add, addReverse, addTypes, asList, checkValue, child, identifier, isListObject, isNode, languageTag, object, ordered, refuseFloating,
} from "./objects";
import { emptyObject, isObject, type Json, type JsonObject } from "./strictjson";
import type { ActiveContext, Term } from "./term";

const MAX_DEPTH = 100;

const PLAIN_KEYWORDS = new Set("@direction @id @included @index @language @reverse @type".split(" "));
// Keywords that may not stand as a key of a node: the processor would keep them and RDF drop them.
const SENSIBLE = new Set("@direction @graph @id @included @index @language @list @nest @reverse @set @type @value".split(" "));
const meaningless = (keyword: string) => KEYWORDS.has(keyword) && !SENSIBLE.has(keyword);

/** Where in a document the entries of a map stand. */
interface Scope {
  active: ActiveContext;
  typeScoped: ActiveContext;
  prop: string | null;
  expandedProp: string | null;
  inList: boolean;
  typeKey: string | null;
}

interface Place {
  inList?: boolean;
  inIndex?: boolean;
  typeScoped?: ActiveContext | null;
}

export class Expander {
  private depth = 0;

  constructor(private readonly processor: Processor) {}

  /** Expand a whole document to the list of its top-level objects. */
  document(active: ActiveContext, element: Json): Json[] {
    let result: Json = this.expand(active, null, element);
    if (isObject(result)) {
      const keys = Object.keys(result);
      if (keys.length === 1 && keys[0] === "@graph") result = result["@graph"];
    }
    return result === null ? [] : asList(result);
  }

  /** Expand one element under a property (section 5.1.2). */
  expand(active: ActiveContext, prop: string | null, element: Json, place: Place = {}): Json {
    if (element === null) return null;
    if (typeof element === "object") {
      this.deeper();
      const result = Array.isArray(element) ? this.array(active, prop, element, place) : this.object(active, prop, element, place);
      this.depth--;
      return result;
    }
    if (!place.inList && (prop === null || active.expand(prop) === "@graph")) throw dropped("free-floating scalar", prop ?? "@value");
    return this.value(active, prop, element);
  }

  private deeper(): void {
    if (++this.depth > MAX_DEPTH) throw tooComplex("depth", MAX_DEPTH);
  }

  private array(active: ActiveContext, prop: string | null, elements: Json[], place: Place): Json[] {
    const inList = place.inList || active.container(prop).includes("@list");
    const result: Json[] = [];
    for (const element of elements) {
      let item = this.expand(active, prop, element, { inIndex: place.inIndex, typeScoped: place.typeScoped });
      if (inList && Array.isArray(item)) item = object({ "@list": item });
      if (Array.isArray(item)) for (const one of item) result.push(one);
      else if (item !== null) result.push(item);
    }
    return result;
  }

  private object(active: ActiveContext, prop: string | null, element: JsonObject, place: Place): Json {
    const expandedProp = prop === null ? null : active.expand(prop);
    const propertyScoped = active.scoped(prop);
    const outer = place.typeScoped ?? (active.previous ? active : null);
    active = this.reverted(active, element, place.inIndex ?? false, outer);
    if (propertyScoped !== undefined) active = this.processor.deriveScoped(active, propertyScoped, true, true);
    if ("@context" in element) active = this.processor.derive(active, element["@context"]);
    const typeScoped = active;
    const [typeKey, applied] = this.applyTypes(active, element);
    const result = emptyObject();
    const scope: Scope = { active: applied, typeScoped, prop, expandedProp, inList: place.inList ?? false, typeKey };
    this.entries(scope, element, result);
    return this.finish(scope, result);
  }

  /** Leave a type-scoped context, unless this is a value or a reference (step 7). */
  private reverted(active: ActiveContext, element: JsonObject, inIndex: boolean, typeScoped: ActiveContext | null): ActiveContext {
    if (inIndex) return active;
    const keys = Object.keys(element);
    if (typeScoped !== null && keys.length <= 2 && !("@context" in element)) {
      for (const key of ordered(keys)) {
        const expanded = typeScoped.expand(key);
        if (expanded === "@value") return typeScoped;
        if (expanded === "@id" && keys.length === 1) return active;
      }
    }
    return active.reverted();
  }

  /** Apply the contexts that the types bring (step 11); return the first type key too. */
  private applyTypes(active: ActiveContext, element: JsonObject): [string | null, ActiveContext] {
    let typeKey: string | null = null;
    const typeScoped = active;
    for (const key of ordered(Object.keys(element))) {
      if (active.expand(key) !== "@type") continue;
      typeKey = typeKey || key;
      const types = asList(element[key]);
      for (const kind of types.length < 2 ? types : ordered(types.filter((t): t is string => typeof t === "string"))) {
        const scoped = typeof kind === "string" ? typeScoped.scoped(kind) : undefined;
        if (scoped !== undefined) active = this.processor.deriveScoped(active, scoped, false, false);
      }
    }
    return [typeKey, active];
  }

  /** Expand the entries of a map into the result (step 13), then what is nested (step 14). */
  private entries(scope: Scope, element: JsonObject, result: JsonObject): void {
    const { active } = scope;
    const nests: string[] = [];
    const jsonType = isJsonType(active, element, scope.typeKey);
    let rawValue: Json = null;
    for (const key of ordered(Object.keys(element))) {
      if (key === "@context") continue;
      const expanded = active.expand(key);
      if (expanded === null || !(KEYWORDS.has(expanded) || isAbsolute(expanded))) throw dropped("invalid property", key);
      if (expanded === "@nest") {
        checkKeyword(scope, expanded, result);
        nests.push(key);
      } else if (expanded === "@value") {
        checkKeyword(scope, expanded, result);
        rawValue = element[key];
        result["@value"] = rawValue;
      } else if (PLAIN_KEYWORDS.has(expanded) || meaningless(expanded)) {
        checkKeyword(scope, expanded, result);
        this.keyword(scope, key, expanded, element[key], result);
      } else {
        if (KEYWORDS.has(expanded)) checkKeyword(scope, expanded, result);
        this.property(scope, key, expanded, element[key], result);
      }
    }
    if (typeof rawValue === "object" && rawValue !== null) {
      // An array in "@value" is merged into a list by the JavaScript processor first.
      if (!jsonType || result["@type"] !== "@json") throw invalid("invalid value object value");
    }
    this.nested(scope, element, nests, result);
  }

  private nested(scope: Scope, element: JsonObject, nests: string[], result: JsonObject): void {
    for (const key of nests) {
      if (scope.active.term(key)?.context !== undefined) throw dropped("scoped context of @nest", key);
      for (const nested of asList(element[key])) {
        if (!isObject(nested) || Object.keys(nested).some((name) => scope.active.expand(name) === "@value")) throw invalid("invalid @nest value");
        this.deeper();
        this.entries(scope, nested, result);
        this.depth--;
      }
    }
  }

  /** Expand the entry of a keyword (step 13.4). */
  private keyword(scope: Scope, key: string, keyword: string, value: Json, result: JsonObject): void {
    const { active } = scope;
    switch (keyword) {
      case "@id":
        result["@id"] = identifier(active, value);
        return;
      case "@type":
        addTypes(scope.typeScoped, value, result);
        return;
      case "@included": {
        const included = asList(this.expand(active, scope.prop, value));
        if (!included.every(isNode)) throw invalid("invalid @included value");
        add(result, "@included", included);
        return;
      }
      case "@language":
        if (value !== null) result["@language"] = languageTag(value);
        return;
      case "@direction":
        if (value !== "ltr" && value !== "rtl") throw invalid("invalid base direction");
        result["@direction"] = value;
        return;
      case "@index":
        if (typeof value !== "string") throw invalid("invalid @index value");
        result["@index"] = value;
        return;
      case "@reverse":
        this.reverse(active, value, result);
        return;
      default:
        throw dropped("keyword without meaning here", key);
    }
  }

  private reverse(active: ActiveContext, value: Json, result: JsonObject): void {
    if (!isObject(value)) throw invalid("invalid @reverse value");
    const expanded = this.expand(active, "@reverse", value);
    if (!isObject(expanded)) throw invalid("invalid @reverse value");
    const twice = expanded["@reverse"];
    delete expanded["@reverse"];
    if (isObject(twice)) for (const [prop, items] of Object.entries(twice)) add(result, prop, items);
    for (const [prop, items] of Object.entries(expanded)) {
      for (const item of asList(items)) addReverse(result, prop, item);
      const reversed = child(result, "@reverse");
      reversed[prop] ??= [];
    }
  }

  /** Expand the entry of a property, or of "@graph", "@list", "@set" (steps 13.5 to 13.14). */
  private property(scope: Scope, key: string, expanded: string, value: Json, result: JsonObject): void {
    const { active } = scope;
    if (expanded === "@graph" && (typeof value !== "object" || value === null)) throw invalid("invalid @graph value");
    const term = active.term(key);
    let context = active;
    if (term?.context !== undefined) context = this.processor.deriveScoped(active, term.context, true, true);
    const container = active.container(key);
    let item = this.contained(scope, context, key, expanded, container, value);
    if (item === null) return;
    if (container.includes("@list") && expanded !== "@list" && !isListObject(item)) item = object({ "@list": asList(item) });
    if (container.includes("@graph") && !container.includes("@id") && !container.includes("@index")) {
      item = asGraphs(item);
      if ((item as Json[]).length === 0) return;
    }
    if (context.term(key)?.reverse) {
      for (const one of asList(item)) addReverse(result, expanded, one);
      child(result, "@reverse");
    } else add(result, expanded, item);
  }

  /** Expand a property's value as its container says (steps 13.6 to 13.9). */
  private contained(scope: Scope, context: ActiveContext, key: string, expanded: string, container: string[], value: Json): Json {
    if (isObject(value)) {
      if (container.includes("@language")) return languageMap(context, key, value);
      for (const kind of ["@index", "@id", "@type"]) {
        if (container.includes(kind)) return this.indexMap(scope.active, context, key, value, kind);
      }
    }
    if (expanded === "@list" || expanded === "@set") {
      const prop = expanded === "@list" && scope.expandedProp === "@graph" ? null : scope.prop;
      return this.expand(context, prop, value, { inList: expanded === "@list" });
    }
    if (scope.active.term(key)?.type === "@json") return object({ "@type": "@json", "@value": value });
    return this.expand(context, key, value);
  }

  /** Expand a scalar by its term's coercion (section 5.3.2). */
  value(active: ActiveContext, prop: string | null, value: Json): Json {
    const term = active.term(prop);
    const expanded = prop === null ? null : active.expand(prop);
    const kind = term?.type ?? null;
    if (typeof value === "string" && (kind === "@id" || expanded === "@graph" || kind === "@vocab")) {
      const vocab = kind === "@vocab" && expanded !== "@graph";
      const iri = active.expandIri(value, vocab, true);
      if (iri === null) throw dropped("reserved @id value", value);
      return object({ "@id": iri });
    }
    return this.literal(active, term, kind, expanded, value);
  }

  private literal(active: ActiveContext, term: Term | undefined, kind: string | null, expanded: string | null, value: Json): Json {
    if (expanded !== null && KEYWORDS.has(expanded)) throw dropped("keyword without meaning here", expanded);
    const result = emptyObject();
    if (kind !== null && kind !== "@id" && kind !== "@vocab" && kind !== "@none") result["@type"] = kind;
    else if (typeof value === "string") {
      const language = term?.language === undefined ? active.language : term.language;
      if (language !== null) result["@language"] = language;
      const way = directionOf(active, term);
      if (way !== null) result["@direction"] = way;
    }
    result["@value"] = value;
    return result;
  }

  /** Check a map as a whole, and unwrap it where it stands for its content (steps 15 to 19). */
  private finish(scope: Scope, result: JsonObject): Json {
    let final: Json = result;
    const keys = Object.keys(result);
    if ("@value" in result) checkValue(result);
    else if ("@set" in result || "@list" in result) {
      if (keys.length > 1 && !(keys.length === 2 && "@index" in result)) throw invalid("invalid set or list object");
      if ("@set" in result) {
        if ("@index" in result) throw dropped("@index of a set", result["@index"]);
        final = result["@set"];
      }
    } else if ("@type" in result) result["@type"] = asList(result["@type"]);
    else if (keys.length === 1 && keys[0] === "@language") throw dropped("object with only @language", result["@language"]);
    const floating = scope.prop === null || scope.expandedProp === "@graph" || scope.active.container(scope.prop).includes("@graph");
    if (isObject(final) && floating && !scope.inList) refuseFloating(final);
    return final;
  }

  /** Expand an index, id or type map (step 13.8); `kind` is the container's keyword. */
  private indexMap(active: ActiveContext, context: ActiveContext, key: string, value: JsonObject, kind: string): Json[] {
    const term = context.term(key);
    const index = kind === "@index" && term?.index ? term.index : kind;
    const indexProperty = index !== kind ? active.expand(index) : null;
    const asGraph = active.container(key).includes("@graph") && kind !== "@type";
    const names = Object.keys(value);
    if (kind === "@type") {
      context = context.reverted();
      const reverted = context;
      if (names.length > 1 && names.some((name) => reverted.scoped(name) !== undefined)) throw unsupported("type map with several types and scoped contexts");
    }
    const result: Json[] = [];
    for (const name of ordered(names)) {
      const scoped = kind === "@type" ? context.scoped(name) : undefined;
      const inner = scoped === undefined ? context : this.processor.deriveScoped(context, scoped, false, false);
      const items = this.expand(inner, key, asList(value[name]), { inIndex: true }) as JsonObject[];
      if (items.length === 0) continue;
      const entry = this.entry(inner, index, name, kind, indexProperty);
      for (const item of items) result.push(keyed(item, entry, asGraph));
    }
    return result;
  }

  /** Expand one key of an index map (steps 13.8.3.4 to 13.8.3.6). */
  private entry(active: ActiveContext, index: string, name: string, kind: string, prop: string | null): Entry {
    if (index !== kind) {
      if (prop === null || !isAbsolute(prop)) throw dropped("invalid property", index);
      return { kind, prop, value: name === "@none" ? null : this.value(active, index, name) };
    }
    let expanded = active.expand(name);
    if (expanded === "@none") return { kind, prop: null, value: null };
    if (kind === "@index") return { kind, prop: null, value: name };
    if (kind === "@id") expanded = active.expandIri(name, false, true);
    if (expanded === null || !isAbsolute(expanded)) throw dropped(`relative ${kind} reference`, name);
    return { kind, prop: null, value: expanded };
  }
}

/** What a key of an index map adds to each item under it; nothing where `value` is null. */
interface Entry {
  kind: string;
  prop: string | null;
  value: Json;
}

function keyed(item: JsonObject, entry: Entry, asGraph: boolean): Json {
  if (asGraph && !isGraph(item)) {
    refuseFloating(item);
    item = object({ "@graph": [item] });
  }
  const valueObject = "@value" in item;
  if (entry.kind === "@type") {
    if (entry.value !== null) {
      item["@type"] = [entry.value, ...("@type" in item ? asList(item["@type"]) : [])];
      if (valueObject) throw invalid("invalid value object");
    }
  } else if (valueObject && (entry.kind === "@id" || entry.prop !== null)) throw invalid("invalid value object");
  else if (entry.value === null) return item;
  else if (entry.prop !== null) item[entry.prop] = [entry.value, ...(entry.prop in item ? asList(item[entry.prop]) : [])];
  else if (!(entry.kind in item)) item[entry.kind] = entry.value;
  return item;
}

const isGraph = (item: JsonObject): boolean =>
  "@graph" in item && Object.keys(item).every((key) => key === "@graph" || key === "@id" || key === "@index");

function asGraphs(value: Json): Json[] {
  const items = asList(value);
  for (const item of items) refuseFloating(item);
  return items.map((item) => object({ "@graph": [item] }));
}

function directionOf(active: ActiveContext, term: Term | undefined): string | null {
  return term?.direction === undefined ? active.direction : term.direction;
}

function languageMap(active: ActiveContext, key: string, value: JsonObject): Json[] {
  const result: Json[] = [];
  const way = directionOf(active, active.term(key));
  for (const [language, texts] of Object.entries(value)) {
    const untagged = active.expand(language) === "@none";
    for (const text of asList(texts)) {
      if (text === null) continue;
      if (typeof text !== "string") throw invalid("invalid language map value");
      if (!untagged && !isLanguage(language)) throw dropped("invalid @language value", language);
      const item = object({ "@value": text });
      if (!untagged) item["@language"] = language.toLowerCase();
      if (way !== null) item["@direction"] = way;
      result.push(item);
    }
  }
  return result;
}

/** Refuse a keyword where it cannot stand, or twice (steps 13.4.1 and 13.4.2). */
function checkKeyword(scope: Scope, keyword: string, result: JsonObject): void {
  if (scope.expandedProp === "@reverse") throw invalid("invalid reverse property map");
  if (keyword in result && keyword !== "@included" && keyword !== "@type") throw invalid("colliding keywords", keyword);
}

function isJsonType(active: ActiveContext, element: JsonObject, typeKey: string | null): boolean {
  const kind = typeKey === null ? null : element[typeKey];
  const first = Array.isArray(kind) ? (kind[0] ?? null) : kind;
  return typeof first === "string" && active.expand(first) === "@json";
}
