"""The ways into a vault: each opens it alone, and one that was removed opens nothing."""

from __future__ import annotations

import errno
import traceback
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential, folder_state
from wallet.crypto import recovery, sealing
from wallet.crypto.sealing import STRONG_SEALED_BYTES, Cost
from wallet.errors import Code, VaultError
from wallet.storage import Given, Secret, SlotKind, Vault, container, header, inspect, slots
from wallet.storage.header import HEADER_BYTES, MAX_SLOTS, Slot


def a_code() -> Secret:
    return Secret(SlotKind.RECOVERY, recovery.new_code())


def a_keychain(letter: bytes = b"k") -> Secret:
    return Secret(SlotKind.KEYCHAIN, bytearray(letter * 32))


def add(vault: Vault, proof: Given, new: Given) -> str:
    return vault.add_way(vault.prepare_way(proof, new, now=NOW, cost=CHEAP))


def refused(path: Path, wrong: Given) -> Code:
    before = folder_state(path.parent)
    with pytest.raises(VaultError) as caught:
        Vault.unlock(path, wrong)
    assert folder_state(path.parent) == before
    return caught.value.code


def kinds(vault: Vault) -> list[int]:
    return [way.kind for way in vault.ways()]


def header_of(path: Path) -> bytes:
    return path.read_bytes()[:HEADER_BYTES]


def test_each_way_opens_the_same_vault(vault: Vault) -> None:
    code, keychain = a_code(), a_keychain()
    vault.add([credential(1)], now=NOW)
    add(vault, PASSPHRASE, code)
    add(vault, code, keychain)
    vault.close()
    for way in (PASSPHRASE, code, keychain):
        with Vault.unlock(vault.path, way) as again:
            assert again.count() == 1
            assert kinds(again) == [SlotKind.PASSPHRASE, SlotKind.RECOVERY, SlotKind.KEYCHAIN]
    assert [way.added_at for way in inspect(vault.path).ways] == [NOW, NOW, NOW]


def test_a_way_that_is_not_there_and_one_that_is_wrong_are_told_apart(vault: Vault) -> None:
    vault.close()
    assert refused(vault.path, a_code()) is Code.NO_SUCH_WAY
    assert refused(vault.path, a_keychain()) is Code.NO_SUCH_WAY
    with Vault.unlock(vault.path, PASSPHRASE) as again:
        add(again, PASSPHRASE, a_code())
        add(again, PASSPHRASE, a_keychain())
    assert refused(vault.path, a_code()) is Code.WRONG_RECOVERY_CODE
    assert refused(vault.path, a_keychain(b"x")) is Code.KEYCHAIN_STALE
    assert refused(vault.path, OTHER) is Code.WRONG_PASSPHRASE


def test_the_same_secret_of_another_kind_opens_nothing(vault: Vault) -> None:
    add(vault, PASSPHRASE, Secret(SlotKind.RECOVERY, bytearray(b"k" * 32)))
    add(vault, PASSPHRASE, a_keychain(b"x"))
    vault.close()
    assert refused(vault.path, a_keychain(b"k")) is Code.KEYCHAIN_STALE


def test_changing_the_passphrase_keeps_the_other_ways(vault: Vault) -> None:
    code, keychain = a_code(), a_keychain()
    add(vault, PASSPHRASE, code)
    add(vault, PASSPHRASE, keychain)
    others = vault.ways()[1:]
    vault.change_passphrase(PASSPHRASE, OTHER, now=NOW, cost=CHEAP)
    assert vault.ways()[1:] == others
    vault.close()
    assert refused(vault.path, PASSPHRASE) is Code.WRONG_PASSPHRASE
    for way in (OTHER, code, keychain):
        Vault.unlock(vault.path, way).close()


def test_a_forgotten_passphrase_is_replaced_by_the_recovery_code(vault: Vault) -> None:
    code = a_code()
    add(vault, PASSPHRASE, code)
    vault.change_passphrase(code, OTHER, cost=CHEAP)
    vault.close()
    Vault.unlock(vault.path, OTHER).close()
    Vault.unlock(vault.path, code).close()


def test_a_new_sheet_ends_the_one_before(vault: Vault) -> None:
    old, new = a_code(), a_code()
    add(vault, PASSPHRASE, old)
    add(vault, PASSPHRASE, new)
    assert kinds(vault) == [SlotKind.PASSPHRASE, SlotKind.RECOVERY]
    vault.close()
    assert refused(vault.path, old) is Code.WRONG_RECOVERY_CODE
    Vault.unlock(vault.path, new).close()


def test_a_prepared_sheet_does_not_count_before_it_is_added(vault: Vault) -> None:
    old, new = a_code(), a_code()
    add(vault, PASSPHRASE, old)
    before = header_of(vault.path)
    slot = vault.prepare_way(PASSPHRASE, new, now=NOW)
    assert header_of(vault.path) == before
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)  # meanwhile
    vault.add_way(slot)
    vault.close()
    for way in (OTHER, new):
        Vault.unlock(vault.path, way).close()


@pytest.mark.parametrize("gone", list(SlotKind))
def test_a_removed_way_opens_nothing_and_nothing_of_it_stays(vault: Vault, gone: SlotKind) -> None:
    given = {
        SlotKind.PASSPHRASE: PASSPHRASE,
        SlotKind.RECOVERY: a_code(),
        SlotKind.KEYCHAIN: a_keychain(),
    }
    add(vault, PASSPHRASE, given[SlotKind.RECOVERY])
    add(vault, PASSPHRASE, given[SlotKind.KEYCHAIN])
    (slot,) = [s for s in container.peek(vault.path).slots if s.kind == gone]
    (way,) = [way for way in vault.ways() if way.kind == gone]
    assert header_of(vault.path).count(slot.body[:STRONG_SEALED_BYTES]) == 2
    vault.remove_way(way.id, given[gone])
    vault.close()
    for at in range(0, STRONG_SEALED_BYTES - 16, 16):
        assert slot.body[at : at + 16] not in vault.path.read_bytes()
    assert refused(vault.path, given.pop(gone)) is Code.NO_SUCH_WAY
    for other in given.values():
        Vault.unlock(vault.path, other).close()


@pytest.mark.parametrize(
    "present",
    [
        [SlotKind.PASSPHRASE],
        [SlotKind.RECOVERY],
        [SlotKind.PASSPHRASE, SlotKind.KEYCHAIN],
        [SlotKind.RECOVERY, SlotKind.KEYCHAIN],
    ],
)
def test_the_last_way_a_person_holds_is_never_removed(
    vault: Vault, present: list[SlotKind]
) -> None:
    code = a_code()
    add(vault, PASSPHRASE, code)
    add(vault, PASSPHRASE, a_keychain())
    proof: Given = PASSPHRASE if SlotKind.PASSPHRASE in present else code
    for way in vault.ways():
        if way.kind not in present:
            vault.remove_way(way.id, proof)
    assert kinds(vault) == present
    before = header_of(vault.path)
    with pytest.raises(VaultError) as caught:
        vault.remove_way(vault.ways()[0].id, proof)
    assert caught.value.code is Code.LAST_WAY
    assert header_of(vault.path) == before


@pytest.mark.parametrize("proof", [OTHER, a_code(), a_keychain()], ids=["pass", "code", "keys"])
def test_nothing_changes_without_a_way_that_is_there(vault: Vault, proof: Given) -> None:
    add(vault, PASSPHRASE, a_code())
    before = header_of(vault.path)
    acts = (
        lambda: vault.prepare_way(proof, a_code(), now=NOW),
        lambda: vault.remove_way(vault.ways()[1].id, proof),
        lambda: vault.change_passphrase(proof, OTHER, cost=CHEAP),
    )
    for act in acts:
        with pytest.raises(VaultError) as caught:
            act()
        assert caught.value.code in {
            Code.WRONG_PASSPHRASE,
            Code.WRONG_RECOVERY_CODE,
            Code.NO_SUCH_WAY,
        }
    assert header_of(vault.path) == before


def test_a_way_that_is_unknown_cannot_be_removed(vault: Vault) -> None:
    with pytest.raises(VaultError) as caught:
        vault.remove_way("0" * 12, PASSPHRASE)
    assert caught.value.code is Code.NO_SUCH_WAY


def test_several_computers_have_each_their_own_way(vault: Vault) -> None:
    first, second, third = (a_keychain(letter) for letter in (b"a", b"b", b"c"))
    one, two = add(vault, PASSPHRASE, first), add(vault, PASSPHRASE, second)
    assert (vault.way_of(first), vault.way_of(second), vault.way_of(third)) == (one, two, None)
    vault.add_way(vault.prepare_way(PASSPHRASE, third, now=NOW), replacing=one)
    assert vault.way_of(first) is None
    assert vault.way_of(third) is not None
    vault.close()
    assert refused(vault.path, first) is Code.KEYCHAIN_STALE
    for way in (second, third):
        Vault.unlock(vault.path, way).close()


def test_there_is_room_for_so_many_ways(vault: Vault) -> None:
    for n in range(MAX_SLOTS - 1):
        add(vault, PASSPHRASE, a_keychain(bytes([n + 1])))
    before = header_of(vault.path)
    with pytest.raises(VaultError) as caught:
        add(vault, PASSPHRASE, a_keychain(b"x"))
    assert caught.value.code is Code.TOO_MANY_WAYS
    assert header_of(vault.path) == before
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)  # in its own place
    assert len(vault.ways()) == MAX_SLOTS


def test_ways_of_a_later_version_stay_and_are_listed(vault: Vault) -> None:
    later = Slot(77, b"\x07" * 120)
    file = vault._file
    found = file.read_header()
    file.write_header(replace(found, slots=(*found.slots, later), generation=found.generation + 1))
    add(vault, PASSPHRASE, a_code())
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
    assert later in container.peek(vault.path).slots
    assert 77 in kinds(vault)
    vault.close()
    Vault.unlock(vault.path, OTHER).close()


def test_a_vault_from_before_dates_were_noted_opens(vault: Vault) -> None:
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
    assert vault.ways()[0].added_at is None


def test_two_passphrase_slots_are_damage_and_cost_no_second_try(vault: Vault) -> None:
    file, found = vault._file, vault._file.read_header()
    doubled = replace(found, slots=found.slots * 2, generation=found.generation + 1)
    file.write_header(doubled)
    vault.close()
    assert refused(vault.path, PASSPHRASE) is Code.VAULT_DAMAGED


@given(st.integers(0, STRONG_SEALED_BYTES * 8 - 1), st.sampled_from([SlotKind(2), SlotKind(3)]))
def test_one_altered_bit_of_a_slot_opens_nothing(bit: int, kind: SlotKind) -> None:
    key, secret = sealing.new_key(), Secret(kind, bytearray(b"s" * 32))
    slot = slots.sealed(key, secret, vault_id=bytes(16), now=NOW)
    found = header.Header(1, 1, bytes(16), (slot,))
    assert slots.opened(found, secret) == key
    body = bytearray(slot.body)
    body[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(VaultError):
        slots.opened(replace(found, slots=(Slot(kind, bytes(body)),)), secret)
    with pytest.raises(VaultError):  # nor in another vault
        slots.opened(replace(found, vault_id=b"\1" * 16), secret)


@pytest.mark.parametrize("failing", [0, 1])
def test_a_disk_that_fails_in_the_midst_leaves_a_vault_that_opens(
    vault: Vault, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = a_code()
    old = add(vault, PASSPHRASE, code)
    acts = (
        lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP),
        lambda: add(vault, code, a_keychain()),
        lambda: vault.remove_way(old, PASSPHRASE),
    )
    write = container.ContainerFile._write
    for act in acts:
        writes = iter(range(9))

        def broken(self, index, data, writes=writes):  # type: ignore[no-untyped-def]
            if next(writes) == failing:
                raise OSError(errno.EIO, "no more")
            write(self, index, data)

        before = header_of(vault.path)
        with monkeypatch.context() as patch:
            patch.setattr(container.ContainerFile, "_write", broken)
            if failing == 0:
                with pytest.raises(VaultError) as caught:
                    act()
                assert caught.value.code is Code.VAULT_UNWRITABLE
            else:  # it counts, so it is not told as undone
                act()
        assert (header_of(vault.path) == before) == (failing == 0)
        opening = [given for given in (PASSPHRASE, OTHER, code) if opens(vault.path, given)]
        assert len(opening) == (2 if act is not acts[2] or failing == 0 else 1)
        vault._file.write_header(container.peek(vault.path))  # as the next unlocking does
        if failing == 1 and act is acts[0]:
            vault.change_passphrase(OTHER, PASSPHRASE, cost=CHEAP)


def opens(path: Path, given: Given) -> bool:
    try:
        sealing.wipe(slots.opened(container.peek(path), given))
    except VaultError:
        return False
    return True


def test_a_new_vault_is_as_costly_as_this_computer_can_bear(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Cost] = []
    seal = sealing.seal_key

    def cheap(key: bytearray, passphrase: str, *, cost: Cost, context: bytes) -> bytes:
        seen.append(cost)
        return seal(key, passphrase, cost=CHEAP, context=context)

    monkeypatch.setattr(sealing, "seal_key", cheap)
    with Vault.create(path, PASSPHRASE, now=NOW) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER)
    assert len(seen) == 6  # two measures, then the real one; twice
    for cost in (seen[2], seen[5]):
        cost.check()
        assert cost.memory_kib >= 64 * 1024
        assert cost.iterations >= 3


def test_no_secret_is_printed() -> None:
    secret = Secret(SlotKind.RECOVERY, bytearray(b"\1\2\3" * 10))
    assert "\\x01" not in repr(secret)
    assert "1, 2" not in f"{secret} {[secret]}"
    with pytest.raises(VaultError) as caught:
        slots.opened(header.Header(1, 1, bytes(16), ()), secret)
    assert "x01" not in "".join(traceback.format_exception(caught.value))
    secret.wipe()
    assert not any(secret.value)


def test_secrets_and_keys_are_wiped(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytearray] = []
    for name in ("open_key", "open_key_strong", "derive_key", "normalise"):
        original = getattr(sealing, name)

        def kept(*args, original=original, **more):  # type: ignore[no-untyped-def]
            made.append(original(*args, **more))
            return made[-1]

        monkeypatch.setattr(sealing, name, kept)
    code = a_code()
    add(vault, PASSPHRASE, code)
    vault.change_passphrase(code, OTHER, cost=CHEAP)
    vault.remove_way(vault.ways()[1].id, OTHER)
    assert len(made) >= 6
    assert [secret for secret in made if any(secret)] == []


def test_changing_ways_leaves_no_other_file(vault: Vault) -> None:
    add(vault, PASSPHRASE, a_code())
    vault.remove_way(vault.ways()[1].id, PASSPHRASE)
    vault.close()
    assert [file.name for file in vault.path.parent.iterdir()] == [vault.path.name]
