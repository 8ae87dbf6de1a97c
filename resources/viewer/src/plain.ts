// Does a signed document say to people what it says to the signature? A proof over JSON-LD covers
// statements, not the names they are written under: whoever holds a credential could write
// `validUntil` as its full IRI, or under a name of their own, without breaking the signature, and a
// reader of JSON would no longer see that it ends. Every key must be a plain term, and every inline
// definition must keep the last part of its IRI as its name.

import { malformed, unsupported } from "./errors";
import { isObject, type Json, type JsonObject } from "./strictjson";

const VALUE_KEYS = new Set(["@value", "@type", "@language", "@direction"]);
const CONTEXT_KEYWORDS = new Set(["@version", "@vocab", "@protected", "@propagate", "@base", "@language", "@direction"]);

// The one other name that trusted contexts give a keyword, and those contexts: ODRL's, and one that
// includes it.
const ODRL_ID = "uid";
const ODRL = /ns\/odrl|credentials\/examples\/v1/i;

/** Refuse a document that, with its proofs, is not written in plain terms. */
export function checkPlain(document: JsonObject): void {
  const nodes: Json[] = [document];
  let odrlId = false;
  let odrl = false;
  for (const node of nodes) {
    if (Array.isArray(node)) {
      for (const value of node) if (typeof value === "object" && value !== null) nodes.push(value);
    } else if (isObject(node)) {
      checkKeys(node);
      odrlId ||= ODRL_ID in node;
      const context = node["@context"];
      if (context !== undefined) {
        checkContext(context);
        odrl ||= ODRL.test(JSON.stringify(context));
      }
      for (const [name, value] of Object.entries(node)) {
        if (name !== "@context" && typeof value === "object" && value !== null) nodes.push(value);
      }
    }
  }
  if (odrlId && odrl) throw unsupported("context_unknown", { term: ODRL_ID });
}

function checkKeys(node: JsonObject): void {
  const names = Object.keys(node);
  if ("@value" in node && names.every((name) => VALUE_KEYS.has(name))) return;
  for (const name of names) {
    if (name !== "@context" && (name.includes(":") || name.startsWith("@"))) {
      throw malformed("jsonld_invalid", { problem: "key is not a term", term: name.slice(0, 80) });
    }
  }
}

function checkContext(context: Json): void {
  if (Array.isArray(context)) context.forEach(checkContext);
  else if (isObject(context)) for (const [name, definition] of Object.entries(context)) checkDefinition(name, definition);
}

function checkDefinition(name: string, definition: Json): void {
  const renames = () => unsupported("context_unknown", { term: name.slice(0, 80) });
  if (name.startsWith("@")) {
    if (!CONTEXT_KEYWORDS.has(name)) throw renames();
    return;
  }
  let iri: Json = definition;
  if (isObject(definition)) {
    if ("@reverse" in definition || "@nest" in definition) throw renames();
    if ("@context" in definition) checkContext(definition["@context"]);
    iri = "@id" in definition ? definition["@id"] : name;
  }
  if (typeof iri !== "string" || (name === "id" && iri === "@id") || (name === "type" && iri === "@type")) return;
  const last = iri.slice(Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/"), iri.lastIndexOf(":")) + 1);
  // An IRI that ends in a delimiter defines a prefix; a key with a prefix is refused anyway.
  if (iri.startsWith("@") || (last !== "" && last !== name)) throw renames();
}
