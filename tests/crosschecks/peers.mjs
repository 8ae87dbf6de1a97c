// Other people's issuers, holders and verifiers: one JSON object a line in, one a line back.
// Usage: node peers.mjs FOLDER-OF-CONTEXTS. Nothing here reaches a network: every loader has our
// contexts and the documents of DIDs that are keys, and sockets and fetch raise.

import * as Bls12381Multikey from '@digitalbazaar/bls12-381-multikey';
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as bbs from '@digitalbazaar/bbs-2023-cryptosuite';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {createHash, randomBytes} from 'node:crypto';
import {Socket} from 'node:net';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {Ed25519Signature2020} from '@digitalbazaar/ed25519-signature-2020';
import {driver} from '@digitalbazaar/did-method-key';
import {Ed25519VerificationKey2020} from '@digitalcredentials/ed25519-verification-key-2020';
import {SDJwtInstance} from '@sd-jwt/core';
import {X25519KeyAgreementKey2020} from '@digitalcredentials/x25519-key-agreement-key-2020';
import * as jose from 'jose';
import canonicalize from 'canonicalize';
import {pack} from 'tar-stream';
import * as vc from '@digitalbazaar/vc';
import * as verifierCore from '@digitalcredentials/verifier-core';

console.log = console.error;  // a library speaks where the answers go
const tried = [];
Socket.prototype.connect = function(...given) {
  tried.push(String(given[0]?.[0]?.host ?? given[0]?.host ?? given[0]));
  throw new Error('no network here');
};
globalThis.fetch = async url => {
  tried.push(String(url));
  throw new Error('no network here');
};

const folder = process.argv[2];
const {contexts} = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
const files = new Map(contexts.filter(({file}) => file).map(({url, file}) => [url, file]));
const dids = driver();
for(const [header, {from}] of [
  ['z6Mk', Ed25519Multikey], ['zDna', EcdsaMultikey], ['z82L', EcdsaMultikey],
  ['zUC7', Bls12381Multikey],
]) {
  dids.use({multibaseMultikeyHeader: header, fromMultibase: from});
}

async function documentLoader(url) {
  const document = url.startsWith('did:key:') ? await dids.get({url}) :
    files.has(url) ? JSON.parse(readFileSync(join(folder, files.get(url)), 'utf8')) : null;
  if(document === null) {
    throw new Error(`not at hand: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document, tag: 'static'};
}

// How each suite is made, for signing (with a signer) and for verifying.
const integrity = (cryptosuite, signer) => new DataIntegrityProof({cryptosuite, signer});
const SUITES = {
  Ed25519Signature2020: {
    sign: signer => new Ed25519Signature2020({signer}), verify: () => new Ed25519Signature2020(),
  },
  'eddsa-rdfc-2022': {
    sign: signer => integrity(eddsaRdfc, signer), verify: () => integrity(eddsaRdfc),
  },
  'ecdsa-rdfc-2019': {
    sign: signer => integrity(ecdsaRdfc, signer), verify: () => integrity(ecdsaRdfc),
  },
};
for(const [name, made] of Object.entries({
  'eddsa-jcs-2022': eddsaJcs, 'ecdsa-jcs-2019': ecdsaJcs, 'ecdsa-sd-2023': ecdsaSd,
  'bbs-2023': bbs,
})) {
  SUITES[name] = {
    sign: (signer, mandatoryPointers) =>
      integrity(made.createSignCryptosuite({mandatoryPointers}), signer),
    verify: () => integrity(made.createVerifyCryptosuite()),
  };
}
const verifying = () => Object.values(SUITES).map(({verify}) => verify());

const keys = new Map();
const hasher = (data, algorithm) =>
  createHash(algorithm.replace('-', '')).update(data).digest();
const saltGenerator = size => randomBytes(size).toString('hex');

const jobs = {
  // Make a fresh key: {kind: "Ed25519" | "P-256" | "P-384"} -> {id, method, jwk}
  async key({kind}) {
    const pair = kind === 'Ed25519' ? await Ed25519Multikey.generate() :
      kind === 'BLS12-381' ? await Bls12381Multikey.generateBbsKeyPair({
        algorithm: Bls12381Multikey.ALGORITHMS.BBS_BLS12381_SHA256}) :
        await EcdsaMultikey.generate({curve: kind});
    const {publicKeyMultibase} = await pair.export({publicKey: true});
    pair.controller = `did:key:${publicKeyMultibase}`;
    pair.id = `${pair.controller}#${publicKeyMultibase}`;
    keys.set(pair.controller, pair);
    return {id: pair.controller, method: pair.id};
  },
  async sign({by, suite, document, mandatory}) {
    const made = SUITES[suite].sign(keys.get(by).signer(), mandatory);
    return {document: await vc.issue({credential: document, suite: made, documentLoader})};
  },
  async present({by, suite, credentials, challenge, domain}) {
    const presentation = vc.createPresentation({verifiableCredential: credentials, holder: by,
      verify: false, version: 2.0});
    return {document: await vc.signPresentation({presentation, challenge, domain,
      suite: SUITES[suite].sign(keys.get(by).signer()), documentLoader})};
  },
  async derive({document, pointers}) {
    const made = document.proof.cryptosuite === 'bbs-2023' ? bbs : ecdsaSd;
    const suite = integrity(made.createDiscloseCryptosuite({selectivePointers: pointers}));
    return {document: await vc.derive({verifiableCredential: document, suite, documentLoader})};
  },
  async verify({document, now}) {
    const {verified, error} = await vc.verifyCredential({credential: document, suite: verifying(),
      documentLoader, now, checkStatus: async () => ({verified: true})});
    return {verified, why: error && text(error)};
  },
  async 'verify presentation'({document, challenge, domain, now}) {
    const {verified, error, presentationResult, credentialResults} = await vc.verify({
      presentation: document, suite: verifying(), documentLoader, challenge, domain, now,
      checkStatus: async () => ({verified: true})});
    return {verified, why: error && text(error), signed: presentationResult?.verified,
      credentials: credentialResults?.map(one => one.verified)};
  },
  async 'verifier-core'({document}) {
    const {log, errors} =
      await verifierCore.verifyCredential({credential: document, knownDIDRegistries: []});
    return {log, errors};
  },
  async 'jwt key'({algorithm}) {
    const {publicKey, privateKey} = await jose.generateKeyPair(algorithm, {extractable: true});
    const jwk = await jose.exportJWK(publicKey);
    const id = `did:jwk:${jose.base64url.encode(JSON.stringify(jwk))}`;
    keys.set(id, privateKey);
    return {id, method: `${id}#0`, jwk};
  },
  async 'sign jwt'({by, header, payload}) {
    const token = await new jose.SignJWT(payload).setProtectedHeader(header).sign(keys.get(by));
    return {token};
  },
  async 'verify jwt'({token, jwk, algorithm, now}) {
    const {payload, protectedHeader} = await jose.jwtVerify(
      token, await jose.importJWK(jwk, algorithm), {currentDate: new Date(now)});
    return {payload, header: protectedHeader};
  },
  async 'issue sd-jwt'({by, header, claims, frame}) {
    const signer = input => rawSign(keys.get(by), header.alg, input);
    const instance = new SDJwtInstance({signer, signAlg: header.alg, hasher, hashAlg: 'sha-256',
      saltGenerator});
    return {token: await instance.issue(claims, frame, {header})};
  },
  async 'present sd-jwt'({token, reveal, by, algorithm, binding}) {
    const instance = new SDJwtInstance({hasher, hashAlg: 'sha-256', saltGenerator,
      kbSigner: by && (input => rawSign(keys.get(by), algorithm, input)), kbSignAlg: algorithm});
    return {token: await instance.present(token, reveal, binding && {kb: {payload: binding}})};
  },
  async 'verify sd-jwt'({token, jwk, holder, nonce, now}) {
    const verifier = async (data, signature) => rawVerify(jwk, data, signature);
    const kbVerifier = async (data, signature) => rawVerify(holder, data, signature);
    const instance = new SDJwtInstance({verifier, kbVerifier, hasher, hashAlg: 'sha-256'});
    const {payload, kb} = await instance.verify(token,
      {currentDate: Math.floor(new Date(now) / 1000), keyBindingNonce: nonce});
    return {payload, binding: kb?.payload};
  },
  // The libraries by which Learner Credential Wallet makes, writes and reads its keys.
  async 'write keys'({seed}) {
    const signing = await Ed25519VerificationKey2020.generate({seed: Buffer.from(seed, 'hex')});
    signing.controller = `did:key:${signing.fingerprint()}`;
    signing.id = `${signing.controller}#${signing.fingerprint()}`;
    const agreement = X25519KeyAgreementKey2020.fromEd25519VerificationKey2020({keyPair: signing});
    const all = {publicKey: true, privateKey: true};
    return {signing: signing.export(all), agreement: await agreement.export(all)};
  },
  async 'read keys'({contents}) {
    const of = type => contents.find(one => one.type === type);
    const signing = await Ed25519VerificationKey2020.from(of('Ed25519VerificationKey2020'));
    const agreement = await X25519KeyAgreementKey2020.from(of('X25519KeyAgreementKey2020'));
    const derived = X25519KeyAgreementKey2020.fromEd25519VerificationKey2020({keyPair: signing});
    const all = {publicKey: true, privateKey: true};
    const [ours, theirs] = [await agreement.export(all), await derived.export(all)];
    const document = contents.find(one => String(one.id).startsWith('did:key:') &&
      one.verificationMethod);
    const data = randomBytes(64);
    const signature = await signing.signer().sign({data});
    const shown = await Ed25519VerificationKey2020.from(document.verificationMethod[0]);
    return {
      did: `did:key:${signing.fingerprint()}`,
      agrees: ['publicKeyMultibase', 'privateKeyMultibase'].every(m => ours[m] === theirs[m]),
      signs: await shown.verifier().verify({data, signature}),
      document: document.id
    };
  },
  // As the wallet of T3 packs a profile: each record under the hash of its canonical JSON.
  async 'write tar'({name, key, didDocument, records}) {
    const archive = pack();
    const cids = records.map(record =>
      createHash('sha256').update(canonicalize(record)).digest('base64url'));
    const add = (path, value) => archive.entry({name: path}, JSON.stringify(value));
    records.forEach((record, n) => add(`credentials/${cids[n]}.json`, record));
    add(`profiles/${name.toLowerCase()}.json`,
      {profileName: name, didDocument, verificationKey: key, credentialCids: cids});
    archive.finalize();
    const parts = [];
    for await (const part of archive) {
      parts.push(part);
    }
    return {token: Buffer.concat(parts).toString('base64')};
  },
};

// The raw signature over a token's signing input, taken out of the token that jose makes of it.
async function rawSign(key, algorithm, input) {
  const name = {EdDSA: 'Ed25519', ES256: {name: 'ECDSA', hash: 'SHA-256'},
    ES384: {name: 'ECDSA', hash: 'SHA-384'}}[algorithm];
  return Buffer.from(await crypto.subtle.sign(name, key, Buffer.from(input))).toString('base64url');
}

async function rawVerify(jwk, data, signature) {
  const ecdsa = jwk.kty === 'EC';
  const name = ecdsa ? {name: 'ECDSA', namedCurve: jwk.crv,
    hash: jwk.crv === 'P-384' ? 'SHA-384' : 'SHA-256'} : 'Ed25519';
  const key = await crypto.subtle.importKey('jwk', jwk, name, false, ['verify']);
  return crypto.subtle.verify(name, key, Buffer.from(signature, 'base64url'), Buffer.from(data));
}

function text(error) {
  const errors = [error, ...error.errors ?? []];
  return errors.map(one => one.message ?? String(one)).join('; ').slice(0, 600);
}

for await (const line of createInterface({input: process.stdin, crlfDelay: Infinity})) {
  const {job, ...given} = JSON.parse(line);
  tried.length = 0;
  let answer;
  try {
    answer = await jobs[job](given);
  } catch(error) {
    answer = {refused: text(error)};
  }
  process.stdout.write(JSON.stringify({...answer, tried}) + '\n');
}
