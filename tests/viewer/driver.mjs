// Runs the page's own code in Node for the tests: one JSON task on standard input, one JSON answer
// on standard output. The first argument is the built verify.mjs.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const page = await import(pathToFileURL(process.argv[2]).href);
const task = JSON.parse(readFileSync(0, "utf-8"));
const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

/** An answer, or the code of what was refused; anything else that is thrown is a bug. */
async function attempt(work) {
  const start = performance.now();
  let answer;
  try {
    answer = { value: await work() };
  } catch (error) {
    answer = error instanceof page.Refusal ? { error: error.code, facts: error.facts } : { bug: String(error?.stack ?? error) };
  }
  return { ...answer, seconds: (performance.now() - start) / 1000 };
}

const parsed = (base64) => page.parseJson(bytes(base64));

const JOBS = {
  // A JSON-LD document to the SHA-256 of its canonical N-Quads, or to the N-Quads themselves.
  canonicalize: ({ json, whole }) => {
    const text = page.canonicalize(parsed(json), page.checker.contexts);
    return whole ? text : Buffer.from(page.sha256(text)).toString("hex");
  },
  rdfc: ({ quads, hash, factor }) => {
    const digest = (text) => (hash === "sha384" ? page.sha384 : page.sha256)(new TextEncoder().encode(text));
    return page.canonicalNQuads(quads, digest, factor);
  },
  link: ({ text }) => Buffer.from(page.readLink(text, page.SUPPLIES.dictionaries)).toString("base64"),
  json: ({ json }) => parsed(json) !== undefined,
  words: () => page.WORDS,
  trusted: () => [...page.SUPPLIES.trusted],
  // The same check by a page that was built with these registries.
  known: ({ input, now, trusted }) => {
    const supplies = { ...page.SUPPLIES, trusted: new Map(trusted) };
    return new page.checker.constructor(supplies).check(bytes(input), { now: new Date(now) });
  },
  email: ({ email, hash, salt }) => page.emailMatches(email, { hash, salt }),
  check: ({ input, now, origin, documents = task.documents }) =>
    page.check(bytes(input), {
      now: new Date(now),
      documents: (url) => {
        const body = documents?.[url] ?? documents?.[url.split("#")[0]];
        return body === undefined ? null : { body: bytes(body), readAt: new Date(task.readAt?.[url] ?? now) };
      },
      ...(origin ? { pageOrigin: origin } : {}),
    }),
};

const answers = [];
for (const item of task.items) answers.push(await attempt(() => JOBS[task.job](item)));
process.stdout.write(JSON.stringify(answers));
