"""What a person does with their own records, one method each.

`Wallet` owns the vault and needs no network; `Verifier` (in `wallet.checking`) needs no vault.
Both front-ends, the command line and the window, call these two objects and nothing below them.
Everything is synchronous; callers decide about threads. Methods raise `WalletError` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from wallet import filing, formats, moving, outputs, rechecking, trusting
from wallet.administration import Rules
from wallet.arriving import Arrival
from wallet.backing_up import Backups
from wallet.bringing_back import RestorePlan, Restoring
from wallet.checking import Checked, Clock, Inner, State, Verifier, state_of
from wallet.errors import Code, VaultError, WalletError
from wallet.in_memory import InMemory
from wallet.kept import Entry, Export, Kept, Row, ShareRow, TakenOver
from wallet.listed import Listed
from wallet.model import Credential, Fact
from wallet.moving import Belongings
from wallet.ports import Keychain
from wallet.rechecking import Rechecking, notice_of
from wallet.record import Kind
from wallet.refreshing import News, Notice, Refreshed, Round
from wallet.report import Question, Reason, VerificationReport, from_json
from wallet.share import (
    Always,
    Form,
    Leaving,
    Made,
    Offer,
    Part,
    SharePlan,
    Shown,
    choose,
    parts_of,
)
from wallet.share import describe as leaving_of
from wallet.share import plan as plan_of
from wallet.storage import AddOutcome, Cost, Given, ShareRecord, Vault
from wallet.upkeep import Upkeep
from wallet.verify import Trusted
from wallet.ways import Steady, Ways

__all__ = [
    "Always",
    "Checked",
    "Entry",
    "Export",
    "Form",
    "Inner",
    "Kept",
    "Leaving",
    "Made",
    "News",
    "Notice",
    "Offer",
    "Part",
    "Refreshed",
    "Row",
    "SharePlan",
    "ShareRow",
    "State",
    "TakenOver",
    "Trusted",
    "Verifier",
    "Wallet",
    "state_of",
]

Progress = Callable[[int, int], bool]  # (done, total) -> go on? False cancels

MIN_PASSPHRASE = 8  # characters; NIST SP 800-63B section 5.1.1.2
KEPT_AT_ONCE = 200  # credentials written in one transaction, so that progress can be shown


class Wallet:
    """A person's vault and what they do with it. At most one vault is open at a time."""

    def __init__(
        self,
        verifier: Verifier,
        *,
        clock: Clock,
        cost: Cost | None = None,
        keychain: Keychain | None = None,
        rules: Rules | None = None,
        moment: Callable[[], Steady] | None = None,
    ) -> None:
        self._verifier = verifier
        self._rules = rules if rules is not None else Rules()
        self._clock = clock
        self._cost = cost
        self.ways = Ways(
            self._open,
            clock=clock,
            cost=cost,
            keychain=keychain,
            shared=self._rules.shared,
            moment=moment,
        )
        self.backups = Backups(self._open, clock=clock, rules=self._rules)
        self.upkeep = Upkeep(
            self._open, verifier, ways=self.ways, backups=self.backups, clock=clock, cost=cost
        )
        self._listed = Listed(verifier)
        self._vault: Vault | None = None
        self.restoring = Restoring(
            self._open,
            ways=self.ways,
            clock=clock,
            describe=self.upkeep.described,
            merged=self._merged,
        )
        self._trusted: Mapping[str, Trusted] = {}
        self.in_memory = InMemory(lambda: self._vault)

    # Opening and locking

    @property
    def is_open(self) -> bool:
        """Whether a vault is unlocked."""
        return self._vault is not None

    @property
    def vault_open(self) -> object:
        """What tells one opening of a vault from the next; None while it is locked."""
        return self._vault

    @property
    def path(self) -> Path | None:
        """Where the open vault lies."""
        return self._vault.path if self._vault else None

    @property
    def learner_name(self) -> str:
        """What the person calls themselves in this vault."""
        return self._open().setting("learner_name") or ""

    @property
    def holder(self) -> str:
        """The person's own identifier (did:key): the first identity of the vault."""
        return self._open().identities()[0]

    def create(
        self, path: Path, passphrase: str, *, name: str, holder_seed: bytes | None = None
    ) -> None:
        """Make a new vault and open it. `holder_seed` is for samples: 32 bytes of a known key."""
        self._check_length(passphrase)
        self.lock()
        vault = Vault.create(path, passphrase, now=self._clock(), cost=self._cost)
        self.in_memory.opened(vault, new=True)
        vault.create_identity(now=self._clock(), seed=holder_seed)
        vault.set_setting("learner_name", name.strip())
        rechecking.note_rules(vault)
        self._vault = vault

    def unlock(self, path: Path, given: Given) -> None:
        """Open an existing vault by a way in; forget for good what was removed long ago.

        Raises TOO_MANY_TRIES where wrong ones were given before, and it is not yet time.
        """
        self.lock()
        vault = self.ways.unlock(path, given)
        try:
            self.upkeep.begin(vault)
            self._trusted = trusting.read(vault.setting(trusting.SETTING))
        except BaseException:  # a page that is bad: whoever saves what is left finds it closed
            vault.close()
            raise
        self.in_memory.opened(vault, new=False)
        self._vault = vault

    def lock(self) -> None:
        """Close the vault and drop its keys. Locking twice is no error."""
        self.restoring.close()
        if self._vault is not None:
            self.in_memory.closing()
            vault, self._vault = self._vault, None
            self._trusted = {}
            self._listed.forget()
            formats.forget()
            vault.close()

    def change_passphrase(self, old: Given, new: str) -> None:
        """Change the passphrase; nothing changes when `old` is wrong. Other ways in stay."""
        self._check_length(new)
        self.ways.change_passphrase(old, new)

    def _check_length(self, passphrase: str) -> None:
        if len(passphrase) < MIN_PASSPHRASE:
            raise VaultError(Code.PASSPHRASE_TOO_SHORT, least=MIN_PASSPHRASE)

    def _open(self) -> Vault:
        if self._vault is None:
            raise VaultError(Code.VAULT_LOCKED)
        return self._vault

    # Keeping

    def keep(self, checked: Sequence[Checked], *, progress: Progress | None = None) -> Kept:
        """Keep every credential in `checked`, whatever its verdict; the bytes stay untouched.

        Cancelling keeps what was written so far, whole.
        """
        vault, now = self._open(), self._clock()
        leaves = [self._as_own(leaf, now) for one in checked for leaf in one.leaves()]
        added: list[str] = []
        already: list[str] = []
        for start in range(0, len(leaves), KEPT_AT_ONCE):
            chunk = leaves[start : start + KEPT_AT_ONCE]
            filing.keep_contexts(chunk, vault)
            for one in vault.add([filing.new_credential(leaf, now) for leaf in chunk], now=now):
                (already if one.outcome is AddOutcome.ALREADY else added).append(one.id)
            done = start + len(chunk)
            if progress is not None and not progress(done, len(leaves)):
                break
        return Kept(tuple(added), tuple(already))

    def _as_own(self, leaf: Checked, now: datetime) -> Checked:
        """Ask again about a credential that must not be presented, and may well be kept.

        An issuer may deliver in a presentation what is for its owner alone.
        """
        credential, report = leaf.readable, leaf.report
        assert isinstance(credential, Credential)
        assert isinstance(report, VerificationReport)
        if report[Question.SIGNATURE].reason is not Reason.BASE_PROOF_PRESENTED:
            return leaf
        return replace(leaf, report=self._verifier.verify(credential, now=now))

    def is_kept(self, credential: Credential) -> bool:
        """Whether exactly these bytes are in the vault."""
        return self._open().has(credential.id)

    def rows(
        self, query: str = "", *, kind: Kind | None = None, states: Iterable[State] | None = None
    ) -> list[Row]:
        """Return the lines of the list: by kind, newest first; every word of `query` matches."""
        rows = self._listed.rows(self._open(), query, self._clock())
        if kind is None and states is None:
            return rows
        wanted = frozenset(State) if states is None else frozenset(states)
        return [row for row in rows if row.kind is (kind or row.kind) and row.state in wanted]

    def find(self, prefix: str, *, removed: bool = False) -> str:
        """Return the one id that starts with `prefix`, among the kept or the removed."""
        vault = self._open()
        rows = vault.removed() if removed else vault.rows("")
        found = [row.id for row in rows if row.id.startswith(prefix.lower())]
        if len(found) != 1 or not prefix:
            raise VaultError(Code.NO_SUCH_CREDENTIAL, id=prefix)
        return found[0]

    def entry(self, credential_id: str) -> Entry:
        """Return everything about one kept credential."""
        vault = self._open()
        stored = vault.get(credential_id)
        read = formats.read(stored.container or stored.raw)
        assert isinstance(read, Credential)
        credential = filing.whole(read, stored, vault)
        report = (
            from_json(stored.report_json)
            if stored.report_json
            # Whoever waits for a record does not wait for a network.
            else self._verifier.verify(credential, resolver=filing.KeptFacts(vault))
        )
        return Entry(
            stored.id,
            credential,
            self._verifier.read_record(credential),
            report,
            state_of(report, stored.ends, now=self._clock()),
            stored.source,
            stored.added_at,
            stored.checked_at,
        )

    def refresh(
        self, ids: Sequence[str] | None = None, *, progress: Progress | None = None
    ) -> Refreshed:
        """Ask every question again, of all that is listed or of some, and note what is news.

        Bounded in addresses and seconds (`wallet.refreshing`). May wait for the network, and uses
        the vault for moments only, so call it where nobody waits for the vault.
        """
        vault, now = self._open(), self._clock()
        round_ = Round(self._verifier.resolver, vault.get_fact)
        run = Rechecking(vault, self._verifier, round_, now=now, progress=progress).run
        if ids is not None:
            return run(ids)
        rows = vault.rows("")
        if rechecking.is_by_other_rules(vault):
            rows += vault.removed()  # they may come back
        done = run([row.id for row in rows], ahead=vault.needed())  # longest unread, first asked
        rechecking.note(vault, done, now)
        return done

    @property
    def refreshed_at(self) -> datetime | None:
        """When everything was last checked again with anybody answering."""
        return rechecking.last_at(self._open())

    @property
    def is_refresh_due(self) -> bool:
        """Whether what is kept was last checked again long ago, or by other rules."""
        return rechecking.is_due(self._open(), self._clock())

    @property
    def is_answered_otherwise(self) -> bool:
        """Whether kept answers may be another version's: then they are worked out anew."""
        return rechecking.is_by_other_rules(self._open())

    def notices(self, *, seen: bool = False) -> list[Notice]:
        """Return the news about records that nobody put aside yet, the latest first."""
        known = frozenset(News)  # a newer version's news, in a backup, are not ours to tell
        found = self._open().changes(seen=seen)
        return [notice_of(change) for change in found if change.reason in known]

    def dismiss(self, numbers: Iterable[int]) -> None:
        """Put news aside, by its numbers."""
        self._open().see_changes(numbers, now=self._clock())

    # Issuers the person trusts

    def trusted_issuers(self) -> Mapping[str, Trusted]:
        """Return the issuers the person said they trust; none while the wallet is locked."""
        return self._trusted

    def trust_issuer(self, issuer: str, *, name: str = "", note: str = "") -> None:
        """Know an issuer from now on, by exactly this identifier, because the person says so."""
        if self._rules.only_these_registries:
            raise WalletError(Code.SET_BY_ORGANISATION)
        vault = self._open()
        changed = trusting.with_one(self._trusted, issuer, name=name, note=note, now=self._clock())
        self._set_trusted(vault, changed, issuer)

    def distrust_issuer(self, issuer: str) -> None:
        """Take back that the person trusts an issuer."""
        self._set_trusted(self._open(), trusting.without(self._trusted, issuer), issuer)

    def _set_trusted(self, vault: Vault, changed: Mapping[str, Trusted], issuer: str) -> None:
        vault.set_setting(trusting.SETTING, trusting.written(changed))
        self._trusted = changed
        trusting.ask_again(vault, self._verifier, issuer)

    def _merged(self, plan: RestorePlan) -> None:
        """Know the issuers that came with a backup; its answers may be an older version's."""
        if not plan.other_wallet:  # those were all given anew
            rechecking.note_rules(self._open(), ours=False)
        self._trusted = trusting.read(self.setting(trusting.SETTING))
        for issuer in plan.trusted:
            trusting.ask_again(self._open(), self._verifier, issuer)

    def remove(self, ids: Sequence[str]) -> None:
        """Take credentials out of the list; `restore` brings them back within 30 days."""
        self._open().remove(ids, now=self._clock())

    def restore(self, ids: Sequence[str]) -> None:
        """Bring removed credentials back."""
        self._open().restore(ids)

    def removed(self) -> list[Row]:
        """Return what was removed and can be brought back."""
        return list(self._listed.shown(self._open().removed(), self._clock()))

    def erase(self, ids: Sequence[str]) -> None:
        """Erase removed credentials for good."""
        self._open().erase(ids)

    def export(self, credential_id: str) -> Export:
        """Return the original bytes as they arrived: the picture where one carried it."""
        stored = self._open().get(credential_id)
        data = stored.container or stored.raw
        return Export(filing.file_name(stored.title, data), data)

    def save(
        self, data: bytes, path: Path, *, replace: bool = False, private: bool = False
    ) -> None:
        """Write something that leaves the wallet to a file, never over the wallet itself."""
        outputs.write(data, path, replace=replace, private=private, vault=self.path)

    # Leaving and arriving (`wallet.leaving`, `wallet.arriving`)

    def identities(self) -> tuple[str, ...]:
        """Return the person's own identifiers, the first made first."""
        return self._open().identities()

    def belongings(self) -> Belongings:
        """Return what the vault holds as it is kept, for who takes everything along."""
        return Belongings(self._open())

    def take_over(self, arrival: Arrival, *, keys: bool, notes: bool) -> TakenOver:
        """Take what a backup has besides records: its keys, its ledger and trusted issuers.

        What is here already stays as it is.
        """
        vault = self._open()
        taken = moving.take_over(vault, arrival, keys=keys, notes=notes, now=self._clock())
        self._trusted = trusting.read(vault.setting(trusting.SETTING))
        for issuer in taken.issuers:
            trusting.ask_again(vault, self._verifier, issuer)
        return taken

    # Sharing

    def plan_share(
        self,
        ids: Sequence[str],
        *,
        for_whom: str,
        for_what: str = "",
        audience: str | None = None,
        ends: datetime,
        page: str,
        shown: Shown | None = None,
    ) -> SharePlan:
        """Say exactly what would leave, for whom and until when; nothing leaves yet.

        `shown` has for a record's id the ids of its parts that are to be seen; of a record that is
        not named everything is.
        """
        credentials = [self.entry(credential_id).credential for credential_id in ids]
        return plan_of(
            credentials,
            holder=moving.holder_of(self._open(), credentials),
            keys=self._open(),
            page=page,
            audience=audience,
            for_whom=for_whom,
            for_what=for_what,
            created=self._clock(),
            expires=ends,
            shown=shown,
        )

    def parts(self, credential_id: str) -> tuple[Part, ...]:
        """Return what of a record can be shown or left out; () where it goes whole."""
        return parts_of(self.entry(credential_id).credential)

    def choose(
        self, ids: Sequence[str], *, hide: Iterable[str] = (), only: Iterable[str] | None = None
    ) -> Shown:
        """Return what is to be seen of records when parts are hidden, or only some are shown."""
        return choose({one: self.parts(one) for one in ids}, hide=hide, only=only)

    def leaving(self, credential_id: str, shown: frozenset[str] | None = None) -> Leaving:
        """Return what would leave with a record when only these parts of it are shown."""
        return leaving_of(self.entry(credential_id).credential, shown)

    def share(self, plan: SharePlan, form: Form | str) -> Made:
        """Make the link, QR code or file of `plan`, and enter it in the ledger."""
        made = plan.make(form)
        self._open().record_share(
            ShareRecord(
                id=made.id,
                made_at=self._clock(),
                ends=plan.expires,
                audience=plan.for_whom,
                purpose=plan.for_what,
                form=made.form.value,
                credential_ids=tuple(c.id for c in plan.kept),
                link=made.text,
                presentation_sha256=made.id,
                titles=tuple(c.title for c in plan.kept),
            )
        )
        return made

    def shares(self) -> list[ShareRow]:
        """Return the ledger of shares, newest first."""
        return [
            ShareRow(s.id, s.made_at, s.ends or s.made_at, s.audience, s.purpose, s.form, s.titles)
            for s in self._open().shares()
        ]

    # Public facts and settings

    def get_fact(self, url: str) -> Fact | None:
        """Return a public fact as last known (for the resolver's cache)."""
        return self._vault.get_fact(url) if self._vault else None

    def put_fact(self, fact: Fact) -> None:
        """Keep a public fact with its date (for the resolver's cache)."""
        if self._vault is not None:
            self._vault.put_fact(fact)

    def setting(self, key: str) -> str | None:
        """Return a setting of this vault."""
        return self._open().setting(key)

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting in this vault."""
        self._open().set_setting(key, value)
