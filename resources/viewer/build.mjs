// Builds dist/: the page (index.html, one script, one style sheet, each with its digest) and
// verify.mjs, the same check for Node. Reads ../contexts, ../trust, ../samples and dictionaries/.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const RESOURCES = join(HERE, "..");
const DIST = join(HERE, "dist");
// Contexts the page does without, to stay small: schema.org's, which is a third of the whole, and
// those of other fields or of proofs that the page does not check. A credential that names one of
// them "could not be checked here".
const LEFT_OUT = new RegExp(
  "^(activitystreams|bbs|blockcerts|chained|did-v0|dif-pe|eip712sig|merkle|odrl|" +
    "render-method|schema-org|secp256k1recovery|security-v3|vc-barcodes|vdl|webkms|x25519-2019|zcap)",
);

const POLICY = {
  "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' data:",
  "connect-src": "'self'", "media-src": "blob:", "base-uri": "'none'", "form-action": "'none'",
  "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
};
const policy = (names) => names.map((name) => `${name} ${POLICY[name]}`).join("; ");

const json = (file) => JSON.parse(readFileSync(file, "utf-8"));

/** Every shipped context, its bytes checked against the manifest, without insignificant space. */
function contexts() {
  const out = [];
  for (const { url, file, sha256 } of json(join(RESOURCES, "contexts/manifest.json")).contexts) {
    if (!file) continue;
    const body = readFileSync(join(RESOURCES, "contexts", file));
    if (createHash("sha256").update(body).digest("hex") !== sha256) throw new Error(`context altered: ${file}`);
    if (LEFT_OUT.test(file)) continue;
    out.push([url, file, JSON.stringify({ "@context": JSON.parse(body)["@context"] })]);
  }
  // Neighbours in name are alike in content, which the compression of the page then sees.
  out.sort((a, b) => (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
  return out.map(([url, , text]) => [url, text]);
}

function dictionaries() {
  const folder = join(HERE, "dictionaries");
  return readdirSync(folder).filter((n) => /^\d+\.bin$/.test(n)).map((n) => {
    // Dictionaries are text, which the compression of the page sees through; base64 it would not.
    const body = readFileSync(join(folder, n));
    const text = body.toString("utf-8");
    if (!Buffer.from(text).equals(body)) throw new Error(`dictionary is not UTF-8: ${n}`);
    return [parseInt(n), text];
  });
}

// As the desktop reads them (wallet/formats/registry.py): the same members, the same last word where
// two files list one issuer.
function trusted() {
  const folder = join(RESOURCES, "trust");
  const out = [];
  for (const name of existsSync(folder) ? readdirSync(folder).filter((n) => n.endsWith(".json")).sort() : []) {
    const registry = json(join(folder, name));
    if ((registry.version ?? 1) !== 1) throw new Error(`not a version of registries that is known: ${name}`);
    const [list, test] = [registry.name, registry.test === true];
    for (const [id, entry] of Object.entries(registry.issuers)) out.push([id, { name: entry.name, list, sample: entry.sample === true, test }]);
  }
  return out;
}

/** The public documents of the samples' made-up issuers, so that the samples work offline. */
function documents() {
  const index = join(RESOURCES, "samples/documents/index.json");
  if (!existsSync(index)) return [];
  return Object.entries(json(index)).map(([url, entry]) => {
    const file = typeof entry === "string" ? entry : entry.file;
    const readAt = typeof entry === "string" ? "1970-01-01T00:00:00Z" : (entry.read_at ?? "1970-01-01T00:00:00Z");
    return [url, readFileSync(join(dirname(index), file), "utf-8"), readAt];
  });
}

const supplies = {
  name: "supplies",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:supplies$/ }, () => ({ path: "supplies", namespace: "supplies" }));
    onLoad({ filter: /.*/, namespace: "supplies" }, () => ({
      contents: JSON.stringify({ contexts: contexts(), dictionaries: dictionaries(), trusted: trusted(), documents: documents() }),
      loader: "json",
    }));
  },
};

const shared = { bundle: true, minify: true, legalComments: "none", plugins: [supplies], write: false, charset: "utf8", absWorkingDir: HERE };
const [page, node, style] = await Promise.all([
  build({ ...shared, entryPoints: ["src/entry.ts"], format: "iife", target: ["chrome111", "firefox113", "safari16.4"] }),
  build({ ...shared, entryPoints: ["src/node.ts"], format: "esm", platform: "node", target: "node20" }),
  build({ ...shared, entryPoints: ["src/page.css"], target: ["chrome111", "firefox113", "safari16.4"] }),
]);

const digest = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const named = (stem, ext, text) => `${stem}-${createHash("sha256").update(text).digest("hex").slice(0, 12)}.${ext}`;

const js = page.outputFiles[0].text;
const css = style.outputFiles[0].text;
const jsName = named("page", "js", js);
const cssName = named("page", "css", css);
// frame-ancestors is ignored in a meta element; hosts send it as a header (see _headers).
const html = readFileSync(join(HERE, "src/index.html"), "utf-8")
  .replace("{{CSP}}", policy(Object.keys(POLICY).filter((name) => name !== "frame-ancestors")))
  .replace("{{CSS}}", cssName).replace("{{CSS_DIGEST}}", digest(css))
  .replace("{{JS}}", jsName).replace("{{JS_DIGEST}}", digest(js));
const headers = `/*
  Content-Security-Policy: ${policy(Object.keys(POLICY))}
  Referrer-Policy: no-referrer
  Permissions-Policy: camera=(self)
  X-Content-Type-Options: nosniff
  Cross-Origin-Opener-Policy: same-origin
`;

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
const files = { "index.html": html, [jsName]: js, [cssName]: css, _headers: headers, "verify.mjs": node.outputFiles[0].text };
for (const [name, text] of Object.entries(files)) writeFileSync(join(DIST, name), text);
const sums = Object.entries(files).filter(([name]) => name !== "verify.mjs")
  .map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ${name}\n`).join("");
writeFileSync(join(DIST, "SHA256SUMS"), sums);

const sizes = [["index.html", html], [jsName, js], [cssName, css]].map(([name, text]) => [name, Buffer.byteLength(text), gzipSync(text, { level: 9 }).length]);
for (const [name, raw, gz] of sizes) console.log(`${name.padEnd(24)} ${String(raw).padStart(8)} bytes ${String(gz).padStart(7)} gzip`);
console.log(`${"all together".padEnd(24)} ${String(sizes.reduce((n, s) => n + s[1], 0)).padStart(8)} bytes ${String(sizes.reduce((n, s) => n + s[2], 0)).padStart(7)} gzip`);
