// ecdsa-sd-2023 (Data Integrity ECDSA Cryptosuites 1.0 sections 3.4 and 3.5): proofs from which
// their owner may leave parts out. What a base proof, which is for its owner alone, and a derived
// one cover; as the desktop's `wallet.formats.ecdsa_sd` and `ecdsa_sd_base`.

import { base64url, type Bytes, concat, text, toBase64url, utf8 } from "./bytes";
import { type PublicKey, sha256, verifySignature } from "./crypto";
import { malformed, unsupported } from "./errors";
import { canonicalize, type Contexts, refuseAmbiguousOrder } from "./jsonld";
import { multikeyOf } from "./keys";
import type { Proof } from "./model";
import { checkPlain, JSON_VALUES } from "./plain";
import type { Quad } from "./rdf";
import { byCodePoint, labels, write } from "./rdfc";
import { emptyObject, isObject, type Json, type JsonObject } from "./strictjson";

const SUITE = "ecdsa-sd-2023";
// Statements with a signature of their own, and what they come with.
const MAX_MEMBERS = 10_000;
const MAX_VALUE_CHARS = 1_000_000;
const MAX_POINTER_CHARS = 2_000;
const MAX_CBOR_DEPTH = 4;

/** What a proof covers: `data` is signed by the issuer, each statement under the proof's own key. */
export interface Covered {
  data: Bytes;
  signature: Bytes;
  key: PublicKey;
  statements: string[];
  signatures: Bytes[];
}

type Item = number | Bytes | string | Item[] | Map<number, Item>;

const bad = () => malformed("bad_signature_encoding");

/** The part of CBOR (RFC 8949) that proof values are written in, deterministic (section 4.2.1). */
function cbor(data: Bytes): Item {
  let at = 0;
  const take = (size: number): Bytes => {
    if (at + size > data.length) throw bad();
    return data.slice(at, (at += size));
  };
  const item = (depth: number): Item => {
    const [first] = take(1);
    const kind = first >> 5;
    let size = first & 31;
    if (depth > MAX_CBOR_DEPTH || size > 27) throw bad();
    if (size > 23) {
      const width = 2 ** (size - 24);
      size = take(width).reduce((n, octet) => n * 256 + octet, 0);
      if (size < (width === 1 ? 24 : 2 ** (4 * width))) throw bad();
    }
    if (kind === 0) return size;
    if (kind === 2) return take(size);
    if (kind === 3) return text(take(size));
    if (kind < 4 || kind > 5 || size > data.length - at) throw bad();
    if (kind === 4) return Array.from({ length: size }, () => item(depth + 1));
    const map = new Map<number, Item>();
    for (let last = -1; map.size < size; ) {
      const key = item(depth + 1);
      if (typeof key !== "number" || key <= last) throw bad();
      map.set((last = key), item(depth + 1));
    }
    return map;
  };
  const found = item(0);
  if (at !== data.length) throw bad();
  return found;
}

const octets = (item: Item, size: number): Bytes => {
  if (!(item instanceof Uint8Array) || item.length !== size) throw bad();
  return item;
};

const array = <T extends Item>(item: Item, of: (one: Item) => one is T): T[] => {
  if (!Array.isArray(item) || item.length > MAX_MEMBERS || !item.every(of)) throw bad();
  return item;
};
const isText = (item: Item): item is string => typeof item === "string";
const isNumber = (item: Item): item is number => typeof item === "number";
const isSignature = (item: Item): item is Bytes => item instanceof Uint8Array && item.length === 64;

const isBase = (value: Json | undefined): boolean => typeof value === "string" && value.startsWith("u2V0A");

/** Is this a base proof, which is for its owner alone? */
export const isBaseProof = (proof: Proof): boolean => proof.suite === SUITE && isBase(proof.options.proofValue);

// How the values of base proofs start.
const BASES = new Map([[SUITE, /^u2V0A/], ["bbs-2023", /^u2V0[CEGI]/]]);

/** Does a proof cover what is shown alone, of a document that may have had more? */
export const isDerived = ({ suite, options }: Proof): boolean =>
  options.cryptosuite === suite && BASES.get(suite)?.test(String(options.proofValue)) === false;

interface Value {
  base: boolean;
  signature: Bytes;
  keyBytes: Bytes;
  key: PublicKey;
  signatures: Bytes[];
  hmacKey: Bytes;
  pointers: string[];
  /** The names of the blank nodes, by their canonical labels. */
  names: ReadonlyMap<string, string>;
  mandatory: ReadonlySet<number>;
}

function readValue(value: Json | undefined): Value {
  if (typeof value !== "string" || value[0] !== "u" || value.length > MAX_VALUE_CHARS) throw bad();
  const base = isBase(value);
  const parts = cbor(base64url(value.slice(1)).slice(3) as Bytes);
  if ((!base && !value.startsWith("u2V0B")) || !Array.isArray(parts) || parts.length !== 5) throw bad();
  const [signature, keyItem, third, fourth, fifth] = parts;
  const keyBytes = octets(keyItem, 35);
  const key = multikeyOf(keyBytes);
  if (key.type !== "P-256") throw bad();
  const names = new Map<string, string>();
  if (!base) {
    if (!(fourth instanceof Map) || fourth.size > MAX_MEMBERS) throw bad();
    for (const [number, name] of fourth) {
      if (number !== names.size) throw bad();
      names.set(`_:c14n${number}`, `_:u${toBase64url(octets(name, 32))}`);
    }
  }
  const numbers = base ? [] : array(fifth, isNumber);
  const mandatory = new Set(numbers);
  // Two nodes of the document under one name would be one node to the signature.
  if (new Set(names.values()).size !== names.size || mandatory.size !== numbers.length) throw bad();
  return {
    base,
    signature: octets(signature, 64),
    keyBytes,
    key,
    signatures: array(base ? fourth : third, isSignature),
    hmacKey: base ? octets(third, 32) : keyBytes,
    pointers: base ? array(fifth, isText) : [],
    names,
    mandatory,
  };
}

/** What a proof of this suite covers of a document; `options` makes the hash of its options. */
export function covered(document: JsonObject, proof: Proof, options: () => Bytes, contexts: Contexts): Covered {
  let value: Value;
  try {
    value = readValue(proof.options.proofValue);
  } catch {
    throw bad();
  }
  checkPlain(document);
  if ((proof.options.previousProof ?? null) !== null) throw unsupported("jsonld_unsupported", { feature: "previousProof" });
  const { base, keyBytes } = value;
  const bare = Object.assign(emptyObject(), document);
  delete bare.proof;
  const [lines, mandatory] = base
    ? numbered(bare, value.hmacKey, value.pointers, contexts)
    : [relabelled(canonicalize(bare, contexts), value.names), value.mandatory];
  for (const position of mandatory) if (position >= lines.length) throw bad();
  const chosen = lines.filter((_, number) => mandatory.has(number)).join("");
  const statements = lines.filter((_, number) => !mandatory.has(number));
  return { ...value, data: concat(options(), keyBytes, sha256(chosen)), statements };
}

/** Does the signature of every statement hold, and is there one for each? */
export async function statementsHold({ statements, signatures, key }: Covered): Promise<boolean> {
  if (statements.length !== signatures.length) return false;
  for (const [number, statement] of statements.entries()) {
    if (!(await verifySignature("ES256", key, signatures[number], utf8(statement)))) return false;
  }
  return true;
}

// A statement in canonical form (RDFC-1.0, appendix A).
const STATEMENT = /^(_:\w+|<[^>]*>) (<[^>]*>) (_:\w+|<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)(?: (_:\w+|<[^>]*>))? \.$/u;

const linesOf = (canonical: string): string[] => canonical.split("\n").slice(0, -1);

function quadOf(line: string, name: (part: string) => string): Quad {
  const [, subject, predicate, object, graph = ""] = STATEMENT.exec(line)!;
  return [name(subject), predicate, name(object), name(graph)];
}

/** Canonical statements with other names for the blank nodes, in their new order. */
function relabelled(canonical: string, names: ReadonlyMap<string, string>): string[] {
  const used = new Set<string>();
  const name = (part: string): string => {
    if (!part.startsWith("_:")) return part;
    const found = names.get(part);
    if (found === undefined) throw bad();
    used.add(part);
    return found;
  };
  const lines = linesOf(canonical).map((line) => write(quadOf(line, name))).sort(byCodePoint);
  if (used.size !== names.size) throw bad();
  refuseAmbiguousOrder(lines.join(""));
  return lines;
}

const LENT = "urn:bnid:";

/** The statements of a document as its issuer signed them, and the positions of those named. */
function numbered(document: JsonObject, hmacKey: Bytes, named: string[], contexts: Contexts): [string[], Set<number>] {
  let count = 0;
  // Every object without an identifier is lent one, so that those of a selection are those of the whole.
  const lend = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(lend);
    if (!isObject(value) || "@value" in value) return value;
    const copy = emptyObject();
    for (const [name, member] of Object.entries(value)) copy[name] = name === "@context" || JSON_VALUES.has(name) ? member : lend(member);
    if (!("id" in copy) && !("@id" in copy)) copy["@id"] = LENT + String(count++);
    return copy;
  };
  const lent = lend(document) as JsonObject;
  const stated = linesOf(canonicalize(lent, contexts));
  const quads = stated.map((line) =>
    quadOf(line, (part) => {
      if (part.startsWith("_:")) throw unsupported("jsonld_unsupported", { feature: "selective disclosure" });
      return part.startsWith(`<${LENT}`) ? `_:b${part.slice(LENT.length + 1, -1)}` : part;
    }),
  );
  const canonical = labels(quads, sha256);
  const renamed = (names: ReadonlyMap<string, string>) => quads.map(([s, p, o, g]) => write([names.get(s) ?? s, p, names.get(o) ?? o, names.get(g) ?? g]));
  if (renamed(canonical).sort(byCodePoint).join("") !== canonicalize(document, contexts)) throw unsupported("jsonld_unsupported", { feature: "selective disclosure" });
  const names = new Map([...canonical].map(([blank, label]) => [blank, `_:u${toBase64url(hmac(hmacKey, label.slice(2)))}`]));
  const signed = renamed(names);
  const lines = [...signed].sort(byCodePoint);
  refuseAmbiguousOrder(lines.join(""));
  const places = new Map(lines.map((line, number) => [line, number]));
  const position = new Map(stated.map((line, number) => [line, places.get(signed[number])!]));
  const part = select(lent, named);
  const chosen = part === null ? [] : linesOf(canonicalize(part, contexts));
  return [lines, new Set(chosen.map((line) => position.get(line) ?? noSuchPart()))];
}

function noSuchPart(): never {
  throw malformed("no_such_part");
}

/** HMAC-SHA-256 (RFC 2104) under a key of 32 octets. */
function hmac(key: Bytes, message: string): Bytes {
  const pad = (octet: number) => Uint8Array.from({ length: 64 }, (_, i) => octet ^ (key[i] ?? 0));
  return sha256(concat(pad(0x5c), sha256(concat(pad(0x36), utf8(message)))));
}

const KEPT = ["@context", "@id", "id", "type"];
const GAP = Symbol();
type Selected = Json | typeof GAP | Selected[] | { [key: string]: Selected };

/** The part of a document that JSON pointers (RFC 6901) name together; null for no pointers. */
function select(document: JsonObject, named: string[]): JsonObject | null {
  const begun = (source: Json): Selected => {
    if (Array.isArray(source)) return source.map(() => GAP);
    if (!isObject(source)) return noSuchPart();
    const out = emptyObject();
    for (const name of KEPT) if (name in source) out[name] = source[name];
    return out;
  };
  const below = (value: Json, step: string): Json => {
    if (isObject(value) && step in value) return value[step];
    if (Array.isArray(value) && /^(0|[1-9]\d{0,8})$/.test(step) && Number(step) < value.length) return value[Number(step)];
    return noSuchPart();
  };
  const root = begun(document);
  if (named.length === 0) return null;
  for (const pointer of new Set(named)) {
    if (pointer.length > MAX_POINTER_CHARS || /~(?![01])/.test(pointer) || (pointer !== "" && pointer[0] !== "/")) noSuchPart();
    if (pointer === "") return document;
    const steps = pointer.slice(1).split("/").map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
    let source: Json = document;
    let target = root as { [key: string]: Selected };
    for (const [number, step] of steps.entries()) {
      source = below(source, step);
      if (number === steps.length - 1) target[step] = dense(source);
      else {
        if (target[step] === undefined || target[step] === GAP || target[step] === null) target[step] = begun(source);
        target = target[step] as { [key: string]: Selected };
      }
    }
  }
  return dense(root) as JsonObject;
}

/** A copy without the gaps in the lists of a selection. */
function dense(value: Selected): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== GAP).map(dense);
  if (typeof value !== "object" || value === null) return value as Json;
  const out = emptyObject();
  for (const [name, member] of Object.entries(value)) out[name] = dense(member as Selected);
  return out;
}
