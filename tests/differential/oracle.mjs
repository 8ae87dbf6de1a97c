// Answers, for each JSON-LD document given as one line, what jsonld.js in safe mode and
// rdf-canonize make of it: the SHA-256 of the canonical N-Quads, or why they refuse.
// Usage: node oracle.mjs FOLDER-OF-CONTEXTS; lines in, lines out, in order.
import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import jsonld from 'jsonld';

const folder = process.argv[2];
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const contexts = new Map();
for(const {url, file} of manifest.contexts) {
  if(file) {
    contexts.set(url, readFileSync(join(folder, file), 'utf8'));
  }
}

async function documentLoader(url) {
  if(!contexts.has(url)) {
    throw new Error(`unknown context ${url}`);
  }
  return {documentUrl: url, document: JSON.parse(contexts.get(url)), tag: 'static'};
}

function reason(error) {
  const details = error.details || {};
  return details.event ? details.event.code : details.code || error.message || String(error);
}

async function canonical(api, document) {
  try {
    return {text: await api.canonize(
      document, {algorithm: 'RDFC-1.0', safe: true, documentLoader})};
  } catch(error) {
    return {refused: reason(error)};
  }
}

async function answer(line) {
  const {document, full} = JSON.parse(line);
  // What the library remembers of contexts can be wrong: "@import" changes the context that is
  // remembered, and the warnings of a whole list of contexts are kept with each of them, so that
  // one that was refused makes its neighbours refused for ever. Then ask one with no memory.
  let {text, refused} = await canonical(line.includes('@import') ? jsonld() : jsonld, document);
  if(refused !== undefined) {
    ({text, refused} = await canonical(jsonld(), JSON.parse(line).document));
  }
  if(refused !== undefined) {
    return {refused};
  }
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  return full ? {hash, canonical: text} : {hash};
}

for await (const line of createInterface({input: process.stdin, crlfDelay: Infinity})) {
  process.stdout.write(JSON.stringify(await answer(line)) + '\n');
}
