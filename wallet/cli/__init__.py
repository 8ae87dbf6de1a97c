"""The command line: arguments in, words or JSON out, exit codes.

Exit codes of `check`: 0 all passed, 1 something failed, 3 something could not be checked, 2 it
could not run or read; records inside a record count, endorsements do not. Other commands: 0 done,
2 not done. Passphrases come from a prompt or a file descriptor, never from the arguments. The
options are in `arguments`, what the person gives in `given`, what is printed in `said`.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from wallet import quiet, wiring, wording
from wallet.cli import said
from wallet.cli.arguments import parser
from wallet.cli.given import new_passphrase, opened, start_of, the_inputs, write
from wallet.cli.known import remember, vaults
from wallet.cli.refusals import refusal
from wallet.cli.said import SHORT_ID
from wallet.errors import Code, VaultError, WalletError
from wallet.model import Credential
from wallet.wording import ntr, tr

if TYPE_CHECKING:
    from wallet.app import Made
    from wallet.places import Start

DONE, FAILED, TROUBLE, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130


class Window(Protocol):
    """Opens the window, in a language (None: the one preferred), and returns the exit code."""

    def __call__(self, language: str | None, *, offline: bool, start: Start) -> int:
        """Open it, without any network if told, and as a guest's if it was started as one."""
        ...


Demo = Callable[[Path | None], int]


def main(argv: Sequence[str] | None = None, *, window: Window, demo: Demo) -> int:
    """Run one command and return its exit code; without a command, open the window."""
    arguments = parser().parse_args(argv)
    rules = wiring.rules_here()
    if arguments.guest or rules.shared:
        quiet.begin()
    wording.set_language(rules.language(arguments.language or wording.usual()))
    if rules.problem is not None:
        said.say(wording.error(rules.problem), aside=True)
    refused = refusal(arguments)
    if refused is not None:
        said.say(refused, aside=True)
        return TROUBLE
    try:
        if arguments.command is None:
            start = start_of(arguments)
            return window(arguments.language, offline=arguments.offline, start=start)
        if arguments.command == "demo":
            return demo(arguments.output)
        return _COMMANDS[arguments.command](arguments)
    except WalletError as err:
        said.say(wording.error(err), aside=True)
        return TROUBLE
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - for the interpreter's last flush
        return TROUBLE
    except KeyboardInterrupt:
        return INTERRUPTED


def _create(arguments: Namespace) -> int:
    app = wiring.build(offline=True, start=start_of(arguments))
    path = app.vault_named(arguments.vault)
    app.wallet.create(path, new_passphrase(arguments), name=arguments.name)
    app.stop()
    said.say(tr("Made a new wallet at {path}.", path=path))
    remember(app, path)
    said.say(
        tr("Nobody can open it without the passphrase, and nobody can recover the passphrase.")
    )
    said.say(tr("A second way in, for paper: ways --add recovery"))
    return DONE


def _import(arguments: Namespace) -> int:
    from wallet import arriving  # what reads a vault loads only for whom it is for
    from wallet.cli import moving

    with opened(arguments) as app:
        trouble, password = False, moving.backup_password(arguments)
        for given in the_inputs(arguments.inputs, arriving.from_path):
            if arriving.is_backup(given):
                trouble |= not moving.import_backup(app, given, arguments, password)
                continue
            checked = app.verifier.check_input(given)
            if checked.error is not None:
                trouble = True
                said.say(f"{given.source}: {wording.error(checked.error)} {tr('Not kept.')}")
            else:
                added = app.wallet.keep([checked]).added
                for leaf in checked.leaves():
                    assert isinstance(leaf.readable, Credential)
                    said.kept(leaf, new=leaf.readable.id in added, now=app.clock())
        return TROUBLE if trouble else DONE


def _list(arguments: Namespace) -> int:
    with opened(arguments) as app:
        rows = app.wallet.rows(" ".join(arguments.words))
        for row in rows:
            if arguments.json:
                said.print_json(
                    id=row.id,
                    title=row.title,
                    issuer=row.issuer_name,
                    kind=row.kind.value,
                    awarded=said.iso(row.awarded),
                    ends=said.iso(row.ends),
                    state=row.state.value,
                    sample=row.sample,
                )
            else:
                word = wording.state(row.state, row.ends, now=app.clock())
                mark = f" ({tr('Sample')})" if row.sample else ""
                said.say(f"{row.id[:SHORT_ID]}  {word:<18}  {row.title}{mark} | {row.issuer_name}")
        if not rows and not arguments.json:
            said.say(
                tr("No record has all these words.") if arguments.words else tr("It is empty.")
            )
        return DONE


def _show(arguments: Namespace) -> int:
    with opened(arguments) as app:
        entry = app.wallet.entry(app.wallet.find(arguments.id))
        checked = app.verifier.as_checked(entry.credential, entry.report, source=entry.source)
        if arguments.json:
            added = said.iso(entry.added_at)
            facts = {"id": entry.id, "state": entry.state.value, "added_at": added}
            hideable = [said.hideable_object(part) for part in app.wallet.parts(entry.id)]
            said.print_json(**facts, **said.as_object(checked), hideable=hideable)
            return DONE
        mark = f" ({tr('Sample')})" if entry.record.sample else ""
        said.say(f"{entry.record.title}{mark} [{entry.id[:SHORT_ID]}]")
        said.say(wording.state(entry.state, entry.record.ends, now=app.clock()))
        for line in said.record_lines(checked):
            said.say(f"  {line}")
        for line in (*said.check_lines(entry.report), *said.part_lines(entry.report)):
            said.say(f"  {line}")
        for line in said.hideable_lines(app.wallet.parts(entry.id)):
            said.say(f"  {line}")
        return DONE


def _keep(arguments: Namespace) -> int:
    with opened(arguments) as app:
        entry = app.wallet.entry(app.wallet.find(arguments.id))
        parts = app.verifier.parts(entry.credential, entry.report)
        if not 1 <= arguments.part <= len(parts):
            raise VaultError(Code.NO_SUCH_CREDENTIAL, part=arguments.part)
        source = tr("Inside “{title}”", title=entry.record.title[: said.NAME])
        checked = app.verifier.as_own(parts[arguments.part - 1], source=source)
        if checked.error is not None:
            raise checked.error
        kept = app.wallet.keep([checked])
        (one,) = kept.added or kept.already
        own = app.wallet.entry(one)
        word = tr("Kept") if kept.added else tr("Was there already")
        state = wording.state(own.state, own.record.ends, now=app.clock())
        said.say(f"{word}: {own.record.title} [{one[:SHORT_ID]}]: {state}")
        return DONE


def _export(arguments: Namespace) -> int:
    from wallet.cli import moving

    if arguments.all is not None:
        return moving.export_all(arguments)
    if arguments.as_ is not None:
        return moving.export_as(arguments)
    if arguments.id is None:
        raise VaultError(Code.NO_SUCH_CREDENTIAL)
    with opened(arguments) as app:
        export = app.wallet.export(app.wallet.find(arguments.id))
        where = arguments.output or export.file_name
        written = write(app, export.data, where, replace=arguments.replace)
        if written is not None:
            said.say(tr("Wrote the original to {path}.", path=written))
        return DONE


def _refresh(arguments: Namespace) -> int:
    with opened(arguments) as app:
        done = app.wallet.refresh()
        if arguments.json:
            said.print_json(
                checked=done.checked,
                changed=list(done.changed),
                asked=done.asked,
                read=done.read,
                news=[said.notice_object(notice) for notice in done.noticed],
            )
            return DONE
        said.say(ntr("{n} record checked again.", "{n} records checked again.", done.checked))
        if done.asked and not done.read:
            said.say(tr("Nobody was reached, so what was last known counts."))
        for notice in done.noticed:
            sentence = wording.notice(notice, now=app.clock())
            said.say(f"{notice.title} [{notice.id[:SHORT_ID]}]: {sentence}")
        if not done.noticed:
            said.say(tr("Nothing to tell."))
        return DONE


def _identities(arguments: Namespace) -> int:
    from wallet.cli import moving

    return moving.identities(arguments)


def _remove(arguments: Namespace) -> int:
    with opened(arguments) as app:
        ids = [app.wallet.find(one, removed=arguments.undo) for one in arguments.ids]
        if arguments.undo:
            app.wallet.restore(ids)
            said.say(ntr("{n} record is back.", "{n} records are back.", len(ids)))
        else:
            app.wallet.remove(ids)
            said.say(
                ntr(
                    "{n} record was removed. For 30 days, remove --undo brings it back.",
                    "{n} records were removed. For 30 days, remove --undo brings them back.",
                    len(ids),
                )
            )
        return DONE


def _share(arguments: Namespace) -> int:
    with opened(arguments) as app:
        ids = [app.wallet.find(one) for one in arguments.ids]
        plan = app.wallet.plan_share(
            ids,
            shown=app.wallet.choose(ids, hide=arguments.hide or (), only=arguments.only),
            for_whom=arguments.for_whom,
            for_what=arguments.about,
            audience=arguments.audience,
            ends=arguments.until,
            page=app.page_named(arguments.page),
        )
        made = [app.wallet.share(part, arguments.form) for part in plan.parts()]
        if len(made) > 1:
            apart = tr(
                "Records of an older make cannot go with newer ones: {n} shares.", n=len(made)
            )
            said.say(apart, aside=True)
        for number, one in enumerate(made):
            _hand_over(app, one, arguments, number)
        _warn(app, arguments)
        return DONE


def _hand_over(app: wiring.App, made: Made, arguments: Namespace, number: int) -> None:
    """Print the link, or write the file; a further file of the same share gets a number."""
    if arguments.form == "link" and arguments.output is None:
        said.say(made.text or "")
        return
    where = arguments.output or made.file_name
    if number and where != "-":
        where = str(Path(where).with_stem(f"{Path(where).stem}-{number + 1}"))
    written = write(app, made.data, where, replace=arguments.replace)
    if written is not None:
        said.say(tr("Wrote the share to {path}.", path=written))


def _warn(app: wiring.App, arguments: Namespace) -> None:
    warnings = [
        tr("A share like this cannot be taken back. It ends by itself on the day you chose.")
    ]
    if arguments.form != "file" and not arguments.page and not app.has_own_page:
        warnings.append(
            tr(
                "It opens {page}, which is only a stand-in. "
                "Name your own check page with --page, or in the settings of the window.",
                page=app.preferences.page,
            )
        )
    for warning in warnings:
        said.say(warning, aside=True)


def _backup(arguments: Namespace) -> int:
    from wallet.cli import backups

    return backups.backup(arguments)


def _restore(arguments: Namespace) -> int:
    from wallet.cli import backups

    return backups.restore(arguments)


def _ways(arguments: Namespace) -> int:
    from wallet.cli import ways

    return ways.ways(arguments)


def _passphrase(arguments: Namespace) -> int:
    from wallet.cli import ways

    return ways.passphrase(arguments)


def _trust(arguments: Namespace) -> int:
    with opened(arguments) as app:
        if arguments.list or arguments.issuer is None:
            said.print_trusted(app.wallet.trusted_issuers(), as_json=arguments.json)
        elif arguments.remove:
            app.wallet.distrust_issuer(arguments.issuer)
            said.say(tr("You trust this issuer no longer: {issuer}", issuer=arguments.issuer))
        else:
            app.wallet.trust_issuer(arguments.issuer, name=arguments.name, note=arguments.note)
            said.say(tr("You trust this issuer from now on: {issuer}", issuer=arguments.issuer))
        return DONE


def _check(arguments: Namespace) -> int:
    start = start_of(arguments)
    offline = arguments.offline or wiring.prefers_offline(start)
    verifier = wiring.verifier(
        offline=offline,
        documents=arguments.documents,
        registries=arguments.registries,
        start=start,
    )
    now = arguments.at or wiring.now()
    outcomes: set[str] = set()
    for given in the_inputs(arguments.inputs or ["-"]):
        checked = verifier.check_input(given, now=now)
        outcomes.add(checked.outcome.value if checked.outcome else "error")
        if arguments.json:
            said.print_json(**said.as_object(checked))
        else:
            said.print_checked(checked, now=now)
    for outcome, code in (("failed", FAILED), ("error", TROUBLE), ("unknown", UNKNOWN)):
        if outcome in outcomes:
            return code
    return DONE if outcomes else TROUBLE


def _verify_vault(arguments: Namespace) -> int:
    from wallet.cli import repairing

    return repairing.verify_vault(arguments)


def _salvage(arguments: Namespace) -> int:
    from wallet.cli import repairing

    return repairing.salvage(arguments)


_COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "create": _create,
    "vaults": vaults,
    "import": _import,
    "list": _list,
    "show": _show,
    "keep": _keep,
    "export": _export,
    "identities": _identities,
    "refresh": _refresh,
    "remove": _remove,
    "share": _share,
    "backup": _backup,
    "restore": _restore,
    "ways": _ways,
    "passphrase": _passphrase,
    "trust": _trust,
    "check": _check,
    "verify-vault": _verify_vault,
    "salvage": _salvage,
}
