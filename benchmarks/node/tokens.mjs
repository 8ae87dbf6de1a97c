// Verifies compact JWTs the way a user of jose does: signature, "exp" and "nbf", under the did:key
// that the header names; keys are remembered.

import {createHash, createPublicKey, verify} from 'node:crypto';
import {SDJwtInstance} from '@sd-jwt/core';
import {decode} from 'base58-universal';
import {jwtVerify} from 'jose';

// Multicodec prefixes, and what comes before the key's bytes in a DER SubjectPublicKeyInfo.
const KINDS = [
  {codec: [0xed, 0x01], der: '302a300506032b6570032100'},
  {codec: [0x80, 0x24], der: '3039301306072a8648ce3d020106082a8648ce3d030107032200'},
];

const known = new Map();

function keyOf({kid}) {
  let key = known.get(kid);
  if(key === undefined) {
    const bytes = decode(kid.split('#')[0].slice('did:key:z'.length));
    const kind = KINDS.find(({codec}) => codec.every((byte, at) => bytes[at] === byte));
    const der = Buffer.concat([Buffer.from(kind.der, 'hex'), bytes.subarray(kind.codec.length)]);
    key = createPublicKey({key: der, format: 'der', type: 'spki'});
    known.set(kid, key);
  }
  return key;
}

// Verifies one token as of a time; throws, like jose, for one that does not hold.
export async function verifyToken(token, now) {
  await jwtVerify(token, keyOf, {currentDate: new Date(now)});
  return true;
}

// Verifies one SD-JWT and its disclosures as of a time, the way a user of @sd-jwt does.
export async function verifySdJwt(token, now) {
  const header = JSON.parse(Buffer.from(token.split('.', 1)[0], 'base64url'));
  const key = keyOf(header);
  const instance = new SDJwtInstance({
    verifier: (data, signature) => verify(
      header.alg === 'EdDSA' ? null : 'sha256', Buffer.from(data),
      {key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url')),
    hasher: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
    hashAlg: 'sha-256',
  });
  await instance.verify(token, {currentDate: Math.floor(Date.parse(now) / 1000)});
  return true;
}
