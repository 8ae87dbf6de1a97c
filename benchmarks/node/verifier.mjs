// Verifies credentials the way a user of these libraries does: contexts at hand and marked as
// never changing (so that jsonld.js keeps what it made of them), did:key documents remembered.

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {driver} from '@digitalbazaar/did-method-key';
import {verifyCredential} from '@digitalbazaar/vc';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const keys = driver();
keys.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

// Returns a loader over a folder of contexts with its manifest; each file is read when first asked.
export function loader(folder) {
  const {contexts} = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const files = new Map(contexts.map(({url, file}) => [url, file]));
  const known = new Map();
  return async url => {
    let answer = known.get(url);
    if(answer === undefined) {
      answer = {contextUrl: null, documentUrl: url, tag: 'static', document: await load(url)};
      known.set(url, answer);
    }
    return answer;
  };

  async function load(url) {
    if(url.startsWith('did:key:')) {
      return keys.get({url});
    }
    const file = files.get(url);
    if(!file) {
      throw new Error(`not at hand: ${url}`);
    }
    return JSON.parse(readFileSync(join(folder, file), 'utf8'));
  }
}

// Returns a function that verifies one credential's text as of a time. Status lists are not asked:
// without a network there are none, on either side.
export function verifier(documentLoader) {
  return async (text, now) => {
    const {verified} = await verifyCredential({
      credential: JSON.parse(text),
      suite: [new DataIntegrityProof({cryptosuite}), new Ed25519Signature2020()],
      documentLoader,
      checkStatus: async () => ({verified: true}),
      now,
    });
    return verified;
  };
}
