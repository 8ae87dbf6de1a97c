// Compact JWS (RFC 7515), strictly: what asks for something this reader does not do is refused.

import { base64url, type Bytes, utf8 } from "./bytes";
import { malformed, unsupported } from "./errors";
import { isObject, type JsonObject, parseObject } from "./strictjson";

const MAX_HEADER_CHARS = 32 * 1024;
const MAX_SIGNATURE_CHARS = 1400; // RSA-8192 is 1,366
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

export interface Jws {
  header: JsonObject;
  algorithm: string;
  payload: Bytes;
  signature: Bytes;
  signingInput: Bytes;
}

/** Take a compact JWS apart (section 7.1). */
export function readJws(compact: string): Jws {
  const parts = compact.split(".");
  if (parts.length !== 3 || parts[0].length > MAX_HEADER_CHARS || parts[2].length > MAX_SIGNATURE_CHARS) throw malformed("bad_jose");
  let header: JsonObject;
  let payload: Bytes;
  let signature: Bytes;
  try {
    header = parseObject(base64url(parts[0]), { size: MAX_HEADER_CHARS, depth: 12 });
    payload = base64url(parts[1]);
    signature = base64url(parts[2]);
  } catch {
    throw malformed("bad_jose");
  }
  const algorithm = header.alg;
  if (typeof algorithm !== "string" || algorithm.toLowerCase() === "none") throw malformed("bad_jose");
  if ("crit" in header || ("b64" in header && header.b64 !== true)) throw unsupported("format_unsupported");
  if ("jwk" in header && (!isObject(header.jwk) || PRIVATE.some((name) => name in (header.jwk as JsonObject)))) throw malformed("bad_jose");
  if ("kid" in header && typeof header.kid !== "string") throw malformed("bad_jose");
  return { header, algorithm, payload, signature, signingInput: utf8(`${parts[0]}.${parts[1]}`) };
}
