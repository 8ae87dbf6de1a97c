// Expanded JSON-LD objects: what they are, how they grow, and the checks on each kind.

import { dropped, invalid, isAbsolute, isLanguage } from "./iri";
import { emptyObject, isObject, type Json, type JsonObject } from "./strictjson";
import type { ActiveContext } from "./term";

/** Keys in the order of UTF-16 code units. */
export const ordered = (keys: Iterable<string>): string[] => [...keys].sort();

export const asList = (value: Json): Json[] => (Array.isArray(value) ? value : [value]);
export const isValue = (item: Json): item is JsonObject => isObject(item) && "@value" in item;
export const isListObject = (item: Json): item is JsonObject => isObject(item) && "@list" in item;

/** A node object with more than an identifier? */
export function isNode(item: Json): boolean {
  if (!isObject(item) || "@value" in item || "@set" in item || "@list" in item) return false;
  return Object.keys(item).length > 1 || !("@id" in item);
}

export const object = (entries: { [key: string]: Json }): JsonObject => Object.assign(emptyObject(), entries);

export function add(target: JsonObject, key: string, value: Json): void {
  let present = target[key];
  if (!Array.isArray(present)) present = target[key] = present === undefined ? [] : [present];
  for (const item of asList(value)) present.push(item);
}

export function child(target: JsonObject, key: string): JsonObject {
  const present = target[key];
  return isObject(present) ? present : (target[key] = emptyObject());
}

/** Refuse what would be dropped from the top of a graph (step 19). */
export function refuseFloating(item: Json): void {
  if (!isObject(item)) throw invalid("invalid value object");
  const keys = Object.keys(item);
  if (keys.length === 0) throw dropped("empty object", "{}");
  if ("@value" in item) throw dropped("object with only @value", "@value");
  if ("@list" in item) throw dropped("object with only @list", "@list");
  if (keys.length === 1 && "@id" in item) throw dropped("object with only @id", item["@id"]);
}

export function identifier(active: ActiveContext, value: Json): string {
  if (typeof value !== "string") throw invalid("invalid @id value");
  const iri = active.expandIri(value, false, true);
  if (iri === null) throw dropped("reserved @id value", value);
  if (!isAbsolute(iri)) throw dropped("relative @id reference", value);
  return iri;
}

export function addTypes(typeScoped: ActiveContext, value: Json, result: JsonObject): void {
  const kinds = asList(value);
  if (!kinds.every((kind): kind is string => typeof kind === "string")) throw invalid("invalid type value");
  for (const kind of kinds) {
    const expanded = typeScoped.expandIri(kind, true, true);
    if (expanded !== "@json" && !isAbsolute(expanded)) throw dropped("relative @type reference", kind);
    if (!("@type" in result)) result["@type"] = expanded;
    else add(result, "@type", expanded);
  }
}

export function languageTag(value: Json): string {
  if (typeof value !== "string") throw invalid("invalid language-tagged string");
  if (!isLanguage(value)) throw dropped("invalid @language value", value);
  return value.toLowerCase();
}

export function addReverse(result: JsonObject, prop: string, item: Json): void {
  if (isValue(item) || isListObject(item)) throw invalid("invalid reverse property value");
  add(child(result, "@reverse"), prop, item);
}

const VALUE_KEYS = new Set(["@value", "@type", "@index", "@language", "@direction"]);

export function checkValue(result: JsonObject): void {
  if (!Object.keys(result).every((key) => VALUE_KEYS.has(key))) throw invalid("invalid value object");
  if ("@type" in result && ("@language" in result || "@direction" in result)) throw invalid("invalid value object");
  const kind = result["@type"] ?? null;
  const value = result["@value"];
  if (kind === "@json" || (Array.isArray(kind) && kind.length === 1 && kind[0] === "@json")) {
    result["@type"] = "@json";
    return;
  }
  if (value === null) throw dropped("null @value value", "@value");
  if ("@language" in result && typeof value !== "string") throw invalid("invalid language-tagged value");
  if (kind !== null && (!isAbsolute(kind) || kind.startsWith("_:"))) throw invalid("invalid typed value");
}
