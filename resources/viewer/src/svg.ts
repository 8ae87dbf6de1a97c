// A badge baked into an SVG picture (Open Badges 3.0, section 5.3.2). The page's content policy
// allows no markup parser, so the one element is looked for in a strict walk over the tags.
// Entities other than XML's own five, and declarations inside a DOCTYPE, are refused.

import { type Bytes, utf8 } from "./bytes";
import { olderBadge } from "./badge";
import { malformed } from "./errors";
import { decodeText } from "./strictjson";

const MAX_CREDENTIAL = 4 * 1024 * 1024;
const MAX_DEPTH = 256;
const START_BYTES = 64 * 1024; // a prologue, a licence as comment
const START = /^(?:\ufeff)?\s*<(?:\?xml|!--|!DOCTYPE|svg)/;
const NAMESPACE_3 = /^https?:\/\/purl\.imsglobal\.org\/(?:spec\/)?ob\/v3p0[/#]?$/;
const NAMESPACE_2 = /^http:\/\/openbadges\.org\/?$/;
const TOKENS = /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^[\]>]*>|<(\/?)([A-Za-z_][\w.-]*)(?::([A-Za-z_][\w.-]*))?((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NAMED: { [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

export function looksLikeSvg(data: Uint8Array): boolean {
  const start = new TextDecoder().decode(data.subarray(0, START_BYTES));
  return START.test(start) && start.includes("<svg");
}

function unescape(value: string): string {
  return value.replace(/&([^;&\s]{0,10});?/g, (whole, name: string) => {
    if (Object.hasOwn(NAMED, name) && whole.endsWith(";")) return NAMED[name];
    const code = /^#x([0-9a-fA-F]{1,6})$/.exec(name) ?? /^#(\d{1,7})$/.exec(name);
    const point = code === null ? NaN : parseInt(code[1], name[1] === "x" ? 16 : 10);
    if (!(point > 0 && point <= 0x10ffff) || !whole.endsWith(";")) throw malformed("bad_image");
    return String.fromCodePoint(point);
  });
}

interface Open {
  name: string;
  namespaces: { [prefix: string]: string };
}

/** The credential baked into an SVG: the element's `verify` attribute, or its content. */
export function badgeFromSvg(data: Uint8Array): Bytes {
  const source = decodeText(data);
  const found: { newer?: string; older?: string } = {};
  const open: Open[] = [];
  let roots = 0;
  let reading: { key: "newer" | "older"; depth: number; text: string; verify: string } | null = null;
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < source.length) {
    const at = TOKENS.lastIndex;
    const token = TOKENS.exec(source);
    if (token === null) throw malformed("bad_image");
    const [whole, cdata, closing, first, second, attributes, empty, text] = token;
    if (at > 0 && /^<\?xml\s/i.test(whole)) throw malformed("bad_image");
    // Outside the one root element there is only white space, comments and instructions.
    if (open.length === 0 && (text === undefined ? cdata !== undefined || (first !== undefined && roots++ > 0) : text.trim() !== "")) throw malformed("bad_image");
    if (reading !== null && (cdata !== undefined || text !== undefined)) reading.text += cdata ?? unescape(text);
    if (first === undefined) continue;
    const name = second === undefined ? first : `${first}:${second}`;
    if (closing) {
      if (open.pop()?.name !== name) throw malformed("bad_image");
      if (reading !== null && open.length < reading.depth) {
        found[reading.key] ??= reading.text.trim() || reading.verify;
        reading = null;
      }
      continue;
    }
    const namespaces: { [prefix: string]: string } = Object.assign(Object.create(null), open.at(-1)?.namespaces);
    let verify = "";
    for (const [, attribute, double, single] of attributes.matchAll(ATTRIBUTE)) {
      const value = unescape(double ?? single);
      if (attribute === "xmlns") namespaces[""] = value;
      else if (attribute.startsWith("xmlns:")) namespaces[attribute.slice(6)] = value;
      else if (attribute === "verify") verify = value.trim();
    }
    const namespace = namespaces[second === undefined ? "" : first] ?? "";
    const local = second ?? first;
    const key = local === "credential" && NAMESPACE_3.test(namespace) ? "newer" : local === "assertion" && NAMESPACE_2.test(namespace) ? "older" : null;
    if (open.length >= MAX_DEPTH) throw malformed("too_deep");
    if (!empty) open.push({ name, namespaces });
    if (key === null || reading !== null || found[key] !== undefined) continue;
    // Open Badges 2.0 has the address of a hosted assertion there, and the assertion within.
    if (verify && (key === "newer" || verify.startsWith("eyJ") || empty)) found[key] = verify;
    else if (!empty) reading = { key, depth: open.length, text: "", verify };
  }
  if (open.length > 0 || roots === 0) throw malformed("bad_image");
  return baked(found.newer, found.older);
}

function baked(newer: string | undefined, older: string | undefined): Bytes {
  const text = (newer ?? older ?? "").replace(/^[ \t\r\n\0]+|[ \t\r\n\0]+$/g, "");
  if (text === "") throw malformed("no_credential_in_image");
  if (text.length > MAX_CREDENTIAL) throw malformed("too_large");
  return newer !== undefined ? utf8(text) : olderBadge(utf8(text));
}
