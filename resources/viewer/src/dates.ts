// Times as credentials write them: XML Schema dateTime (VCDM 2.0 section 4.9) and NumericDate. A
// zone, and even a time, may be missing in credentials people hold, and is then taken as UTC.

import { isObject, type Json, type JsonObject } from "./strictjson";

const TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?)?(?:([Zz])|([+-])(\d\d):(\d\d))?$/;
const MAX_SECONDS = 253_402_300_799; // 9999-12-31
const YEAR_1 = -62_135_596_800_000;

/** Read a time; null when it is none. */
export function parseTime(value: unknown): Date | null {
  // The same statement may be written as a list of one, or with its type beside it.
  if (Array.isArray(value) && value.length === 1) value = value[0];
  if (isObject(value as Json)) value = (value as JsonObject)["@value"];
  const match = typeof value === "string" ? TIME.exec(value) : null;
  if (match === null) return null;
  const [year, month, day] = match.slice(1, 4).map(Number);
  const [hour, minute, second] = match.slice(4, 7).map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const real = year > 0 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59) return null;
  const [zoneHours, zoneMinutes] = [Number(match[10] ?? 0), Number(match[11] ?? 0)];
  if (zoneHours > 23 || zoneMinutes > 59) return null;
  const zone = (match[9] === "-" ? -1 : 1) * (zoneHours * 60 + zoneMinutes);
  const millis = match[7] === undefined ? 0 : Math.floor(Number(match[7]) * 1000);
  const time = date.getTime() + ((hour * 60 + minute - zone) * 60 + second) * 1000 + millis;
  return time < YEAR_1 || time > MAX_SECONDS * 1000 + 999 ? null : new Date(time);
}

/** Read a JWT NumericDate (RFC 7519 section 2); null when it is none. A negative one is before 1970. */
export function numericDate(value: unknown): Date | null {
  return typeof value === "number" && value * 1000 >= YEAR_1 && value <= MAX_SECONDS ? new Date(value * 1000) : null;
}

/** A time as VCDM writes it: UTC, whole seconds, Z. */
export const iso = (moment: Date): string => `${moment.toISOString().slice(0, 19)}Z`;
