// Canonical N-Quads of a JSON-LD document: what Data Integrity signatures of the rdfc kind cover.
// Contexts come from the page itself and are compiled once; none is ever fetched.

import { utf8 } from "./bytes";
import { Processor } from "./context";
import { sha256 } from "./crypto";
import { unsupported as notSupported } from "./errors";
import { Expander } from "./expand";
import { resolve, unsupported } from "./iri";
import { type Quad, toQuads } from "./rdf";
import { byCodePoint, canonicalNQuads, type Digest } from "./rdfc";
import { emptyObject, isObject, type Json, type JsonObject, parseObject } from "./strictjson";
import { ActiveContext } from "./term";

/** The text of a context document by address; null where the page has none. */
export type ContextSource = (address: string) => string | null;

/** Contexts by address, compiled once; share one instance between documents. */
export class Contexts {
  private readonly loaded = new Map<string, Json>();
  private readonly initial = new ActiveContext("");

  constructor(private readonly source: ContextSource) {}

  readonly load = (address: string): Json => {
    let context = this.loaded.get(address);
    if (context !== undefined) return context;
    const text = this.source(address);
    if (text === null) throw notSupported("context_unknown", { url: address });
    context = resolveAddresses(parseObject(utf8(text))["@context"] ?? emptyObject(), address);
    this.loaded.set(address, context);
    return context;
  };

  /** The initial context of documents with this base; credentials have none. */
  root(base = ""): ActiveContext {
    return base === "" ? this.initial : new ActiveContext(base);
  }
}

/** A context with the addresses of other contexts in it resolved against its own. */
function resolveAddresses(context: Json, base: string): Json {
  if (typeof context === "string") return resolve(base, context);
  if (Array.isArray(context)) return context.map((item) => resolveAddresses(item, base));
  if (!isObject(context)) return context;
  const out = emptyObject();
  for (const [term, definition] of Object.entries(context)) {
    out[term] = isObject(definition) && "@context" in definition
      ? Object.assign(emptyObject(), definition, { "@context": resolveAddresses(definition["@context"], base) })
      : definition;
  }
  return out;
}

export const expand = (document: Json, contexts: Contexts, base = ""): Json[] =>
  new Expander(new Processor(contexts.load)).document(contexts.root(base), document);

export const quadsOf = (document: Json, contexts: Contexts, base = ""): Quad[] => toQuads(expand(document, contexts, base));

/** The canonical N-Quads of a document. Nothing in it may be ignored. */
export function canonicalize(document: JsonObject, contexts: Contexts, digest: Digest = sha256): string {
  const result = canonicalNQuads(quadsOf(document, contexts), digest);
  refuseAmbiguousOrder(result);
  return result;
}

/** JavaScript libraries sort by UTF-16, which is another order than RDFC-1.0's beyond U+FFFF. */
export function refuseAmbiguousOrder(canonical: string): void {
  if (/[\ud800-\udbff]/.test(canonical) && /[\ue000-\uffff]/.test(canonical)) {
    const lines = canonical.split("\n").slice(0, -1);
    if (lines.some((line, i) => i > 0 && lines[i - 1] > line && byCodePoint(lines[i - 1], line) < 0)) {
      throw unsupported("order of statements beyond the basic plane");
    }
  }
}
