// Find out what some bytes are, and read them: the one door for everything that arrives. Only the
// outer shape is told apart here; nothing is verified.

import { badgeFromSvg, looksLikeSvg } from "./svg";
import { bakedCredential, isPng } from "./badge";
import { base64loose, base64url, type Bytes, utf8 } from "./bytes";
import { malformed, type Refusal, unsupported } from "./errors";
import { credentialOf, identifier, isCredential, isPresentation, plainText, proofsOf } from "./fields";
import type { Credential, Format, Presentation, Proof, Readable, Token } from "./model";
import { badgeCredential, isAssertion, isOlderBadge } from "./ob2";
import { decodeText, isObject, type Json, type JsonObject, list, parseJson } from "./strictjson";
import { compactOfJson, looksLikeSdJwt } from "./sdjwt";
import { boundPresentation, compact, isEnveloped, looksLikeToken, noCredential, parseSdToken, parseToken, tokenCredential, tokenProof } from "./token";

const MAX_INPUT_BYTES = 16 * 1024 * 1024;
const MAX_CREDENTIALS = 1000;
const DATA_URL = /^data:([A-Za-z0-9.+/-]{1,80})(?:;(base64|base64url))?,(.*)$/;
const TOKEN_TYPES = /^application\/(?:v[cp](?:[+-]ld)?\+jwt|(?:[dv]c\+|vp\+|v[cp]\+ld\+json\+)?sd-jwt|jwt)$/;
const NO_BYTES = new Uint8Array();

/** The credential, presentation or bundle that `data` holds; refuses with a code, whatever the bytes. */
export function read(data: Bytes): Readable {
  if (data.length > MAX_INPUT_BYTES) throw malformed("too_large");
  if (isPng(data)) return fromContainer(bakedCredential(data));
  const start = new TextDecoder().decode(data.subarray(0, 64)).trimStart()[0];
  if (start === "{") return readObject(data);
  if (start === "[") return readArray(data);
  if (looksLikeSvg(data)) return fromContainer(badgeFromSvg(data));
  const text = decodeText(data);
  if (looksLikeSdJwt(compact(text)) || looksLikeToken(text)) return readToken(data, compact(text));
  parseJson(data);
  throw malformed("not_a_credential");
}

function fromContainer(inner: Bytes): Readable {
  if (isPng(inner)) throw malformed("bad_image");
  return read(inner);
}

function readObject(data: Bytes): Readable {
  const claims = parseJson(data);
  if (!isObject(claims)) throw malformed("not_a_credential");
  const token = compactOfJson(claims);
  const inner = enveloped(claims) ?? (token === null ? null : utf8(token));
  if (inner !== null) return fromContainer(inner);
  if (isPresentation(claims)) {
    const proofs = proofsOf(claims);
    return presentationOf(claims, data, formatOf(proofs), proofs, null);
  }
  if (isCredential(claims)) return embedded(claims, data);
  if (isAssertion(claims)) return badgeCredential(claims, data, null);
  throw notACredential(claims);
}

function embedded(claims: JsonObject, raw: Bytes): Credential {
  const proofs = proofsOf(claims);
  return credentialOf(claims, raw, formatOf(proofs), proofs);
}

const formatOf = (proofs: Proof[]): Format => (proofs.length > 0 ? "data-integrity" : "unsecured");

function readArray(data: Bytes): Readable {
  const values = parseJson(data);
  if (!Array.isArray(values) || values.length === 0) throw malformed("empty");
  return { kind: "bundle", raw: data, credentials: members(values) };
}

function readToken(raw: Bytes, text: string): Credential | Presentation {
  const token = anyToken(raw, text);
  if ("kind" in token) return token;
  if (token.sd?.binding) return boundPresentation(raw, token);
  if (!isPresentation(token.claims)) return tokenCredential(raw, token);
  if ("vc" in token.payload) throw malformed("not_a_credential");
  return presentationOf(token.claims, raw, token.format, [tokenProof(token)], token);
}

/** Take a token apart that is a credential or presentation of any kind; read an older badge. */
function anyToken(raw: Bytes, text: string): Token | Credential {
  if (text.includes("~")) return parseSdToken(text);
  const token = parseToken(text);
  if (isPresentation(token.claims) || isCredential(token.claims)) return token;
  if ("vct" in token.payload) return parseSdToken(text); // its issuer left out the tilde at the end
  if (isAssertion(token.payload) || isOlderBadge(token.payload)) return badgeCredential(token.payload, raw, token.jws);
  throw noCredential(token.claims);
}

/** Read a credential in a presentation; a key binding stays with it and is checked there. */
function memberToken(raw: Bytes, text: string): Credential {
  const token = anyToken(raw, text);
  if ("kind" in token) return token;
  if (isPresentation(token.claims)) throw malformed("not_a_credential");
  return tokenCredential(raw, token);
}

function presentationOf(claims: JsonObject, raw: Bytes, format: Format, proofs: Proof[], token: Token | null): Presentation {
  return {
    kind: "presentation",
    raw,
    format,
    holder: identifier(claims.holder),
    name: plainText(claims.name),
    credentials: members(list(claims.verifiableCredential)),
    proofs,
    claims,
    token,
  };
}

function members(values: Json[]): Credential[] {
  if (values.length > MAX_CREDENTIALS) throw malformed("too_many_credentials", { limit: MAX_CREDENTIALS });
  return values.map(member);
}

/** The credential that stands in another document as `value`. */
export function member(value: Json): Credential {
  if (typeof value === "string") {
    return memberToken(utf8(value), value);
  }
  if (isObject(value)) {
    const inner = enveloped(value);
    if (inner !== null) return memberToken(inner, new TextDecoder().decode(inner));
    if (isPresentation(value)) throw malformed("not_a_credential"); // as which it would be read, kept by itself
    if (isCredential(value)) return embedded(value, NO_BYTES);
    if (isAssertion(value)) return badgeCredential(value, NO_BYTES, null);
  }
  throw malformed("not_a_credential");
}

/** The token in an enveloped credential or presentation (VCDM 2.0 section 4.12). */
function enveloped(claims: JsonObject): Bytes | null {
  if (!isEnveloped(claims)) return null;
  const match = typeof claims.id === "string" ? DATA_URL.exec(claims.id) : null;
  if (match === null) throw malformed("missing_field", { field: "id" });
  const kind = match[1].toLowerCase();
  if (!TOKEN_TYPES.test(kind)) throw unsupported("format_unsupported", { kind });
  if (match[2] === "base64") return base64loose(match[3]);
  if (match[2] && !match[3].includes(".")) return base64url(match[3]); // some say so of what they left as it was
  return utf8(match[3].replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))));
}

/** Tell what is known but not read from what is no credential at all. */
function notACredential(claims: JsonObject): Refusal {
  const contexts = list(claims["@context"]).filter((c) => typeof c === "string");
  if (contexts.some((c) => c.includes("blockcerts"))) return unsupported("format_unsupported", { kind: "blockcerts" });
  if (isOlderBadge(claims)) return unsupported("format_unsupported", { kind: "open-badge-1" });
  return malformed("not_a_credential");
}
