// Credentials and presentations as compact JWTs: the `vc`/`vp` claim of VCDM 1.1 (section 6.3.1)
// and the payload that is itself the credential (VC-JOSE-COSE, section 3.1).

import { type Bytes, utf8 } from "./bytes";
import { iso, numericDate } from "./dates";
import { malformed, Refusal, unsupported } from "./errors";
import { baseContext, credentialOf, identifier, isCredential, isPresentation, tokenStatusRefs, types, V2_CONTEXT } from "./fields";
import { type Jws, readJws } from "./jose";
import { didJwk, didKey, splitDid } from "./keys";
import { holderKey, parseSdJwt, vcClaims } from "./sdjwt";
import type { Credential, Presentation, Proof, Token } from "./model";
import { emptyObject, isObject, type Json, type JsonObject, list, parseObject } from "./strictjson";

const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;
// Claims of the token itself (RFC 7519 section 4.1, RFC 7800), not of the credential in it.
const TOKEN_CLAIMS = new Set(["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce"]);

/** The token in a text: without surrounding space, or the quotes of a JSON string. */
export function compact(value: string): string {
  const stripped = value.trim();
  return stripped.length > 1 && stripped.startsWith('"') && stripped.endsWith('"') ? stripped.slice(1, -1).trim() : stripped;
}

export const looksLikeToken = (value: string): boolean => TOKEN.test(compact(value));

// Tokens that are signed by people of this field and are neither credential nor presentation.
const OTHER_KINDS = new Set([
  "kb+jwt", "at+jwt", "dpop+jwt", "statuslist+jwt", "openid4vci-proof+jwt",
  "oauth-authz-req+jwt", "entity-statement+jwt",
]);

/** Refuse a token that says it is no credential (RFC 8725 section 3.11), as a key binding is. */
function refuseOtherKinds(typ: Json | undefined): void {
  if (typeof typ === "string" && OTHER_KINDS.has(typ.toLowerCase().replace(/^application\//, ""))) throw unsupported("format_unsupported");
}

/** Can the token's own times be read (RFC 7519 section 2)? */
export const tokenDatesReadable = (token: Token | null): boolean =>
  token === null ||
  [token.payload.exp, token.payload.nbf, ...(token.format === "sd-jwt-vc" && token.payload.nbf == null ? [token.payload.iat] : [])]
    .every((value) => value == null || numericDate(value) !== null);

/** Take a JWT credential or presentation apart. */
export function parseToken(value: string): Token {
  if (!looksLikeToken(value)) throw malformed("bad_jose");
  const jws = readJws(compact(value));
  refuseOtherKinds(jws.header.typ);
  return tokenOf(jws, parseObject(jws.payload));
}

/** Take an SD-JWT credential or presentation apart. */
export function parseSdToken(value: string): Token {
  const sd = parseSdJwt(compact(value));
  refuseOtherKinds(sd.jws.header.typ);
  const token = tokenOf(sd.jws, sd.payload);
  if (isCredential(token.claims) || isPresentation(token.claims)) return { ...token, format: "vc-sd-jwt", sd };
  const claims = vcClaims(sd);
  if (claims === null) throw noCredential(token.claims);
  return { ...token, format: "sd-jwt-vc", claims, contradiction: null, sd };
}

/** The refusal of a signed token that carries neither credential nor presentation. */
export const noCredential = (claims: JsonObject): Refusal => (isEnveloped(claims) ? unsupported("format_unsupported") : malformed("not_a_credential"));

/** Is this a token in an envelope (VCDM 2.0 sections 4.12 and 4.13)? */
export const isEnveloped = (claims: JsonObject): boolean =>
  types(claims.type).some((kind) => kind === "EnvelopedVerifiableCredential" || kind === "EnvelopedVerifiablePresentation");

/** What somebody presents who shows to have the key that the token is bound to. */
export function boundPresentation(raw: Bytes, token: Token): Presentation {
  if (isPresentation(token.claims)) throw unsupported("format_unsupported");
  const sd = token.sd!;
  const jws = readJws(sd.binding);
  const said = parseObject(jws.payload);
  const shown: Token = { ...token, sd: { ...sd, binding: "" } };
  return {
    kind: "presentation",
    raw,
    format: token.format,
    holder: holderName(token.payload),
    name: null,
    credentials: [tokenCredential(utf8(sd.presented), shown)],
    proofs: [{
      suite: jws.algorithm,
      method: null,
      purpose: "authentication",
      created: numericDate(said.iat),
      expires: numericDate(said.exp),
      domains: list(said.aud).filter((item) => typeof item === "string"),
      challenge: typeof said.nonce === "string" ? said.nonce : null,
      options: jws.header,
    }],
    claims: emptyObject(),
    token,
  };
}

/** The DID that the holder's key is, spelled as the token spells it where it does. */
function holderName(payload: JsonObject): string | null {
  try {
    const key = holderKey(payload);
    if (key === null) return null;
    const { kid } = payload.cnf as JsonObject;
    const names = [didKey(key), didJwk(key)];
    const own = typeof kid === "string" ? splitDid(kid)[0] : payload.sub;
    return names.find((name) => name === own) ?? names[0];
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** What a token with this payload carries. */
export function tokenOf(jws: Jws, payload: JsonObject): Token {
  if ("vc" in payload && "vp" in payload) throw malformed("bad_jose");
  const inner = payload.vc ?? payload.vp ?? null;
  let claims: JsonObject;
  let format: Token["format"];
  if (inner === null) {
    claims = emptyObject();
    for (const [name, claim] of Object.entries(payload)) if (!TOKEN_CLAIMS.has(name)) claims[name] = claim;
    format = "vc-jose";
    // A payload may leave to the token what the token says anyway.
    if (!("issuer" in claims) && isCredential(claims) && "iss" in payload) claims.issuer = payload.iss;
  } else if (isObject(inner)) {
    claims = rebuilt(inner, payload);
    format = "vc-jwt";
  } else throw malformed("bad_jose");
  return { jws, format, claims, payload, contradiction: contradiction(claims, payload), sd: null };
}

export function tokenCredential(raw: Bytes, token: Token): Credential {
  const { payload, format } = token;
  const made = credentialOf(token.claims, raw, format, [tokenProof(token)], token, numericDate(payload.nbf), numericDate(payload.exp));
  // Beside a `vc` claim, a `status` claim is the token's own.
  return "vc" in payload ? { ...made, status: [...made.status, ...tokenStatusRefs(payload.status)] } : made;
}

/** What a token's header says about its signature. */
export function tokenProof(token: Token): Proof {
  const { kid } = token.jws.header;
  const { nonce } = token.payload;
  const presents = "vp" in token.payload || isPresentation(token.claims);
  return {
    suite: token.jws.algorithm,
    method: typeof kid === "string" ? kid : null,
    purpose: presents ? "authentication" : "assertionMethod",
    created: numericDate(token.payload.iat),
    expires: presents ? numericDate(token.payload.exp) : null,
    domains: list(token.payload.aud).filter((item) => typeof item === "string"),
    challenge: typeof nonce === "string" ? nonce : null,
    options: token.jws.header,
  };
}

function fill(claims: JsonObject, name: string, value: Json | undefined): void {
  if (!(name in claims) && typeof value === "string") claims[name] = value;
}

const withId = (id: Json, node: JsonObject): JsonObject => Object.assign(emptyObject(), { id }, node);

/** Put the registered claims back where VCDM 1.1 section 6.3.1 takes them from. */
function rebuilt(inner: JsonObject, payload: JsonObject): JsonObject {
  const claims = Object.assign(emptyObject(), inner);
  if ("vp" in payload) {
    fill(claims, "holder", payload.iss);
    fill(claims, "id", payload.jti);
    return claims;
  }
  if (isObject(claims.issuer) && !("id" in claims.issuer) && "iss" in payload) claims.issuer = withId(payload.iss, claims.issuer);
  fill(claims, "issuer", payload.iss);
  fill(claims, "id", payload.jti);
  const subject = claims.credentialSubject;
  if (isObject(subject) && !("id" in subject) && typeof payload.sub === "string") claims.credentialSubject = withId(payload.sub, subject);
  const v2 = baseContext(claims) === V2_CONTEXT;
  for (const [claim, names] of [["nbf", ["validFrom", "issuanceDate"]], ["exp", ["validUntil", "expirationDate"]]] as const) {
    const moment = numericDate(payload[claim]);
    if (moment !== null && !names.some((name) => name in claims)) claims[names[v2 ? 0 : 1]] = iso(moment);
  }
  return claims;
}

/** The first registered claim that contradicts the credential, by name. */
function contradiction(claims: JsonObject, payload: JsonObject): string | null {
  const author = isPresentation(claims) ? "holder" : "issuer";
  const said: [string, Json | undefined, Json | undefined][] = [
    ["iss", payload.iss, identifier(claims[author])],
    ["jti", payload.jti, claims.id],
  ];
  const subjects = list(claims.credentialSubject);
  if (author === "issuer" && subjects.length === 1) said.push(["sub", payload.sub, identifier(subjects[0])]);
  for (const [name, token, credential] of said) {
    if (token != null && credential != null && token !== credential) return name;
  }
  return null;
}
