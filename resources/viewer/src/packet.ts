// A share link: the page, `#`, and a packet in multibase. The packet is a kind byte, a preset
// dictionary, a codec, a length and raw DEFLATE. What this page does not know, it names; it never
// guesses.

import { base32, base64url, type Bytes } from "./bytes";
import { malformed, Refusal, unsupported } from "./errors";
import { inflateRaw } from "./inflate";
import { list, parseObject } from "./strictjson";

const KIND_INLINE = 0x11;
const KIND_HOSTED = 0x21;
const CODEC_DEFLATE = 1;
const HEADER_BYTES = 4;
const MAX_TEXT_CHARS = 128 * 1024; // 65,535 bytes in base32 are 104,863 characters
const MAX_INFLATED_BYTES = 256 * 1024;
const MAX_CREDENTIALS = 25;

/** Preset dictionaries by id: never edited, only added, and all of them shipped. */
export type Dictionaries = ReadonlyMap<number, Uint8Array>;

/**
 * What stands after the `#` of a link, or the text itself where it is no whole link. Repairs what
 * mail does to links (`%23` for `#`, line breaks, angle brackets).
 */
export function fragmentOf(link: string): string {
  const text = link.replace(/\s+/g, "").replace(/^</, "").replace(/>$/, "");
  for (const mark of ["#", "%23"]) {
    const at = text.indexOf(mark);
    if (at === 0 || (at > 0 && /^https?:\/\//i.test(text))) return text.slice(at + mark.length);
  }
  return text;
}

// A packet of kind 0x11 with dictionary 1 or of kind 0x21 starts so in base64url and in base32.
const BARE = /^(?:u(?:ER[E-H]|I[Q-Za-f])[\w-]{8,}|B(?:CEI[Q-Z2-7]|E[E-H])[A-Z2-7]{8,})$/;

/** Did whoever gave this mean a link, whole or not? A bare fragment counts where its kind is known. */
export function looksLikeLink(text: string): boolean {
  if (/^\s*<?(?:https?:\/\/|#u|#b|#ur:)/i.test(text.slice(0, 64))) return true;
  return text.length <= MAX_TEXT_CHARS && BARE.test(text.replace(/\s+/g, ""));
}

/** Read a link, or its fragment, into the bytes of the presentation that it carries. */
export function readLink(link: string, dictionaries: Dictionaries): Bytes {
  if (link.length > MAX_TEXT_CHARS) throw malformed("link_malformed");
  const fragment = fragmentOf(link);
  const body = fragment.slice(1);
  if (/^ur:/i.test(fragment)) throw unsupported("link_kind_unknown");
  const decode = fragment[0] === "u" ? base64url : fragment[0] === "B" ? base32 : null;
  if (decode === null) throw malformed("link_malformed");
  const presentation = readPacket(attempt(() => decode(body, true)), dictionaries);
  attempt(() => decode(body)); // a whole link has no bits left over
  return presentation;
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal && error.code === "too_large" ? error : malformed("link_malformed");
  }
}

function readPacket(packet: Bytes, dictionaries: Dictionaries): Bytes {
  if (packet.length === 0) throw malformed("link_malformed");
  if (packet[0] === KIND_HOSTED) throw unsupported("link_hosted");
  if (packet[0] !== KIND_INLINE) throw unsupported("link_kind_unknown");
  if (packet.length < HEADER_BYTES) throw malformed("link_malformed");
  const dictionary = dictionaries.get(packet[1] >> 4);
  if ((packet[1] & 15) !== CODEC_DEFLATE || dictionary === undefined) throw unsupported("link_kind_unknown");
  const total = (packet[2] << 8) | packet[3];
  const body = packet.subarray(HEADER_BYTES);
  if (body.length < total) throw malformed("link_cut", { arrived: body.length, total });
  if (body.length > total || total === 0) throw malformed("link_malformed");
  const presentation = attempt(() => inflateRaw(body, dictionary, MAX_INFLATED_BYTES));
  const claims = attempt(() => parseObject(presentation));
  if (list(claims.verifiableCredential).length > MAX_CREDENTIALS) throw malformed("too_many_credentials", { limit: MAX_CREDENTIALS });
  return presentation;
}
