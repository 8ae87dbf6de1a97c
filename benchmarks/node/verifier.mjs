// Verifies credentials the way a user of these libraries does: contexts at hand and marked as
// never changing (so that jsonld.js keeps what it made of them), did:key documents remembered.

import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {derive, verifyCredential} from '@digitalbazaar/vc';
import {driver} from '@digitalbazaar/did-method-key';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

const keys = driver();
keys.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
keys.use({multibaseMultikeyHeader: 'zDna', fromMultibase: EcdsaMultikey.from});

const cryptosuites = [
  eddsaRdfc, ecdsaRdfc,
  ...[eddsaJcs, ecdsaJcs, ecdsaSd].map(suite => suite.createVerifyCryptosuite()),
];

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
      suite: [
        new Ed25519Signature2020(),
        ...cryptosuites.map(cryptosuite => new DataIntegrityProof({cryptosuite})),
      ],
      documentLoader,
      checkStatus: async () => ({verified: true}),
      now,
    });
    return verified;
  };
}

// Returns a function that derives, from one credential's text, what `selectivePointers` choose.
export function deriver(documentLoader, selectivePointers) {
  return async text => {
    const suite = new DataIntegrityProof(
      {cryptosuite: ecdsaSd.createDiscloseCryptosuite({selectivePointers})});
    const {proof} = await derive(
      {verifiableCredential: JSON.parse(text), suite, documentLoader});
    return proof.proofValue.startsWith('u2V0B');
  };
}
