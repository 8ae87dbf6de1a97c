// JSON as RFC 8259 and I-JSON (RFC 7493) have it, strictly: no duplicate key, no lone surrogate,
// no number that does not survive. `JSON.parse` keeps the last of two equal keys, which lets two
// readers see two documents under one signature.

import { text } from "./bytes";
import { malformed } from "./errors";

export interface Limits {
  size: number;
  depth: number;
}
const DEFAULT: Limits = { size: 16 * 1024 * 1024, depth: 100 };
// Brackets and commas: a value costs far more memory than its text.
const MAX_VALUES = 500_000;
// A double holds up to 309 decimal digits.
const MAX_NUMBER_CHARS = 308;
// Integers of so many characters are exact as doubles (RFC 7493 section 2.2).
const EXACT_CHARS = 15;

export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object without a prototype: `__proto__` is a key like any other. */
export const emptyObject = (): JsonObject => Object.create(null) as JsonObject;

/** Wrap a value that may be single or a list. */
export const list = (value: Json | undefined): Json[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const LONE_SURROGATE = /[\ud800-\udfff]/u;
const ESCAPES: Record<string, string> = {
  '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
};

// The objects and arrays that hold an integer which no double holds: it is another one here.
const INEXACT = new WeakSet<object>();

/** Does this object or array itself hold an integer that was read as another one? */
export const isInexact = (value: object): boolean => INEXACT.has(value);

class Parser {
  private at = 0;
  private inexact = false;
  private values = 0;

  constructor(
    private readonly source: string,
    private readonly maxDepth: number,
  ) {}

  parse(): Json {
    if (this.source.trim() === "") throw malformed("empty");
    const value = this.value(0);
    this.space();
    if (this.at !== this.source.length) throw malformed("not_json");
    return value;
  }

  private space(): void {
    for (;;) {
      const c = this.source.charCodeAt(this.at);
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.at++;
    }
  }

  private value(depth: number): Json {
    this.space();
    const c = this.source[this.at];
    if (c === "{") return this.object(depth + 1);
    if (c === "[") return this.array(depth + 1);
    if (c === '"') return this.string();
    for (const [word, value] of [["true", true], ["false", false], ["null", null]] as const) {
      if (this.source.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private count(): void {
    if (++this.values > MAX_VALUES) throw malformed("too_large");
  }

  private number(): number {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.source);
    if (match === null) throw malformed("not_json");
    this.at = NUMBER.lastIndex;
    const value = Number(match[0]);
    if (!Number.isFinite(value)) throw malformed("number_out_of_range");
    if (match[0].length > MAX_NUMBER_CHARS && !/[.eE]/.test(match[0])) throw malformed("number_out_of_range");
    if (match[0].length > EXACT_CHARS && !/[.eE]/.test(match[0])) this.inexact ||= BigInt(value) !== BigInt(match[0]);
    return value;
  }

  /** Read a value of `holder`; note there that it is an integer that no double holds. */
  private held(holder: object, depth: number): Json {
    const value = this.value(depth);
    if (typeof value === "number" && this.inexact) {
      INEXACT.add(holder);
      this.inexact = false;
    }
    return value;
  }

  private string(): string {
    let out = "";
    this.at++;
    for (;;) {
      PLAIN.lastIndex = this.at;
      out += PLAIN.exec(this.source)![0];
      this.at = PLAIN.lastIndex;
      const c = this.source[this.at++];
      if (c === '"') break;
      if (c !== "\\") throw malformed("not_json");
      out += this.escape();
    }
    if (LONE_SURROGATE.test(out)) throw malformed("not_utf8");
    return out;
  }

  private escape(): string {
    const c = this.source[this.at++];
    if (c !== "u") {
      const plain = ESCAPES[c];
      if (plain === undefined) throw malformed("not_json");
      return plain;
    }
    const digits = this.source.slice(this.at, this.at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw malformed("not_json");
    this.at += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  private array(depth: number): Json[] {
    if (depth > this.maxDepth) throw malformed("too_deep");
    this.count();
    const out: Json[] = [];
    this.at++;
    this.space();
    if (this.source[this.at] === "]") {
      this.at++;
      return out;
    }
    for (;;) {
      out.push(this.held(out, depth));
      this.space();
      const c = this.source[this.at++];
      if (c === "]") return out;
      if (c !== ",") throw malformed("not_json");
      this.count();
    }
  }

  private object(depth: number): JsonObject {
    if (depth > this.maxDepth) throw malformed("too_deep");
    this.count();
    const out = emptyObject();
    this.at++;
    this.space();
    if (this.source[this.at] === "}") {
      this.at++;
      return out;
    }
    for (;;) {
      this.space();
      if (this.source[this.at] !== '"') throw malformed("not_json");
      const key = this.string();
      if (key in out) throw malformed("duplicate_key", { key: key.slice(0, 80) });
      this.space();
      if (this.source[this.at++] !== ":") throw malformed("not_json");
      out[key] = this.held(out, depth);
      this.space();
      const c = this.source[this.at++];
      if (c === "}") return out;
      if (c !== ",") throw malformed("not_json");
      this.count();
    }
  }
}

/** Decode text as the strict reader does: bounded, UTF-8, one byte order mark tolerated. */
export function decodeText(bytes: Uint8Array, limits: Limits = DEFAULT): string {
  if (bytes.length > limits.size) throw malformed("too_large");
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return text(marked ? bytes.subarray(3) : bytes);
}

/** Parse bytes as strict JSON; refuses with a code, whatever the bytes. */
export function parseJson(bytes: Uint8Array, limits: Limits = DEFAULT): Json {
  return new Parser(decodeText(bytes, limits), limits.depth).parse();
}

export function parseObject(bytes: Uint8Array, limits: Limits = DEFAULT): JsonObject {
  const value = parseJson(bytes, limits);
  if (!isObject(value)) throw malformed("wrong_type");
  return value;
}
