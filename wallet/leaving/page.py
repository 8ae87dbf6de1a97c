"""`index.html`: what is in an exported folder, for a person with nothing but a browser.

One static page without scripts, that loads nothing. Everything in it that an issuer or somebody
else wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import quote

from wallet import wording
from wallet.kept import Row
from wallet.wording import ntr, tr

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;"
    "color:#1b1d22;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc;"
    "overflow-wrap:anywhere}code{overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{color:#e8e9ec;background:#15171c}"
    "th,td{border-color:#444}a{color:#9db8ff}}"
)


def index(rows: Sequence[Row], index: Mapping[str, Any], *, keys: bool, now: datetime) -> bytes:
    """Return the page for an index; `rows` are its records in the same order."""
    name = index["name"]
    title = tr("Everything in the wallet of {name}", name=name) if name else tr("Everything")
    parts = [
        f"<h1>{escape(title)}</h1>",
        _p(tr("Made on {date} with LER Wallet.", date=wording.date(now))),
        _p(
            tr(
                "Each file is the original, byte for byte as it arrived. It stays checkable "
                "without this app: any program that reads such credentials can check it."
            )
        ),
        *_records(rows, index["records"], now),
        *_shares(index["shares"]),
        *_issuers(index["trusted_issuers"]),
        *_identities(index["identities"], keys=keys),
    ]
    head = (
        f'<!doctype html><html lang="{escape(wording.language())}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
    )
    text = head + "\n".join(parts) + "</body></html>\n"
    return text.encode("utf-8", "replace")


def _records(
    rows: Sequence[Row], records: Sequence[Mapping[str, Any]], now: datetime
) -> Iterable[str]:
    count = ntr("{n} record", "{n} records", len(rows))
    yield f"<h2>{escape(count)}</h2>"
    names = [tr("Record"), tr("Issuer"), tr("Awarded"), tr("State"), tr("File")]
    lines = []
    for row, record in zip(rows, records, strict=True):
        file = str(record["file"])
        # A picture opened by itself may run what is in it; saved, it does not.
        save = " download" if file.endswith(".svg") else ""
        link = f'<a href="{escape(quote(file))}"{save}>{escape(file)}</a>'
        awarded = wording.date(row.awarded) if row.awarded else ""
        state = wording.state(row.state, row.ends, now=now)
        lines.append([*map(escape, (row.title, row.issuer_name, awarded, state)), link])
    yield _table(names, lines)


def _shares(shares: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    yield f"<h2>{escape(tr('Shares'))}</h2>"
    if not shares:
        yield _p(tr("Nothing shared yet"))
        return
    lines = []
    for one in shares:
        titles = ", ".join(record["title"] for record in one["records"])
        dates = [wording.date(datetime.fromisoformat(one[d])) if one[d] else "" for d in _DATES]
        cells = (one["for_whom"], one["for_what"], titles, *dates)
        lines.append([escape(str(cell)) for cell in cells])
    names = [tr("For whom"), tr("What for"), tr("Records"), tr("Made"), tr("Ends")]
    yield _table(names, lines)


_DATES = ("made_at", "ends")


def _issuers(issuers: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    if not issuers:
        return
    yield f"<h2>{escape(tr('Issuers you trust'))}</h2>"
    lines = [[escape(one["name"]), escape(one["note"]), _code(one["issuer"])] for one in issuers]
    yield _table([tr("Name"), tr("Note"), tr("Address")], lines)


def _identities(identities: Sequence[Mapping[str, Any]], *, keys: bool) -> Iterable[str]:
    yield f"<h2>{escape(tr('Your identifiers'))}</h2>"
    for one in identities:
        yield f"<p>{_code(one['did'])}</p>"
    if keys:
        said = tr(
            "Their private keys are in keys.json, locked with the password you chose. Whoever has "
            "the file and the password can sign as you."
        )
    else:
        said = tr("Their private keys are not in here.")
    yield _p(said)


def _table(names: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
