"""The options of every command, and how dates on the command line are understood."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime, time
from pathlib import Path

from wallet import __version__

Parser = argparse.ArgumentParser


def parser() -> Parser:
    """Return the parser of the whole command line; `command` is None without a command."""
    made = Parser(
        prog="ler-wallet",
        allow_abbrev=False,  # `--guest` is looked for before anything is read
        description="Keep, check and share learning and employment records. "
        "Without a command the window opens.",
    )
    made.add_argument("--version", action="version", version=f"ler-wallet {__version__}")
    made.add_argument(
        "--language", choices=("en", "es"), help="what it says; the system's language otherwise"
    )
    made.add_argument("--offline", action="store_true", help="touch no network")
    made.add_argument(
        "--guest",
        action="store_true",
        help="on a shared computer: write nothing on it, and keep the wallet on your stick "
        "(--vault) or, in the window, in memory",
    )
    made.add_argument("--vault", type=Path, metavar="PATH", help="the wallet file to use")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", dest="command")

    def command(name: str, help_: str, *groups: Parser) -> Parser:
        return commands.add_parser(
            name, help=help_, description=help_, parents=groups, allow_abbrev=False
        )

    vault, looking = _vault_options(), _looking_options()
    by_passphrase = _vault_options(code=False, keychain=False)
    _create(command("create", "make a new wallet", by_passphrase))
    _vaults(command("vaults", "list the wallets that this computer knows of"))
    _import(command("import", "check credentials and keep them", vault, looking))
    _list(command("list", "list what is kept", vault))
    _show(command("show", "show one record", vault))
    _keep(command("keep", "keep a record inside a record as one of its own", vault))
    _export(command("export", "write the original of a record, or everything", vault))
    _identities(command("identities", "list your own identifiers", vault))
    _refresh(command("refresh", "check all that is kept again", vault, looking))
    _remove(command("remove", "remove records, or bring removed ones back", vault))
    _share(command("share", "make a signed share", vault))
    _backup(command("backup", "make a backup, and read it back", vault))
    _restore(command("restore", "make a wallet of a backup, or bring it into yours", vault))
    _ways(command("ways", "list what opens the wallet, add or remove a way in", vault))
    _passphrase(command("passphrase", "change the passphrase; other ways in stay", vault))
    _trust(command("trust", "say which issuers you trust", vault, looking))
    _check(command("check", "check credentials and shares; needs no wallet", looking))
    command("verify-vault", "read all of the wallet file, and say whether it is whole", vault)
    by_paper = _vault_options(keychain=False)
    _salvage(command("salvage", "save what can be read of a damaged wallet file", by_paper))
    _demo(command("demo", "do the whole job on sample records, in a throw-away wallet"))
    return made


def _vault_options(*, code: bool = True, keychain: bool = True) -> Parser:
    """Return the options of what opens a wallet: the passphrase, and other ways where they do."""
    group = Parser(add_help=False)
    group.add_argument(
        "--vault",
        type=Path,
        default=argparse.SUPPRESS,  # said before the command it counts too
        metavar="PATH",
        help="the wallet file; the usual one otherwise",
    )
    opened_by = group.add_mutually_exclusive_group()
    opened_by.add_argument(
        "--passphrase-fd",
        type=int,
        metavar="N",
        help="read the passphrase from this file descriptor",
    )
    if code:
        opened_by.add_argument(
            "--recovery-fd",
            type=int,
            metavar="N",
            help="open with a recovery code, read from this file descriptor",
        )
    if keychain:
        opened_by.add_argument(
            "--keychain",
            action="store_true",
            help="open with this computer's keychain, where that is turned on",
        )
    return group


def _looking_options() -> Parser:
    group = Parser(add_help=False)
    # Said before the command it counts too, so it must not be taken back by a default here.
    group.add_argument(
        "--offline", action="store_true", default=argparse.SUPPRESS, help="touch no network"
    )
    group.set_defaults(looks=True)
    group.add_argument(
        "--documents",
        type=Path,
        metavar="FOLDER",
        help="answer public addresses from saved files; its index.json maps address to file",
    )
    group.add_argument(
        "--registry",
        type=Path,
        action="append",
        default=[],
        dest="registries",
        metavar="FILE",
        help="know the issuers of this list too, this time; may be said again",
    )
    return group


def _ways(made: Parser) -> None:
    act = made.add_mutually_exclusive_group()
    act.add_argument(
        "--add",
        choices=("recovery", "keychain"),
        help="a recovery code for paper, of which two groups are typed back, or the keychain of "
        "this computer",
    )
    act.add_argument(
        "--remove", metavar="ID", help="remove one: its id, or its kind where there is one of it"
    )
    made.add_argument("--json", action="store_true", help="one JSON object a line")


def _passphrase(made: Parser) -> None:
    made.add_argument(
        "--new-passphrase-fd",
        type=int,
        metavar="N",
        help="read the new passphrase from this file descriptor",
    )


def _create(made: Parser) -> None:
    made.add_argument("--name", default="", help="your name, as the wallet shows it to you")


def _vaults(made: Parser) -> None:
    made.add_argument("--json", action="store_true", help="one JSON object a line")


def _import(made: Parser) -> None:
    made.add_argument(
        "inputs", nargs="+", metavar="FILE", help="files, folders, links, or - for standard input"
    )
    made.add_argument(
        "--keys", action="store_true", help="take over the private keys in a backup, too"
    )
    made.add_argument(
        "--notes",
        action="store_true",
        help="take over the shares and trusted issuers an exported wallet notes",
    )
    made.add_argument(
        "--backup-password-fd",
        type=int,
        metavar="N",
        help="read the password of a backup from this file descriptor",
    )


def _list(made: Parser) -> None:
    made.add_argument("words", nargs="*", metavar="WORD", help="only records with all these words")
    made.add_argument("--json", action="store_true", help="one JSON object a line")


def _show(made: Parser) -> None:
    made.add_argument("id", metavar="ID", help="its id, or a unique beginning of it")
    made.add_argument("--json", action="store_true", help="as one JSON object")


def _keep(made: Parser) -> None:
    made.add_argument("id", metavar="ID", help="the id of the record around it")
    made.add_argument("part", type=int, metavar="NUMBER", help="its number, as show says it")


def _export(made: Parser) -> None:
    made.add_argument("id", nargs="?", metavar="ID", help="its id, or a unique beginning of it")
    what = made.add_mutually_exclusive_group()
    what.add_argument(
        "--all", metavar="PATH", help="write everything into a new folder, or a .zip file"
    )
    what.add_argument(
        "--as",
        dest="as_",
        choices=("lcw",),
        help="write a backup for Learner Credential Wallet; it holds private keys in clear",
    )
    made.add_argument(
        "--keys",
        action="store_true",
        help="with --all: your private keys too, locked with a password you choose",
    )
    made.add_argument(
        "--keys-password-fd",
        type=int,
        metavar="N",
        help="read that password from this file descriptor",
    )
    _output_options(made)


def _identities(made: Parser) -> None:
    made.add_argument("--json", action="store_true", help="one JSON object a line")


def _refresh(made: Parser) -> None:
    made.add_argument("--json", action="store_true", help="as one JSON object")


def _remove(made: Parser) -> None:
    made.add_argument("ids", nargs="+", metavar="ID")
    made.add_argument("--undo", action="store_true", help="bring them back (within 30 days)")


def _share(made: Parser) -> None:
    made.add_argument("ids", nargs="+", metavar="ID")
    made.add_argument(
        "--for", dest="for_whom", required=True, metavar="WHOM", help="who will see it"
    )
    made.add_argument(
        "--about", default="", metavar="WHAT", help="what it is for: a job, a requisition"
    )
    made.add_argument(
        "--until",
        required=True,
        type=end_of_day,
        metavar="DATE",
        help="when the share ends, YYYY-MM-DD",
    )
    leave_out = made.add_mutually_exclusive_group()
    leave_out.add_argument(
        "--hide",
        nargs="+",
        action="extend",
        metavar="PART",
        help="leave these parts out; show says which parts a record has",
    )
    leave_out.add_argument(
        "--only",
        nargs="+",
        action="extend",
        metavar="PART",
        help="show only these parts, and what is always shown",
    )
    made.add_argument("--form", choices=("link", "qr", "file"), default="link")
    made.add_argument(
        "--to", dest="audience", metavar="ADDRESS", help="the receiver's mailto: or https: address"
    )
    made.add_argument("--page", metavar="URL", help="the check page the link opens")
    _output_options(made)


def _output_options(made: Parser) -> None:
    made.add_argument("-o", "--output", metavar="FILE", help="where to; - is standard output")
    made.add_argument(
        "--replace", action="store_true", help="write over a file that is there already"
    )


def _backup(made: Parser) -> None:
    made.add_argument(
        "file",
        nargs="?",
        type=Path,
        metavar="FILE",
        help="where to; otherwise a copy in the folder of backups, where the oldest goes",
    )
    made.add_argument("--list", action="store_true", help="list the backups in the folder")
    made.add_argument(
        "--folder", type=Path, metavar="FOLDER", help="keep copies made by themselves here"
    )
    made.add_argument(
        "--copies", type=int, metavar="N", help="keep so many of them; 0: make none by itself"
    )
    made.add_argument("--json", action="store_true", help="one JSON object a line")


def _restore(made: Parser) -> None:
    made.add_argument("file", type=Path, metavar="FILE", help="the backup; it stays as it is")
    made.add_argument(
        "--into",
        action="store_true",
        help="bring it into the wallet that is there; says what would change, see --yes",
    )
    made.add_argument("--yes", action="store_true", help="with --into: do it")
    made.add_argument(
        "--revive",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="with --into: bring these back too, which were removed in your wallet",
    )
    made.add_argument(
        "--other-wallet", action="store_true", help="with --into: it is of another wallet, yes"
    )
    opens_it = made.add_mutually_exclusive_group()
    opens_it.add_argument(
        "--backup-passphrase-fd",
        type=int,
        metavar="N",
        help="with --into: read the backup's passphrase from this descriptor; "
        "otherwise what opens the wallet is tried",
    )
    opens_it.add_argument(
        "--backup-recovery-fd",
        type=int,
        metavar="N",
        help="with --into: open the backup with a recovery code, read from this descriptor",
    )
    made.add_argument("--json", action="store_true", help="what would change, as JSON")


def _trust(made: Parser) -> None:
    made.add_argument(
        "issuer",
        nargs="?",
        metavar="ISSUER",
        help="the issuer's address exactly as its records have it (did:… or https://…)",
    )
    made.add_argument("--name", default="", help="what you call this issuer")
    made.add_argument("--note", default="", help="why you trust it, for yourself")
    what = made.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="list the issuers you trust")
    what.add_argument("--remove", action="store_true", help="trust this issuer no longer")
    made.add_argument("--json", action="store_true", help="the list as one JSON object a line")


def _check(made: Parser) -> None:
    made.add_argument(
        "inputs",
        nargs="*",
        metavar="INPUT",
        help="files, folders or links; standard input otherwise",
    )
    made.add_argument("--json", action="store_true", help="one JSON object a line")
    made.add_argument("--at", type=moment, metavar="TIME", help="check as of this time (ISO 8601)")


def _salvage(made: Parser) -> None:
    made.add_argument(
        "-o", "--output", type=Path, metavar="PATH", help="the new wallet; beside it otherwise"
    )


def _demo(made: Parser) -> None:
    made.add_argument(
        "-o", "--output", type=Path, metavar="FOLDER", help="where the pictures and the share go"
    )


def moment(text: str) -> datetime:
    """Return the time `text` names; without a zone it is UTC."""
    try:
        named = datetime.fromisoformat(text)
    except ValueError as err:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time; write it like 2026-11-22T09:00:00Z"
        ) from err
    return named if named.tzinfo else named.replace(tzinfo=UTC)


def end_of_day(text: str) -> datetime:
    """Return the time `text` names; a day means its last second where the person is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return moment(text)
    return datetime.combine(day, time(23, 59, 59)).astimezone()
