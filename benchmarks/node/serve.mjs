// Verifies on request, so that rounds can alternate with another program's: one JSON object a line
// on standard input, one a line back.
// Usage: node serve.mjs credentials CONTEXTS | derivations CONTEXTS POINTER | tokens | sd-jwts
//
//   {"load": NAME, "texts": [...], "times": [...]}  ->  {"holds": [true, ...]}
//   {"keep": NAME, "indices": [...]}                ->  {"kept": N}
//   {"run": NAME, "seconds": S}                     ->  {"done": N, "failed": N, "seconds": S}

import {createInterface} from 'node:readline';

const [kind, folder, ...pointers] = process.argv.slice(2);
const verify = await verifierOf(kind);
const sets = new Map();

async function verifierOf(kind) {
  if(kind === 'tokens') {
    return (await import('./tokens.mjs')).verifyToken;
  }
  if(kind === 'sd-jwts') {
    return (await import('./tokens.mjs')).verifySdJwt;
  }
  const {deriver, loader, verifier} = await import('./verifier.mjs');
  return kind === 'derivations' ? deriver(loader(folder), pointers) : verifier(loader(folder));
}

async function holds({text, time}) {
  try {
    return await verify(text, time);
  } catch{
    return false;
  }
}

async function load({load: name, texts, times}) {
  const given = texts.map((text, at) => ({text, time: times[at]}));
  sets.set(name, {given, next: 0});
  const answers = [];
  for(const one of given) {
    answers.push(await holds(one));
  }
  return {holds: answers};
}

function keep({keep: name, indices}) {
  const {given} = sets.get(name);
  sets.set(name, {given: indices.map(index => given[index]), next: 0});
  return {kept: indices.length};
}

async function run({run: name, seconds}) {
  const set = sets.get(name);
  let done = 0;
  let failed = 0;
  const start = performance.now();
  let elapsed = 0;
  while(elapsed < seconds) {
    if(!await holds(set.given[set.next])) {
      failed++;
    }
    set.next = (set.next + 1) % set.given.length;
    done++;
    elapsed = (performance.now() - start) / 1000;
  }
  return {done, failed, seconds: elapsed};
}

for await (const line of createInterface({input: process.stdin})) {
  const asked = JSON.parse(line);
  const answer = 'load' in asked ? await load(asked) : 'keep' in asked ? keep(asked) : await run(asked);
  process.stdout.write(JSON.stringify(answer) + '\n');
}
