// IRIs, keywords and language tags as JSON-LD 1.1 sees them, and the refusals all its parts raise.
// Section numbers in these files are those of "JSON-LD 1.1 Processing Algorithms and API". The
// engine (iri, context, expand, rdf, rdfc) accepts and refuses what the desktop's does.

import { malformed, type Refusal, unsupported as notSupported } from "./errors";

export const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
export const XSD = "http://www.w3.org/2001/XMLSchema#";

export const KEYWORDS: ReadonlySet<string> = new Set(
  ("@base @container @context @default @direction @embed @explicit @graph @id @included @index " +
    "@json @language @list @nest @none @omitDefault @prefix @preserve @protected @requireAll " +
    "@reverse @set @type @value @version @vocab").split(" "),
);

const KEYWORD_FORM = /^@[A-Za-z]+$/;
// A scheme (or "_") and a colon, and no white space: deliberately as weak as the JavaScript
// processor's check, whose class "+-." is a range that includes the comma.
const ABSOLUTE = /^(?:[A-Za-z][A-Za-z0-9+,\-.]*|_):[^\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*$/;
const LANGUAGE = /^[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*$/;
// RFC 3986 appendix B, with the scheme restricted as above.
const PARTS = /^(?:([A-Za-z][A-Za-z0-9+,\-.]*:))?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?/s;

export const invalid = (problem: string, term = ""): Refusal => malformed("jsonld_invalid", { problem, term });
/** Something would silently fall out of what is signed. */
export const dropped = (reason: string, term: unknown): Refusal =>
  malformed("jsonld_dropped", { reason, term: String(term).slice(0, 200) });
export const unsupported = (feature: string): Refusal => notSupported("jsonld_unsupported", { feature });
export const tooComplex = (what: string, limit: number): Refusal => notSupported("too_complex", { what, limit });

export const isKeyword = (value: unknown): boolean => typeof value === "string" && KEYWORDS.has(value);
export const hasKeywordForm = (value: string): boolean => KEYWORD_FORM.test(value);
export const isAbsolute = (value: unknown): value is string => typeof value === "string" && ABSOLUTE.test(value);
export const isLanguage = (value: string): boolean => LANGUAGE.test(value);

interface Parts {
  scheme: string;
  authority: string | undefined;
  path: string;
  query: string | undefined;
  fragment: string | undefined;
}

function split(iri: string): Parts {
  const [, scheme = "", given, path, query, fragment] = PARTS.exec(iri)!;
  let authority: string | undefined = given;
  for (const [defaultScheme, port] of [["https:", ":443"], ["http:", ":80"]]) {
    if (scheme === defaultScheme && authority?.endsWith(port)) authority = authority.slice(0, -port.length);
  }
  return { scheme, authority, path, query, fragment };
}

/** Remove "." and ".." from a path (RFC 3986, 5.2.4). */
function removeDotSegments(path: string): string {
  if (path === "") return "";
  const output: string[] = [];
  const segments = path.split("/");
  segments.forEach((segment, position) => {
    if (segment !== "." && segment !== "..") {
      output.push(segment);
      return;
    }
    if (segment === "..") output.pop();
    if (position === segments.length - 1) output.push("");
  });
  if (path[0] === "/" && output.length > 0 && output[0] !== "") output.unshift("");
  return output.length === 1 && output[0] === "" ? "/" : output.join("/");
}

function merge(base: Parts, reference: Parts): [string, string | undefined] {
  if (reference.path === "") return [base.path, reference.query ?? base.query];
  if (reference.path.startsWith("/")) return [removeDotSegments(reference.path), reference.query];
  let directory = base.path.slice(0, base.path.lastIndexOf("/") + 1);
  if ((directory || base.authority) && !directory.endsWith("/")) directory += "/";
  return [removeDotSegments(directory + reference.path), reference.query];
}

/** Resolve a reference against a base; a null base leaves it as it is (RFC 3986, 5.2). */
export function resolve(base: string | null, reference: string): string {
  if (base === null || isAbsolute(reference)) return reference;
  const root = split(base);
  const parts = split(reference);
  const own = parts.authority !== undefined;
  const authority = own ? parts.authority : root.authority;
  const [path, query] = own ? [removeDotSegments(parts.path), parts.query] : merge(root, parts);
  let result = root.scheme + (authority === undefined ? "" : `//${authority}`) + path;
  if (query !== undefined) result += `?${query}`;
  if (parts.fragment !== undefined) result += `#${parts.fragment}`;
  return result || "./";
}
