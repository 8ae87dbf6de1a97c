// Contexts that a document defines itself: may they be used without hiding what is said? An inline
// definition must keep the last part of its IRI as its name, and give nothing a second way to be
// written. What contexts mean is in `context.ts`.

import { type Refusal, unsupported } from "./errors";
import { isObject, type Json, type JsonObject, list } from "./strictjson";

const KEYWORDS = new Set(["@version", "@vocab", "@protected", "@propagate", "@language", "@direction"]);
const OF_TERMS = new Set(["@id", "@type", "@container", "@context", "@protected", "@language", "@prefix", "@direction"]);
// The other containers write names into keys.
const CONTAINERS = new Set(["@set", "@list", "@graph"]);
// What an IRI that serves as a prefix may end with (JSON-LD 1.1 API, section 4.2.2).
const DELIMITER = /[:/?#[\]@]$/;

export const renamed = (name: string): Refusal => unsupported("context_unknown", { term: name.slice(0, 80) });

/** What the inline contexts of one document define. */
export class Inline {
  language = false;
  readonly prefixes = new Set<string>();

  add(context: Json | undefined): void {
    if (Array.isArray(context)) for (const item of context) this.add(item);
    else if (isObject(context)) {
      for (const [name, definition] of Object.entries(context)) {
        if (name.startsWith("@")) this.keyword(name, definition);
        else this.term(name, definition);
      }
    }
  }

  private keyword(name: string, value: Json): void {
    if (!KEYWORDS.has(name)) throw renamed(name);
    // A vocabulary that ends within a name would leave half of it to the keys.
    if (name === "@vocab" && value !== null && !(typeof value === "string" && /[#/:]$/.test(value))) throw renamed(name);
    if ((name === "@language" || name === "@direction") && value !== null) this.language = true;
  }

  private term(name: string, definition: Json): void {
    let iri: Json = definition;
    if (isObject(definition)) {
      if (!Object.keys(definition).every((key) => OF_TERMS.has(key)) || !contained(definition)) throw renamed(name);
      if ((definition["@language"] ?? null) !== null || "@direction" in definition) this.language = true;
      this.add(definition["@context"]);
      iri = "@id" in definition ? definition["@id"] : name;
      if ((definition["@prefix"] ?? false) !== false && !(typeof iri === "string" && DELIMITER.test(iri))) throw renamed(name);
    }
    if (typeof iri !== "string" || (name === "id" && iri === "@id") || (name === "type" && iri === "@type")) return;
    const last = iri.slice(Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/"), iri.lastIndexOf(":")) + 1);
    if (iri.startsWith("@") || (last !== "" && last !== name)) throw renamed(name);
    if (DELIMITER.test(iri)) this.prefixes.add(name);
  }
}

const contained = (definition: JsonObject): boolean =>
  list(definition["@container"]).every((item) => item === null || (typeof item === "string" && CONTAINERS.has(item)));
