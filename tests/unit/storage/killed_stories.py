"""Run by test_vault_kills: plays stories in processes that are killed at random instants.

Arguments: a folder, a seed, how many kills, and the stories (all, if none). After each kill the
vault must open, be whole, and hold exactly what was reported as done, with or without the one
step under way. Prints a line for each kill: the story, and how far it had come; a difference ends
the run with a traceback. More stories: write a function, add it to `STORIES`.
"""

from __future__ import annotations

import copy
import json
import os
import random
import select
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from scripts import make_vault_fixture as made
from tests.unit.storage.killed_child import die_at
from wallet.errors import Code, VaultError
from wallet.model import Format
from wallet.storage import CheckedReport, Cost, NewCredential, Vault, backups, salvage

NOW = datetime(2026, 5, 20, tzinfo=UTC)
CHEAP = Cost(memory_kib=8, iterations=1, lanes=1)
OLD = Path(__file__).parents[2] / "vaults" / "version-1.ler"
MOST = 40  # credentials in the vault, so that checking it stays quick

Step = tuple[str, list[int]]  # what is done, to which credentials or with which number


def credential(number: int) -> NewCredential:
    """Return the credential of a number; some are longer than a page, some than ten."""
    return NewCredential(
        raw=b"%d " % number * (50, 900, 9000)[number % 3],
        format=Format.UNSECURED,
        title=f"Certificate {number}",
        issuer="did:web:school.example",
        report_json="0",
    )


@dataclass
class Model:
    """What a vault must hold: per credential the answer kept with it, and what was removed."""

    kept: dict[int, int] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    passphrase: int = 0
    setting: int = 0

    def after(self, step: Step) -> Model:
        """Return what it must hold once a step is done."""
        (what, numbers), new = step, copy.deepcopy(self)
        if what == "add":
            new.kept |= dict.fromkeys(numbers, 0)
        elif what == "check":
            new.kept |= {n: new.kept[n] + 1 for n in numbers}
        elif what == "remove":
            new.removed |= set(numbers)
        elif what == "restore":
            new.removed -= set(numbers)
        elif what == "erase":
            new.kept = {n: v for n, v in new.kept.items() if n not in numbers}
            new.removed -= set(numbers)
        elif what == "passphrase":
            (new.passphrase,) = numbers
        elif what == "set":
            (new.setting,) = numbers
        return new


def act(vault: Vault, step: Step, model: Model) -> None:
    """Do a step."""
    what, numbers = step
    ids = [credential(n).id for n in numbers]
    if what == "add":
        vault.add([credential(n) for n in numbers], now=NOW)
    elif what == "check":
        vault.set_reports(
            CheckedReport(credential(n).id, str(model.kept[n] + 1), NOW) for n in numbers
        )
    elif what == "remove":
        vault.remove(ids, now=NOW)
    elif what == "restore":
        vault.restore(ids)
    elif what == "erase":
        vault.erase(ids)
    elif what == "passphrase":
        vault.change_passphrase(secret(model.passphrase), secret(numbers[0]), cost=CHEAP)
    elif what == "set":
        vault.set_setting("number", str(numbers[0]))


def secret(number: int) -> str:
    """Return the passphrase of a number."""
    return f"passphrase {number}"


def _some(chance: random.Random, among: Iterable[int]) -> list[int]:
    known = sorted(among)
    return chance.sample(known, min(len(known), chance.randint(1, 4)))


def importing(chance: random.Random, model: Model) -> Step:
    """Add some; where there are too many already, make room."""
    if len(model.kept) > MOST:
        return "erase", sorted(model.kept)[: MOST // 2]
    start = chance.randrange(1_000_000)
    return "add", list(range(start, start + chance.randint(1, 6)))


def editing(chance: random.Random, model: Model) -> Step:
    """Keep new answers of a check, or a setting."""
    some = _some(chance, model.kept)
    return ("check", some) if some and chance.random() < 0.7 else ("set", [chance.randrange(999)])


def removing(chance: random.Random, model: Model) -> Step:
    """Remove some, bring some back, erase some."""
    what = chance.choice(("remove", "restore", "erase"))
    some = _some(chance, set(model.kept) - model.removed if what == "remove" else model.removed)
    return (what, some) if some else importing(chance, model)


def changing(_chance: random.Random, model: Model) -> Step:
    """Change the passphrase."""
    return "passphrase", [model.passphrase + 1]


USE: dict[str, Callable[[random.Random, Model], Step]] = {
    "import": importing,
    "edit": editing,
    "remove": removing,
    "passphrase": changing,
}
STEPS = 6  # of a story


@dataclass
class Story:
    """What is played in the child, and how what the kill left is judged."""

    folder: Path
    chance: random.Random
    name: str

    @property
    def vault(self) -> Path:
        return self.folder / "vault.ler"

    def told(self) -> list[str]:
        return (self.folder / "told").read_text().splitlines()


class Using(Story):
    """Steps in a vault that outlives every kill: each round goes on with what the last left."""

    def begin(self, model: Model | None) -> None:
        self.model = model or Model()
        if model is None:
            Vault.create(self.vault, secret(0), now=NOW, cost=CHEAP).close()
        steps, now = [], self.model
        for _ in range(STEPS):
            steps.append(USE[self.name](self.chance, now))
            now = now.after(steps[-1])
        self.steps = steps

    def play(self) -> None:
        with (self.folder / "told").open("w", buffering=1) as told:
            vault, model = Vault.unlock(self.vault, secret(self.model.passphrase)), self.model
            vault._log_limit = 10
            for step in self.steps:
                act(vault, step, model)
                print(json.dumps(step), file=told)
                model = model.after(step)
            vault.close()

    def judge(self) -> Model:
        """Return what is there; raise unless it is what was reported, or one step more."""
        done = len(self.told())
        model = self.model
        for step in self.steps[:done]:
            model = model.after(step)
        possible = [model, *(model.after(step) for step in self.steps[done : done + 1])]
        vault, passphrase = self._opened({one.passphrase for one in possible})
        with vault:
            vault.check_integrity()
            found = self._found(vault, passphrase)
        assert found in possible, (self.name, done, found, possible)
        return found

    def _opened(self, passphrases: set[int]) -> tuple[Vault, int]:
        for number in sorted(passphrases):
            try:
                return Vault.unlock(self.vault, secret(number)), number
            except VaultError as error:
                if error.code is not Code.WRONG_PASSPHRASE:
                    raise
        raise AssertionError("no passphrase opens it")

    def _found(self, vault: Vault, passphrase: int) -> Model:
        model = Model(passphrase=passphrase, setting=int(vault.setting("number") or 0))
        gone = vault.removed()
        for row in [*vault.rows(), *gone]:
            number = int(row.title.split()[1])
            stored = vault.get(row.id)
            assert stored.raw == credential(number).raw
            model.kept[number] = int(stored.report_json or 0)
        model.removed = {int(row.title.split()[1]) for row in gone}
        return model


class Migrating(Story):
    """A vault of version 1 is opened, which makes it one of this version."""

    def begin(self, _model: Model | None) -> None:
        for file in self.folder.iterdir():
            file.unlink()
        shutil.copyfile(OLD, self.vault)

    def play(self) -> None:
        with (self.folder / "told").open("w", buffering=1) as told:
            for step in ("opened", "opened again"):
                Vault.unlock(self.vault, made.PASSPHRASE).close()
                print(step, file=told)

    def judge(self) -> None:
        copy_of_it = self.folder / "vault.ler.version-1"
        if copy_of_it.exists():  # it has its name only once it was read again
            assert copy_of_it.read_bytes() == OLD.read_bytes()
        with Vault.unlock(self.vault, made.PASSPHRASE) as vault:
            vault.check_integrity()
            assert [vault.get(item.id).raw for item in made.KEPT] == [i.raw for i in made.KEPT]
            assert vault.get_fact(made.FACT.url) == made.FACT
            assert vault.setting("learner_name") == "Ana Núñez"


class Salvaging(Story):
    """What can be read of a damaged vault is saved into a new one."""

    def begin(self, _model: Model | None) -> None:
        for file in self.folder.iterdir():
            file.unlink()
        self.whole = bytearray(OLD.read_bytes())
        self.whole[8192 + 4096 * 5 + 7] ^= 1
        self.vault.write_bytes(self.whole)

    def play(self) -> None:
        with (self.folder / "told").open("w", buffering=1) as told:
            self._salvage("new.ler")
            print("saved", file=told)

    def _salvage(self, name: str) -> int:
        return salvage(
            self.vault,
            made.PASSPHRASE,
            self.folder / name,
            describe=lambda _raw, _box: None,
            now=NOW,
            cost=CHEAP,
        ).credentials

    def judge(self) -> None:
        assert self.vault.read_bytes() == self.whole
        again = self._salvage("again.ler")
        assert not (self.told() and not (self.folder / "new.ler").exists())
        if (self.folder / "new.ler").exists():  # it has its name only once it is whole
            with Vault.unlock(self.folder / "new.ler", made.PASSPHRASE) as vault:
                vault.check_integrity()
                assert len([*vault.rows(), *vault.removed()]) == again


class BackingUp(Story):
    """Backups are made; one that has its name is whole, whenever its maker died."""

    def begin(self, _model: Model | None) -> None:
        if not self.vault.exists():
            with Vault.create(self.vault, secret(0), now=NOW, cost=CHEAP) as vault:
                vault.create_identity(now=NOW)
                vault.add([credential(n) for n in range(8)], now=NOW)
        for old in self.folder.glob("*.ler-backup"):
            old.unlink()

    def play(self) -> None:
        with (self.folder / "told").open("w", buffering=1) as told:
            vault = Vault.unlock(self.vault, secret(0))
            for number in range(3):
                vault.back_up(self.folder / f"{number}.ler-backup", now=NOW)
                print("backed up", file=told)
            vault.close()

    def judge(self) -> None:
        made_ones = sorted(self.folder.glob("*.ler-backup"))
        assert len(made_ones) - len(self.told()) in {0, 1}
        for path in made_ones:
            backups.check(path)
        with Vault.unlock(self.vault, secret(0)) as vault:
            vault.check_integrity()
            assert vault.count() == 8


STORIES: dict[str, type[Using | Migrating | Salvaging | BackingUp]] = {
    **dict.fromkeys(USE, Using),
    "migration": Migrating,
    "salvage": Salvaging,
    "backup": BackingUp,
}


def run(root: Path, seed: int, kills: int, names: list[str]) -> None:
    """Kill as many times as told, each story in turn."""
    chance = random.Random(seed)
    model: Model | None = None
    lasted: dict[str, float] = {}
    done, turn = 0, 0
    while done < kills:
        name = names[turn % len(names)]
        turn += 1
        kind = STORIES[name]
        folder = root / kind.__name__
        folder.mkdir(exist_ok=True)
        story = kind(folder, chance, name)
        story.begin(model)
        (folder / "told").write_text("")
        killed, seconds = _play_and_kill(story, chance, lasted.get(name, 0.05))
        steps = len(story.told())
        if not killed:  # it came to its end first: now it is known how long that takes
            lasted[name] = seconds
        found = story.judge()
        model = found if isinstance(found, Model) else model
        if killed:
            done += 1
            print(name, steps, flush=True)


def _play_and_kill(
    story: Using | Migrating | Salvaging | BackingUp, chance: random.Random, lasts: float
):  # type: ignore[no-untyped-def]
    """Play a story in a process that dies: at an instant, or half-way through a write."""
    within_a_write = chance.random() < 0.3
    point, delay = chance.randint(1, 120), chance.random() * lasts
    ready, ending = os.pipe()
    started = perf_counter()
    child = os.fork()
    if child == 0:
        os.close(ready)
        if within_a_write:
            die_at(point)
        story.play()
        os._exit(0)
    os.close(ending)
    # The pipe's other end closes when the child is gone, whichever way.
    if not select.select([ready], [], [], None if within_a_write else delay)[0]:
        os.kill(child, signal.SIGKILL)
    os.close(ready)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"{story.name} failed in the child")
    return os.WIFSIGNALED(status), perf_counter() - started


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:] or list(STORIES))
