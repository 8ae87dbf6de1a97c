// Find out what some bytes are, and read them: the one door for everything that arrives. Only the
// outer shape is told apart here; nothing is verified.

import { badgeFromSvg, looksLikeSvg } from "./svg";
import { bakedCredential, isPng } from "./badge";
import { base64loose, type Bytes, utf8 } from "./bytes";
import { malformed, type Refusal, unsupported } from "./errors";
import { credentialOf, identifier, isCredential, isPresentation, plainText, proofsOf, types } from "./fields";
import type { Credential, Format, Presentation, Proof, Readable, Token } from "./model";
import { decodeText, isObject, type Json, type JsonObject, list, parseJson } from "./strictjson";
import { compact, looksLikeToken, parseToken, tokenCredential, tokenProof } from "./token";

const MAX_INPUT_BYTES = 16 * 1024 * 1024;
const MAX_CREDENTIALS = 1000;
const DATA_URL = /^data:([A-Za-z0-9.+/-]{1,80})(;base64)?,(.*)$/;
const JWT_TYPES = new Set(["vc+jwt", "vp+jwt", "vc-ld+jwt", "vp-ld+jwt", "vc+ld+jwt", "vp+ld+jwt", "jwt"].map((t) => `application/${t}`));
const SD_TYPES = new Set(["application/vc+sd-jwt", "application/dc+sd-jwt", "application/vp+sd-jwt"]);
const SD_JWT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+~[A-Za-z0-9_.~-]*$/;
const NO_BYTES = new Uint8Array();

const sdJwt = () => unsupported("format_unsupported", { kind: "sd-jwt" });

/** The credential, presentation or bundle that `data` holds; refuses with a code, whatever the bytes. */
export function read(data: Bytes): Readable {
  if (data.length > MAX_INPUT_BYTES) throw malformed("too_large");
  if (isPng(data)) return fromContainer(bakedCredential(data));
  const start = new TextDecoder().decode(data.subarray(0, 64)).trimStart()[0];
  if (start === "{") return readObject(data);
  if (start === "[") return readArray(data);
  if (looksLikeSvg(data)) return fromContainer(badgeFromSvg(data));
  const text = decodeText(data);
  if (looksLikeToken(text)) return readToken(data, compact(text));
  if (SD_JWT.test(compact(text))) throw sdJwt();
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
  const inner = enveloped(claims);
  if (inner !== null) return fromContainer(inner);
  if (isPresentation(claims)) {
    const proofs = proofsOf(claims);
    return presentationOf(claims, data, formatOf(proofs), proofs, null);
  }
  if (isCredential(claims)) return embedded(claims, data);
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
  const token = parseToken(text);
  if (isPresentation(token.claims) && token.format === "vc-jwt" && !("vp" in token.payload)) throw malformed("not_a_credential");
  if (isPresentation(token.claims)) return presentationOf(token.claims, raw, token.format, [tokenProof(token)], token);
  if (isCredential(token.claims)) return tokenCredential(raw, token);
  if ("vct" in token.payload) throw sdJwt();
  throw malformed("not_a_credential");
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
    if (SD_JWT.test(value.trim())) throw sdJwt();
    return tokenCredential(utf8(value), parseToken(value));
  }
  if (isObject(value)) {
    const inner = enveloped(value);
    if (inner !== null) {
      const found = readToken(inner, new TextDecoder().decode(inner));
      if (found.kind === "credential") return found;
    } else if (isCredential(value)) return embedded(value, NO_BYTES);
  }
  throw malformed("not_a_credential");
}

export const isEnveloped = (value: JsonObject): boolean =>
  types(value.type).some((kind) => kind === "EnvelopedVerifiableCredential" || kind === "EnvelopedVerifiablePresentation");

/** The token in an enveloped credential or presentation (VCDM 2.0 section 4.12). */
function enveloped(claims: JsonObject): Bytes | null {
  if (!isEnveloped(claims)) return null;
  const match = typeof claims.id === "string" ? DATA_URL.exec(claims.id) : null;
  if (match === null) throw malformed("missing_field", { field: "id" });
  const kind = match[1].toLowerCase();
  if (SD_TYPES.has(kind)) throw sdJwt();
  if (!JWT_TYPES.has(kind)) throw unsupported("format_unsupported", { kind });
  if (match[2]) return base64loose(match[3]);
  const body = match[3].replace(/%([0-9A-Fa-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
  if (SD_JWT.test(body)) throw sdJwt();
  return utf8(body);
}

/** Tell what is known but not read from what is no credential at all. */
function notACredential(claims: JsonObject): Refusal {
  const kinds = types(claims.type);
  const contexts = list(claims["@context"]).filter((c) => typeof c === "string");
  if ((kinds.includes("Assertion") || kinds.includes("BadgeClass")) && contexts.some((c) => c.includes("openbadges"))) {
    return unsupported("format_unsupported", { kind: "open-badge-2" });
  }
  if (contexts.some((c) => c.includes("blockcerts"))) return unsupported("format_unsupported", { kind: "blockcerts" });
  return malformed("not_a_credential");
}
