// Node's entry: the page's own check for the command line, the demo and the tests.
//
//   node verify.mjs [--at TIME] [--page-origin ORIGIN] [--documents INDEX.json] < input
//
// prints one JSON object, in the shape of `ler-wallet check --json`. INDEX.json maps addresses to
// files beside it.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Bytes } from "./bytes";
import { asJson, Checker, type Options } from "./check";
import type { Resolver } from "./model";
import { SUPPLIES } from "./supplies";

const checker = new Checker(SUPPLIES);

/** Check one input; see `Options` for what may be said besides. */
export async function check(input: Uint8Array | string, options: Options = {}): Promise<object> {
  return asJson(await checker.check(input as Bytes | string, options));
}

/** Answer addresses from files that an index names. */
export function documentsFrom(index: string): Resolver {
  const names = JSON.parse(readFileSync(index, "utf-8")) as { [url: string]: string | { file: string; read_at?: string } };
  const resolver: Resolver = (url) => {
    const entry = [url, url.split("#")[0]].filter((u) => Object.hasOwn(names, u)).map((u) => names[u])[0];
    if (entry === undefined) return null;
    const file = typeof entry === "string" ? entry : entry.file;
    const readAt = typeof entry === "string" || entry.read_at === undefined ? new Date() : new Date(entry.read_at);
    try {
      const body = readFileSync(join(dirname(index), file));
      return body.length > 1024 * 1024 ? null : { body: new Uint8Array(body) as Bytes, readAt };
    } catch {
      return null;
    }
  };
  return resolver;
}

export { canonicalNQuads } from "./rdfc";
export { expand, quadsOf, canonicalize, Contexts } from "./jsonld";
export { parseJson } from "./strictjson";
export { sha256, sha384 } from "./crypto";
export { readLink } from "./packet";
export { emailMatches } from "./answers";
export { Refusal } from "./errors";
export { WORDS } from "./words";
export { SUPPLIES, checker };

async function main(): Promise<void> {
  const flag = (name: string) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const [at, pageOrigin, documents] = [flag("--at"), flag("--page-origin"), flag("--documents")];
  const options: Options = {
    ...(at === undefined ? {} : { now: new Date(at) }),
    ...(pageOrigin === undefined ? {} : { pageOrigin }),
    ...(documents === undefined ? {} : { documents: documentsFrom(documents) }),
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  const result = await check(new Uint8Array(Buffer.concat(chunks)), options);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
