// From expanded JSON-LD to RDF quads (sections 7 and 8), each part written as canonical N-Quads
// has it. Blank nodes get their labels in the order of the JavaScript processor, so that the work
// of canonicalisation on a hard graph, and with it the point of giving up, is the same.

import { malformed } from "./errors";
import { dropped, invalid, isAbsolute, isLanguage, KEYWORDS, RDF, tooComplex, unsupported, XSD } from "./iri";
import { isListObject, isNode, isValue, ordered } from "./objects";
import { isInexact, isObject, type Json, type JsonObject } from "./strictjson";

export type Quad = readonly [subject: string, predicate: string, object: string, graph: string];

const MAX_QUADS = 100_000;
const MAX_NUMBER_TEXT = 400;

const NAMED: { [char: string]: string } = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\" };
const numbered = (char: string) => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const escapeText = (value: string) => value.replace(/[\u0000-\u001f\u007f"\\]/g, (char) => NAMED[char] ?? numbered(char));
export const iri = (value: string) => `<${value.replace(/[\u0000-\u0020<>"{}|^`\\]/g, numbered)}>`;

/**
 * Write an IRI; refuse one with characters that no IRI has. The test suite drops such a statement,
 * the JavaScript library escapes the characters, others keep them: no reading is the one signed.
 */
function wellFormed(name: string): string {
  const written = iri(name);
  if (written.length !== name.length + 2 || name.indexOf("#") !== name.lastIndexOf("#")) throw unsupported("ill-formed IRI");
  return written;
}

const TYPE = iri(`${RDF}type`);
const FIRST = iri(`${RDF}first`);
const REST = iri(`${RDF}rest`);
const NIL = iri(`${RDF}nil`);
const DEFAULT = "@default";

/** RFC 8785: the canonical text of a JSON value. `exact` refuses an integer that no double holds. */
export function jcs(value: Json, exact = false): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (exact && isInexact(value)) throw malformed("number_out_of_range");
  if (Array.isArray(value)) return `[${value.map((item) => jcs(item, exact)).join(",")}]`;
  return `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${jcs(value[k], exact)}`).join(",")}}`;
}

const quoted = (value: string) => `"${escapeText(value)}"`;

function datatype(kind: string): string {
  // rdf:langString without a tag is written by the JavaScript libraries as a plain string.
  if (kind === `${RDF}langString`) throw invalid("invalid typed value");
  return kind === `${XSD}string` ? "" : `^^${wellFormed(kind)}`;
}

function literal(item: JsonObject): string {
  if ("@direction" in item) throw dropped("rdfDirection not set", "@direction");
  const value = item["@value"];
  const kind = (item["@type"] ?? null) as string | null;
  if (kind === "@json") return `${quoted(jcs(value))}^^${iri(`${RDF}JSON`)}`;
  if (typeof value === "string" && kind !== `${XSD}double`) {
    if ("@language" in item) {
      const tag = item["@language"] as string;
      if (!isLanguage(tag)) throw dropped("invalid @language value", tag);
      return `${quoted(value)}@${tag}`;
    }
    return quoted(value) + datatype(kind || `${XSD}string`);
  }
  const [lexical, implied] = scalar(value, kind);
  return quoted(lexical) + datatype(kind || implied);
}

function scalar(value: Json, kind: string | null): [string, string] {
  if (typeof value === "boolean") return [String(value), `${XSD}boolean`];
  const number = typeof value === "string" ? parseDouble(value) : (value as number);
  const asDouble = typeof value === "string" || kind === `${XSD}double` || Math.abs(number) >= 1e21 || String(number).includes(".");
  if (asDouble) return [number.toExponential(15).replace(/(\d)0*e\+?/, "$1E"), `${XSD}double`];
  return [number.toFixed(0), `${XSD}integer`];
}

/** Read text that is to be a double; more than a number in it would be lost. */
function parseDouble(value: string): number {
  const stripped = value.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, "");
  if (stripped.length > MAX_NUMBER_TEXT || !/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(stripped)) {
    throw dropped("text of a double that is no number", `${XSD}double`);
  }
  const number = Number(stripped);
  if (!Number.isFinite(number)) throw malformed("number_out_of_range");
  return number;
}

// A subject: property -> the values, each once, under what makes it the same value.
type Subject = Map<string, Map<unknown, JsonObject>>;

export function toQuads(expanded: Json[]): Quad[] {
  return new Converter().convert(expanded);
}

class Converter {
  private readonly issued = new Map<string, string>();
  private labels = 0;
  private readonly graphs = new Map<string, Map<string, Subject>>([[DEFAULT, new Map()]]);
  private readonly quads: Quad[] = [];
  private size = 0;

  convert(expanded: Json[]): Quad[] {
    for (const item of expanded) this.collect(item, DEFAULT);
    for (const graph of ordered(this.graphs.keys())) {
      this.writeGraph(this.graphs.get(graph)!, graph === DEFAULT ? "" : resource(graph));
    }
    // Distinct JSON, the same statement: libraries differ on whether it counts once.
    if (new Set(this.quads.map((q) => q.join("\n"))).size !== this.quads.length) throw unsupported("one statement in two forms");
    return this.quads;
  }

  private label(old?: string): string {
    const known = old === undefined ? undefined : this.issued.get(old);
    if (known !== undefined) return known;
    const label = `_:b${this.labels++}`;
    if (old !== undefined) this.issued.set(old, label);
    return label;
  }

  private count(): void {
    if (++this.size > MAX_QUADS) throw tooComplex("statements", MAX_QUADS);
  }

  // Node Map Generation (section 7.2)

  private collect(item: Json, graph: string, name: string | null = null, into: JsonObject[] | null = null): void {
    if (!isObject(item)) throw invalid("invalid value object");
    if (isValue(item)) {
      if (into === null) throw dropped("object with only @value", "@value");
      into.push(checked(item));
    } else if (isListObject(item)) {
      if (into === null) throw dropped("object with only @list", "@list");
      into.push({ "@list": this.list(item, graph) });
    } else this.collectNode(item, graph, name, into);
  }

  private list(item: JsonObject, graph: string): JsonObject[] {
    if ("@index" in item) throw dropped("@index", "@index");
    const collected: JsonObject[] = [];
    for (const member of item["@list"] as Json[]) this.collect(member, graph, null, collected);
    return collected;
  }

  private collectNode(node: JsonObject, graph: string, name: string | null, into: JsonObject[] | null): void {
    this.count();
    for (const kind of (node["@type"] ?? []) as string[]) if (kind.startsWith("_:")) this.label(kind);
    name ??= this.name(node);
    into?.push({ "@id": name });
    const nodes = this.graphs.get(graph)!;
    let subject = nodes.get(name);
    if (subject === undefined) nodes.set(name, (subject = new Map()));
    for (const prop of ordered(Object.keys(node))) this.collectEntry(node, prop, name, graph, subject);
  }

  private name(node: JsonObject): string {
    const given = node["@id"] as string | undefined;
    if (given === undefined) return this.label();
    return given.startsWith("_:") ? this.label(given) : given;
  }

  private collectEntry(node: JsonObject, prop: string, name: string, graph: string, subject: Subject): void {
    if (prop === "@id") return;
    const value = node[prop];
    if (prop === "@reverse") this.collectReverse(value as JsonObject, name, graph);
    else if (prop === "@graph") {
      if (!this.graphs.has(name)) this.graphs.set(name, new Map());
      for (const item of value as Json[]) this.collect(item, name);
    } else if (prop === "@included") {
      for (const item of value as Json[]) this.collect(item, graph);
    } else if (prop === "@type") {
      for (const kind of value as string[]) {
        const label = kind.startsWith("_:") ? this.label(kind) : kind;
        put(subject, "@type", `@id ${label}`, { "@id": label });
        this.count();
      }
    } else if (KEYWORDS.has(prop)) throw dropped("not part of what is signed", prop);
    else for (const item of value as Json[]) this.collectValue(item, prop, name, graph, subject);
  }

  private collectReverse(reverse: JsonObject, name: string, graph: string): void {
    for (const [prop, items] of Object.entries(reverse)) {
      for (const item of items as JsonObject[]) {
        const other = this.name(item);
        this.collect(item, graph, other);
        put(this.graphs.get(graph)!.get(other)!, prop, `@id ${name}`, { "@id": name });
      }
    }
  }

  private collectValue(item: Json, prop: string, name: string, graph: string, subject: Subject): void {
    this.count();
    if (isValue(item)) put(subject, prop, identity(item), checked(item));
    else if (isListObject(item)) put(subject, prop, {}, { "@list": this.list(item, graph) });
    else if (isObject(item) && (isNode(item) || "@id" in item)) {
      const node: JsonObject = item;
      const other = this.name(node);
      put(subject, prop, `@id ${other}`, { "@id": other });
      this.collect(node, graph, other);
    } else throw invalid("invalid set or list object", name);
  }

  // Object to RDF Conversion (section 8)

  private writeGraph(nodes: Map<string, Subject>, graph: string): void {
    for (const name of ordered(nodes.keys())) {
      const subject = resource(name);
      const properties = nodes.get(name)!;
      for (const prop of ordered(properties.keys())) {
        const predicate = prop === "@type" ? TYPE : predicateOf(prop);
        for (const item of properties.get(prop)!.values()) this.quads.push([subject, predicate, this.object(item, graph), graph]);
      }
    }
  }

  private object(item: JsonObject, graph: string): string {
    if ("@value" in item) return literal(item);
    if ("@list" in item) return this.writeList(item["@list"] as JsonObject[], graph);
    return resource(item["@id"] as string);
  }

  private writeList(items: JsonObject[], graph: string): string {
    const head = items.length > 0 ? this.label() : NIL;
    let subject = head;
    items.forEach((item, position) => {
      const target = this.object(item, graph);
      const rest = position === items.length - 1 ? NIL : this.label();
      this.quads.push([subject, FIRST, target, graph], [subject, REST, rest, graph]);
      subject = rest;
    });
    return head;
  }
}

function resource(name: string): string {
  if (name.startsWith("_:")) return name;
  if (!isAbsolute(name)) throw dropped("relative object reference", name);
  return wellFormed(name);
}

function predicateOf(prop: string): string {
  if (prop.startsWith("_:")) throw dropped("blank node predicate", prop);
  return wellFormed(prop);
}

function checked(item: JsonObject): JsonObject {
  if ("@index" in item) throw dropped("not part of what is signed", "@index");
  return item;
}

function put(subject: Subject, prop: string, key: unknown, item: JsonObject): void {
  let values = subject.get(prop);
  if (values === undefined) subject.set(prop, (values = new Map()));
  if (!values.has(key)) values.set(key, item);
}

/** What makes two value objects the same: value, type and language. */
function identity(item: JsonObject): unknown {
  const value = item["@value"];
  if (typeof value === "object" && value !== null) return {};
  return `@value ${JSON.stringify([value, item["@type"] ?? null, item["@language"] ?? null])}`;
}
