"""Backups as other wallets write them, made here from what their code and notes say."""

from __future__ import annotations

import base64
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from hashlib import pbkdf2_hmac, sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from wallet.arriving import keys
from wallet.crypto import jose, multikey

PASSWORD = "correct horse"
SEED = bytes(range(32))
DID = multikey.did_key(keys.public_of(SEED))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def did_document(seed: bytes = SEED) -> dict:
    did = multikey.did_key(keys.public_of(seed))
    return {"@context": ["https://www.w3.org/ns/did/v1"], "id": did, "authentication": [did]}


def profile(records: Sequence[bytes], name: str = "Default", seed: bytes = SEED) -> str:
    """One UniversalWallet2020 as text, the records in their own bytes."""
    did = multikey.did_key(keys.public_of(seed))
    own = [
        did_document(seed),
        keys.as_object(did, seed),
        keys.agreement_object(did, seed),
        {
            "@context": ["https://w3id.org/wallet/v1"],
            "id": "urn:uuid:1",
            "type": "ProfileMetadata",
            "data": {"profileName": name},
        },
    ]
    contents = ", ".join([*(raw.decode() for raw in records), *map(json.dumps, own)])
    return (
        '{"@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/wallet/v1"],'
        ' "id": "urn:uuid:2", "type": "UniversalWallet2020", "status": "UNLOCKED",'
        f' "contents": [{contents}]}}'
    )


def lcw(*profiles: str) -> bytes:
    return f"[{', '.join(profiles)}]".encode()


def lcw_locked(text: str, password: str = PASSWORD, iterations: int = 1000) -> dict:
    """As `app/lib/lockedWallet.ts` of Learner Credential Wallet wrote it until 2023."""
    salt, iv, key = os.urandom(16), os.urandom(12), os.urandom(32)
    wrapping = pbkdf2_hmac("sha512", password.encode(), salt, iterations, 32)
    box = AESGCM(key).encrypt(iv, json.dumps(text).encode(), None)
    header = {
        "alg": "PBES2-HS512+A256KW",
        "p2s": b64(salt),
        "p2c": iterations,
        "enc": "A256GCM",
    }
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1", "http://w3id.org/wallet/v1"],
        "id": "urn:uuid:3",
        "type": ["VerifiableCredential", "EncryptedWallet"],
        "issuer": "did:web:lcw.app",
        "issuanceDate": "2023-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:4",
            "jwe": {
                "recipients": [
                    {"header": header, "encrypted_key": b64(aes_key_wrap(wrapping, key))}
                ],
                "iv": b64(iv),
                "ciphertext": b64(box[:-16]),
                "tag": b64(box[-16:]),
            },
        },
    }


def universal_jwe(plain: bytes, password: str = PASSWORD) -> dict:
    """A JWE as the Universal Wallet locks with (ECDH-ES+A256KW, here with A256GCM)."""
    seed = pbkdf2_hmac("sha256", password.encode(), b"salt", 100_000, 32)
    theirs, ours = keys.agreement_key(seed).public_key(), X25519PrivateKey.generate()
    apu, apv = ours.public_key().public_bytes_raw(), b"did:key:someone"
    told = b"".join(len(x).to_bytes(4) + x for x in (b"ECDH-ES+A256KW", apu, apv))
    wrapping = sha256((1).to_bytes(4) + ours.exchange(theirs) + told + (256).to_bytes(4)).digest()
    key, iv = os.urandom(32), os.urandom(12)
    protected = jose.encode_base64url(b'{"enc":"A256GCM"}')
    box = AESGCM(key).encrypt(iv, plain, protected.encode())
    header = {
        "kid": apv.decode(),
        "alg": "ECDH-ES+A256KW",
        "epk": {"kty": "OKP", "crv": "X25519", "x": jose.encode_base64url(apu)},
        "apu": jose.encode_base64url(apu),
        "apv": jose.encode_base64url(apv),
    }
    return {
        "protected": protected,
        "recipients": [
            {
                "header": header,
                "encrypted_key": jose.encode_base64url(aes_key_wrap(wrapping, key)),
            }
        ],
        "iv": jose.encode_base64url(iv),
        "ciphertext": jose.encode_base64url(box[:-16]),
        "tag": jose.encode_base64url(box[-16:]),
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def tarred(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def dcw(records: Sequence[bytes], name: str = "Work", seed: bytes = SEED, **more: bytes) -> bytes:
    """The tar of the T3 wallet; `more` are further files by their names."""
    named = {f"cid{number}": raw for number, raw in enumerate(records)}
    did = multikey.did_key(keys.public_of(seed))
    about = {
        "profileName": name,
        "didDocument": did_document(seed),
        "verificationKey": keys.as_object(did, seed),
        "credentialCids": [*named, *(["gone"] if "missing" in more else [])],
    }
    files = {"manifest.yml": b"ubc-version: '0.1'\n", "profiles/work.json": json.dumps(about)}
    files["profiles/work.json"] = files["profiles/work.json"].encode()
    files |= {f"credentials/{cid}.json": raw for cid, raw in named.items()}
    return tarred(files)


def envelope(plain: bytes, password: str = PASSWORD, memory: int = 64) -> dict:
    salt, iv = os.urandom(16), os.urandom(12)
    key = Argon2id(salt=salt, length=32, iterations=1, lanes=1, memory_cost=memory).derive(
        password.encode()
    )
    return {
        "ciphertext": b64(AESGCM(key).encrypt(iv, plain, None)),
        "iv": b64(iv),
        "salt": b64(salt),
        "kdfParams": {
            "algorithm": "argon2id",
            "timeCost": 1,
            "memoryCost": memory,
            "parallelism": 1,
        },
    }


def learncard_files(
    records: Sequence[bytes], *, seed: bytes = SEED, password: str | None = PASSWORD
) -> dict[str, bytes]:
    """The files of a holder continuity bundle 1.0.0, sealed where there is a password."""
    public = jose.encode_base64url(keys.public_of(seed).data)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": public, "d": jose.encode_base64url(seed)}
    payloads = [
        ("keys/private-key-seed.txt", "key-private-seed", seed.hex().encode() + b"\n"),
        ("keys/recovery-phrase.txt", "key-recovery-phrase", b"abandon ability able\n"),
        ("keys/jwks.json", "key-jwks", json.dumps({"ed25519": jwk}).encode()),
        ("index-records/aa.json", "index-record", b"{}"),
    ]
    payloads += [(f"credentials/{n}.json", "credential", raw) for n, raw in enumerate(records)]
    files, contents = {}, []
    for path, kind, plain in payloads:
        stored = plain if password is None else json.dumps(envelope(plain, password)).encode()
        name = path if password is None else f"{path}.enc"
        files[name] = stored
        contents.append(
            {
                "id": path,
                "type": kind,
                "path": name,
                "mediaType": "application/json",
                "sha256": sha256(stored).hexdigest(),
                "encrypted": password is not None,
            }
        )
    manifest = {
        "specVersion": "1.0.0",
        "primaryDid": multikey.did_key(keys.public_of(seed)),
        "walletName": "LearnCard",
        "contents": contents,
        "warnings": [],
    }
    files["manifest.json"] = json.dumps(manifest).encode()
    files["README.md"] = b"# LearnCard\n"
    return files


SHARE = {
    "id": "s1",
    "made_at": "2026-06-01T12:00:00+00:00",
    "ends": None,
    "for_whom": "Harbor",
    "for_what": "",
    "form": "link",
    "records": [{"id": "r1", "title": "Welding"}],
    "link": None,
    "sha256": None,
}
TRUSTED = {
    "issuer": "did:web:ridge.example",
    "name": "Ridge",
    "note": "",
    "since": "2026-06-01T12:00:00+00:00",
}


def exported(records: Sequence[bytes], /, **changes: object) -> dict[str, bytes]:
    """The files of our own export, what its index says changed."""
    files = {f"records/{n}.json": raw for n, raw in enumerate(records)}
    index = {
        "format": "ler-wallet-export",
        "version": 1,
        "records": [
            {"file": name, "sha256": sha256(raw).hexdigest()} for name, raw in files.items()
        ],
        "shares": [SHARE],
        "trusted_issuers": [TRUSTED],
        **changes,
    }
    return files | {"index.json": json.dumps(index, indent=1).encode()}
