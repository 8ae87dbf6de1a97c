// What other people signed that stands inside a credential: the records of a transcript or resume,
// endorsements. Looked for everywhere; what stands inside those is found when they are asked in turn.

import { Refusal } from "./errors";
import { isCredential, types } from "./fields";
import type { Credential, Role, Thing } from "./model";
import { member } from "./read";
import { isEnveloped } from "./token";
import { isObject, type Json, type JsonObject } from "./strictjson";

const MAX_INSIDE = 300;
// Members whose every value is one, readable or not.
const MEMBERS: { [name: string]: Role } = { verifiableCredential: "credential", endorsement: "endorsement", endorsementJwt: "endorsement" };
// Where a token may stand among other things (LER-RS).
const PERHAPS = "verifications";
const TOKEN = /^\s*eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_.~-]*\s*$/;
const THINGS: { [name: string]: Thing } = {
  achievement: "achievement", issuer: "issuer", creator: "issuer", credentialSubject: "person", profile: "person",
};

/** One thing that stands in a credential, at `place` (a JSON pointer), as a member of `holder`. */
export interface Inside {
  role: Role;
  place: string;
  thing: Thing;
  holder: JsonObject;
  value: Json;
  credential: Credential | null;
  error: string | null;
}

const own = <T>(table: { [name: string]: T }, name: string): T | null => (Object.hasOwn(table, name) ? table[name] : null);

function roleOf(name: string, value: Json): Role | null {
  const known = own(MEMBERS, name);
  if (known !== null) return known;
  if (typeof value === "string") return name === PERHAPS && TOKEN.test(value) ? "credential" : null;
  if (!isObject(value)) return null;
  if (types(value.type).includes("EndorsementCredential")) return "endorsement";
  return isCredential(value) || isEnveloped(value) ? "credential" : null;
}

/** Does this only name something that stands elsewhere? */
function isMention(value: Json): boolean {
  const bare = isObject(value) && Object.keys(value).every((name) => name === "id" || name === "type") && !isEnveloped(value);
  const name = bare ? value.id : value;
  return typeof name === "string" && /^[A-Za-z][A-Za-z0-9+.-]{0,30}:/.test(name);
}

/** The credentials and endorsements that stand in a credential, in their order. */
export function inside(credential: Credential): Inside[] {
  const out: Inside[] = [];
  let rest: Inside | null = null;

  const found = (role: Role, path: string[], holder: JsonObject, value: Json) => {
    const names = path.filter((step) => !/^\d+$/.test(step));
    const thing = names.length > 1 ? (own(THINGS, names[names.length - 2]) ?? "other") : "credential";
    const place = path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
    const one: Inside = { role, place, thing, holder, value, credential: null, error: null };
    if (out.length === MAX_INSIDE) {
      // That endorsements were left out is no reason to doubt the records.
      if (rest === null || (rest.role === "endorsement" && role === "credential")) rest = { ...one, error: "too_many_credentials" };
      return;
    }
    out.push(one);
    if (isMention(value)) {
      one.error = "only_mentioned";
      return;
    }
    try {
      one.credential = member(value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      one.error = error.code;
    }
  };
  const inValue = (name: string, value: Json, path: string[], holder: JsonObject): void => {
    if (Array.isArray(value)) return value.forEach((item, i) => inValue(name, item, [...path, String(i)], holder));
    const role = roleOf(name, value);
    if (role !== null) found(role, path, holder, value);
    else if (isObject(value)) inObject(value, path);
  };
  const inObject = (node: JsonObject, path: string[]): void => {
    for (const [name, value] of Object.entries(node)) {
      // The machinery of a document says nothing about people.
      if (name !== "@context" && name !== "proof" && value !== null) inValue(name, value, [...path, name], node);
    }
  };
  // The endorsements of an older badge are addresses, and none of them is signed here.
  if (credential.format !== "open-badge-2") inObject(credential.claims, []);
  return rest === null ? out : [...out, rest];
}
