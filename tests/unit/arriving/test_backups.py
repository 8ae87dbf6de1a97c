"""Backups of other wallets: every format read, every lock opened, everything accounted for."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import backups
from tests.backups import DID, PASSWORD, SEED, SHARE, TRUSTED
from tests.paths import shared
from tests.world import World
from wallet import arriving, formats
from wallet.arriving import Kind, keys, learncard, opening, universal
from wallet.crypto import multikey
from wallet.errors import Code, MalformedError, WalletError
from wallet.inputs import Input
from wallet.model import Credential

OTHER = bytes(range(100, 132))


@pytest.fixture(scope="module")
def records():
    world = World()
    issuer = world.issuer("Harbor College", "web")
    return [world.issue(issuer, title=title) for title in ("Welding", "Café ™")]


def read(data: bytes | str | dict, password: str | None = None, name: str = "Backup.json"):
    if isinstance(data, dict):
        data = json.dumps(data)
    data = data.encode() if isinstance(data, str) else data
    given_ = Input(f"/home/robin/{name}", data)
    assert arriving.is_backup(given_)
    return arriving.read(given_, password)


def error_of(data, password=None) -> Code:
    with pytest.raises(WalletError) as caught:
        read(data, password)
    return caught.value.code


def datas(arrival) -> list[bytes]:
    return [item.data for item in arrival.items if item.error is None]


def errors(arrival) -> dict[str, Code]:
    return {item.source: item.error.code for item in arrival.items if item.error is not None}


# Learner Credential Wallet and the Universal Wallet


@pytest.mark.parametrize("bare", [True, False], ids=["one object", "array"])
def test_a_plain_backup_gives_the_records_in_their_own_bytes_and_the_key(records, bare):
    text = backups.profile(records)
    arrival = read(text if bare else f"[{text}]")
    assert arrival.kind is Kind.UNIVERSAL
    assert datas(arrival) == records
    assert [item.source for item in arrival.items] == ["Backup.json: Default 1",
                                                       "Backup.json: Default 2"]  # fmt: skip
    assert [(key.did, key.seed, key.name) for key in arrival.keys] == [(DID, SEED, "Default")]
    assert arrival.others == ()
    assert all(isinstance(formats.read(data), Credential) for data in datas(arrival))


def test_every_profile_of_a_backup_is_read(records):
    two = backups.lcw(
        backups.profile(records[:1], "School"), backups.profile(records[1:], "Work", OTHER)
    )
    arrival = read(two)
    assert datas(arrival) == records
    assert [(key.name, key.seed) for key in arrival.keys] == [("School", SEED), ("Work", OTHER)]


def test_a_seed_shows_in_no_text_of_what_was_found(records):
    arrival = read(backups.profile(records))
    assert repr(SEED) not in repr(arrival)
    assert SEED.hex() not in repr(arrival)


@pytest.mark.parametrize("many", [True, False])
def test_a_locked_backup_of_older_builds_opens_with_its_password(records, many):
    text = backups.profile(records, "Élan")
    locked = backups.lcw_locked(f"[{text}]" if many else text)
    assert error_of(locked) is Code.BACKUP_LOCKED
    assert error_of(locked, "wrong") is Code.WRONG_BACKUP_PASSWORD
    arrival = read(locked, PASSWORD)
    assert datas(arrival) == records
    assert [key.name for key in arrival.keys] == ["Élan"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"p2c": 0}, Code.NUMBER_OUT_OF_RANGE),
        ({"p2c": 1_000_001}, Code.NUMBER_OUT_OF_RANGE),
        ({"p2c": True}, Code.NUMBER_OUT_OF_RANGE),
        ({"p2c": "1000"}, Code.NUMBER_OUT_OF_RANGE),
        ({"p2s": ""}, Code.NUMBER_OUT_OF_RANGE),
        ({"p2s": backups.b64(bytes(1025))}, Code.NUMBER_OUT_OF_RANGE),
        ({"p2s": 7}, Code.BACKUP_DAMAGED),
        ({"alg": "PBES2-HS256+A128KW"}, Code.BACKUP_UNKNOWN),
        ({"enc": "A128CBC-HS256"}, Code.BACKUP_UNKNOWN),
    ],
)
def test_the_cost_of_opening_a_locked_backup_is_bounded(records, change, code):
    locked = backups.lcw_locked(backups.profile(records))
    locked["credentialSubject"]["jwe"]["recipients"][0]["header"].update(change)
    assert error_of(locked, PASSWORD) is code


@pytest.mark.parametrize("member", ["ciphertext", "tag", "iv"])
def test_a_locked_backup_that_was_changed_does_not_open(records, member):
    locked = backups.lcw_locked(backups.profile(records))
    jwe = locked["credentialSubject"]["jwe"]
    jwe[member] = ("B" if jwe[member][0] == "A" else "A") + jwe[member][1:]
    assert error_of(locked, PASSWORD) is Code.WRONG_BACKUP_PASSWORD


def test_the_locked_form_of_the_specification_opens_with_its_password(records):
    texts = [raw.decode() for raw in records]
    locked = {
        "status": "LOCKED",
        "contents": [backups.universal_jwe(text.encode()) for text in texts],
    }
    assert error_of(locked) is Code.BACKUP_LOCKED
    assert error_of(locked, "wrong") is Code.WRONG_BACKUP_PASSWORD
    assert datas(read(locked, PASSWORD)) == records


def test_an_encrypted_wallet_credential_of_the_specification_opens(records):
    inner = f'{{"contents": [{records[0].decode()}]}}'.encode()
    locked = {
        "type": ["VerifiableCredential", "EncryptedWallet"],
        "credentialSubject": {"encryptedWalletContents": backups.universal_jwe(inner)},
    }
    assert datas(read(locked, PASSWORD)) == records[:1]


def test_xchacha20_poly1305_is_that_of_the_draft():
    """draft-irtf-cfrg-xchacha-03, appendix A.3.1."""
    plain = (
        b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
        b"future, sunscreen would be it."
    )
    key = bytes(range(0x80, 0xA0))
    nonce = bytes(range(0x40, 0x58))
    bound = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
    box = bytes.fromhex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a8"
        "2f4eda7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369"
        "488f76b2383565d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49"
    )
    assert opening._xchacha(key, nonce, box, bound) == plain


def test_the_published_unlocked_wallet_is_read_as_it_is():
    published = json.loads(shared("vectors/wallet/universal-wallet__unlocked.json").read_text())
    arrival = read(published["wallet_unlocked"])
    (data,) = datas(arrival)
    assert json.loads(data) == published["wallet_unlocked"]["contents"][0]
    assert isinstance(formats.read(data), Credential)


def test_the_published_locked_wallets_open():
    """Where they lie beside the others: the specification's, and one by that wallet's own code."""
    locked = json.loads(shared("vectors/wallet/universal-wallet__locked.json").read_text())
    word = json.loads(shared("vectors/wallet/universal-wallet__password.json").read_text())
    plain = json.loads(shared("vectors/wallet/universal-wallet__unlocked.json").read_text())
    (data,) = datas(read(locked["wallet_locked"], word["password"]))
    assert json.loads(data) == plain["wallet_unlocked"]["contents"][0]


def test_a_lock_within_a_lock_is_not_followed(records):
    inner = json.dumps(backups.lcw_locked(backups.profile(records)))
    assert error_of(backups.lcw_locked(inner), PASSWORD) is Code.BACKUP_UNKNOWN


def test_what_is_no_record_is_named_and_nothing_is_dropped(records):
    wallet = json.loads(backups.profile([]))
    wallet["contents"] += [
        {"type": "Currency", "value": 5},
        {"type": "X25519KeyAgreementKey2020", "id": "#lone", "publicKeyMultibase": "z6LSother",
         "privateKeyMultibase": "z3weother"},
        {"type": ["VerifiableCredential"], "issuer": 5},
        "eyJhbGciOiJFZERTQSJ9.e30.AA",
    ]  # fmt: skip
    arrival = read(wallet)
    assert arrival.others == ("Currency",)
    assert errors(arrival) == {"Backup.json: #lone": Code.KEY_UNSUPPORTED}
    assert len(datas(arrival)) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"controller": "did:key:z6Mkother"}, Code.KEY_DID_MISMATCH),
        ({"controller": "did:web:school.example"}, Code.DID_METHOD_UNSUPPORTED),
        (
            {"publicKeyMultibase": multikey.encode_multikey(keys.public_of(OTHER))},
            Code.KEY_DID_MISMATCH,
        ),
        ({"privateKeyMultibase": "zrv"}, Code.KEY_UNSUPPORTED),
        ({"privateKeyMultibase": "0"}, Code.BAD_MULTIBASE),
        (
            {"privateKeyMultibase": "z" + multikey.encode_base58btc(b"\x80\x26" + SEED + OTHER)},
            Code.KEY_DID_MISMATCH,
        ),
        (
            {"privateKeyMultibase": "z" + multikey.encode_base58btc(b"\x86\x26" + SEED)},
            Code.KEY_UNSUPPORTED,
        ),
        (
            {"privateKeyMultibase": "z" + multikey.encode_base58btc(b"\x80\x26" + SEED[:31])},
            Code.BAD_KEY,
        ),
    ],
)
def test_a_key_that_does_not_fit_is_refused_and_said(records, change, code):
    key = keys.as_object(DID, SEED) | change
    wallet = {"type": "UniversalWallet2020", "status": "UNLOCKED", "contents": [key]}
    arrival = read(wallet)
    assert arrival.keys == ()
    assert list(errors(arrival).values()) == [code]


@pytest.mark.parametrize(
    "key",
    [
        {
            "type": "Ed25519VerificationKey2018",
            "controller": DID,
            "privateKeyBase58": multikey.encode_base58btc(SEED + keys.public_of(SEED).data),
        },
        {
            "type": "Multikey",
            "controller": DID,
            "secretKeyMultibase": "z" + multikey.encode_base58btc(b"\x80\x26" + SEED),
        },
        {
            "type": "JsonWebKey2020",
            "controller": DID,
            "privateKeyJwk": {
                "kty": "OKP",
                "crv": "Ed25519",
                "d": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                "x": "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
            },
        },
    ],
    ids=lambda key: key["type"],
)
def test_every_way_to_write_the_key_is_understood(key):
    wallet = {"type": "UniversalWallet2020", "status": "UNLOCKED", "contents": [key]}
    assert [found.seed for found in read(wallet).keys] == [SEED]


def test_ours_spells_keys_as_the_other_wallet_does():
    made = keys.as_object(DID, SEED)
    assert made["privateKeyMultibase"].startswith(("zrv", "zru"))
    assert made["publicKeyMultibase"].startswith("z6Mk")
    other = keys.agreement_object(DID, SEED)
    assert other["privateKeyMultibase"].startswith("z3we")
    assert other["publicKeyMultibase"].startswith("z6LS")


def test_how_many_locks_are_tried_is_bounded(records):
    locked = backups.lcw_locked(backups.profile(records[:1]), iterations=1)
    assert len(datas(read(json.dumps([locked] * 8), PASSWORD))) == 8
    assert error_of(json.dumps([locked] * 9), PASSWORD) is Code.BACKUP_TOO_LARGE


def test_many_things_among_wallets_are_read_in_one_walk(records):
    """Ten thousand would take minutes if the text were walked once for each."""
    many = [backups.profile([]), *['{"type": "Thing", "pad": "' + "x" * 200 + '"}'] * 10_000]
    began = time.perf_counter()
    arrival = read(f"[{','.join(many)}]")
    assert len(arrival.others) == 10_000
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(("name", "most"), [("MAX_PROFILES", 1), ("MAX_CONTENTS", 3)])
def test_how_much_a_backup_may_hold_is_bounded(records, monkeypatch, name, most):
    monkeypatch.setattr(universal, name, most)
    two = backups.lcw(backups.profile(records), backups.profile(records))
    assert error_of(two) is Code.BACKUP_TOO_LARGE


# What is no backup


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"not json UniversalWallet2020",
        b'{"description": "UniversalWallet2020"}',
        b'{"type": ["VerifiableCredential"], "name": "EncryptedWallet"}',
        b'{"status": "LOCKED"}',
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_other_things_are_no_backup(data):
    assert not arriving.is_backup(Input("x", data))


def test_a_credential_is_no_backup_whatever_it_says(records):
    world = World()
    issuer = world.issuer("Harbor College", "web")
    said = world.issue(issuer, title='UniversalWallet2020 EncryptedWallet "LOCKED"')
    assert not any(arriving.is_backup(Input("x", raw)) for raw in [*records, said])


# The tar of the T3 wallet


def test_a_tar_gives_its_records_and_key(records):
    arrival = read(backups.dcw(records), name="backup.tar")
    assert arrival.kind is Kind.DCW
    assert datas(arrival) == records
    assert [(key.did, key.name) for key in arrival.keys] == [(DID, "Work")]
    assert arrival.others == ()


def test_a_record_that_a_profile_names_and_that_is_gone_is_said(records):
    arrival = read(backups.dcw(records, missing=b""), name="backup.tar")
    assert errors(arrival) == {"backup.tar: credentials/gone.json": Code.BACKUP_PART_MISSING}
    assert datas(arrival) == records


# LearnCard


def test_a_bundle_opens_with_its_password(records):
    data = backups.zipped(backups.learncard_files(records))
    assert error_of(data) is Code.BACKUP_LOCKED
    assert error_of(data, "wrong") is Code.WRONG_BACKUP_PASSWORD
    arrival = read(data, PASSWORD, "bundle.zip")
    assert arrival.kind is Kind.LEARNCARD
    assert datas(arrival) == records
    assert [key.did for key in arrival.keys] == [DID]
    assert set(arrival.others) == {"keys/recovery-phrase.txt.enc", "index-records/aa.json.enc"}


def test_a_bundle_without_encryption_needs_no_password(records):
    arrival = read(backups.zipped(backups.learncard_files(records, password=None)))
    assert datas(arrival) == records
    assert [key.seed for key in arrival.keys] == [SEED]


def test_a_payload_that_was_changed_or_lost_is_named(records):
    files = backups.learncard_files(records)
    files["credentials/0.json.enc"] += b" "
    del files["credentials/1.json.enc"]
    arrival = read(backups.zipped(files), PASSWORD, "b.zip")
    assert datas(arrival) == []
    assert errors(arrival) == {
        "b.zip: credentials/0.json.enc": Code.BACKUP_PART_DAMAGED,
        "b.zip: credentials/1.json.enc": Code.BACKUP_PART_MISSING,
    }


def test_a_bundle_for_another_identity_gives_no_key(records):
    files = backups.learncard_files(records, password=None)
    manifest = json.loads(files["manifest.json"])
    manifest["primaryDid"] = multikey.did_key(keys.public_of(OTHER))
    files["manifest.json"] = json.dumps(manifest).encode()
    arrival = read(backups.zipped(files))
    assert arrival.keys == ()
    assert set(errors(arrival).values()) == {Code.KEY_DID_MISMATCH}


@pytest.mark.parametrize(
    "change",
    [{"memoryCost": 2**31}, {"timeCost": 10**6}, {"parallelism": 0}, {"memoryCost": "64"}],
)
def test_the_cost_of_an_envelope_is_bounded(change):
    envelope = backups.envelope(b"x")
    envelope["kdfParams"] |= change
    with pytest.raises(MalformedError) as caught:
        opening.open_envelope(envelope, PASSWORD)
    assert caught.value.code is Code.NUMBER_OUT_OF_RANGE


def test_the_work_for_a_whole_bundle_is_bounded(records, monkeypatch):
    monkeypatch.setattr(learncard, "MAX_WORK_KIB", 64 * 3)
    arrival = read(backups.zipped(backups.learncard_files(records)), PASSWORD)
    assert len(datas(arrival)) == 1
    assert list(errors(arrival).values()) == [Code.BACKUP_TOO_LARGE]


def test_a_newer_bundle_is_said_to_be_unknown(records):
    files = backups.learncard_files(records)
    files["manifest.json"] = files["manifest.json"].replace(b"1.0.0", b"2.0.0")
    assert error_of(backups.zipped(files), PASSWORD) is Code.BACKUP_UNKNOWN


def test_an_envelope_of_ours_is_one_of_theirs():
    sealed = opening.seal_envelope(b"secret", PASSWORD)
    assert opening.open_envelope(sealed, PASSWORD) == b"secret"
    assert opening.envelope_cost(sealed) == opening.ENVELOPE_COST


# Our own export


def test_our_own_export_is_read_whole(records):
    arrival = read(backups.zipped(backups.exported(records)), name="all.zip")
    assert arrival.kind is Kind.OWN
    assert datas(arrival) == records
    assert [share.titles for share in arrival.shares] == [("Welding",)]
    assert [issuer for issuer, _known in arrival.trusted] == ["did:web:ridge.example"]
    assert errors(arrival) == {}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"shares": [SHARE, {**SHARE, "made_at": "soon"}]}, "index.json shares 2"),
        ({"shares": [{**SHARE, "made_at": "2026-06-01"}, SHARE]}, "index.json shares 1"),
        ({"shares": [SHARE, {**SHARE, "records": 7}]}, "index.json shares 2"),
        (
            {"trusted_issuers": [TRUSTED, {**TRUSTED, "issuer": "x"}]},
            "index.json trusted_issuers 2",
        ),
        (
            {"trusted_issuers": [TRUSTED, {**TRUSTED, "note": "x" * 501}]},
            "index.json trusted_issuers 2",
        ),
        ({"records": [{}]}, "index.json records 1"),
        ({"records": [{"file": "../x", "sha256": ""}]}, "../x"),
    ],
)
def test_what_the_index_says_wrong_is_named_and_the_rest_is_read(records, changes, named):
    arrival = read(backups.zipped(backups.exported(records, **changes)), name="all.zip")
    assert list(errors(arrival)) == [f"all.zip: {named}"]
    assert len(arrival.shares) == len(arrival.trusted) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 2}, Code.BACKUP_UNKNOWN),
        ({"records": {}}, Code.BACKUP_DAMAGED),
        ({"shares": 5}, Code.BACKUP_DAMAGED),
    ],
)
def test_an_index_that_is_none_is_refused(records, changes, code):
    assert error_of(backups.zipped(backups.exported(records, **changes))) is code


def test_keys_that_are_damaged_are_named_and_the_records_are_read(records):
    files = backups.exported(records) | {"keys.json": b"{"}
    assert read(backups.zipped(files)).locked == ("keys.json",)
    arrival = read(backups.zipped(files), PASSWORD, "all.zip")
    assert datas(arrival) == records
    assert list(errors(arrival)) == ["all.zip: keys.json"]


# Whatever the bytes

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
_MEMBERS = st.sampled_from(
    ["type", "status", "contents", "credentialSubject", "jwe", "recipients", "header", "id",
     "privateKeyMultibase", "controller", "data", "profileName", "encryptedWalletContents"]
)  # fmt: skip
_VALUES = st.recursive(
    _JSON
    | st.sampled_from(["UniversalWallet2020", "EncryptedWallet", "LOCKED", "UNLOCKED", DID,
                       "ProfileMetadata", keys.as_object(DID, SEED)["privateKeyMultibase"]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_MEMBERS, inner, max_size=5),
    max_leaves=12,
)  # fmt: skip


@given(_VALUES, st.none() | st.just("x"))
def test_reading_a_wallet_raises_only_what_is_foreseen(value, password):
    found = universal.parse(json.dumps(value).encode())
    if found is not None:
        with contextlib.suppress(WalletError):
            universal.read("x", *found, password)


_NAMES = st.sampled_from([*SHARE, *TRUSTED, "records", "file", "keys"])
_ENTRIES = st.lists(st.dictionaries(_NAMES, _JSON, max_size=4), max_size=3)


@given(records=_ENTRIES | _JSON, shares=_ENTRIES | _JSON, trusted_issuers=_ENTRIES | _JSON)
def test_reading_an_index_raises_only_what_is_foreseen(**changes):
    with contextlib.suppress(WalletError):
        arriving.read(Input("x", backups.zipped(backups.exported([], **changes))), "x")


@given(st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"{", b"["]))
def test_reading_any_bytes_raises_only_what_is_foreseen(data, start):
    given_ = Input("x", start + data)
    arriving.is_backup(given_)
    with contextlib.suppress(WalletError):
        arriving.read(given_, "x")
