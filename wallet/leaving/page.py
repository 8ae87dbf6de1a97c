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
    ":root{--paper:#f6f5f1;--card:#fff;--ink:#1b2422;--soft:#55605d;--line:#dedcd4;--link:#0f5f5b}"
    "@media(prefers-color-scheme:dark){:root{--paper:#141919;--card:#1c2222;--ink:#e8ecea;"
    "--soft:#a3aeab;--line:#343c3b;--link:#6fc9c1}}"
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:52rem;padding:2rem 1rem 4rem;"
    "color:var(--ink);background:var(--paper)}"
    "h1{font-size:1.6rem;line-height:1.25;margin:0 0 .8rem;overflow-wrap:anywhere}"
    "h2{font-size:1.15rem;margin:2.2rem 0 .6rem}ul{list-style:none;margin:0;padding:0}"
    "li{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:.6rem 0;"
    "padding:.9rem 1.1rem;break-inside:avoid}h3{font-size:1.05rem;line-height:1.35;margin:0}"
    "dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(11rem,1fr));"
    "gap:.5rem 1.2rem;margin:.6rem 0 0}dt{font-size:.8125rem;color:var(--soft)}dd{margin:0}"
    "h3,dd,code{overflow-wrap:anywhere}.whole{grid-column:1/-1}a{color:var(--link)}"
    "a:focus-visible{outline:2px solid var(--link);outline-offset:3px;border-radius:3px}"
    "@media print{body{background:#fff;padding:0}}"
)
_WHOLE = frozenset({"file", "records", "issuer"})  # what is long has a line of its own


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
    lines = []
    for row, record in zip(rows, records, strict=True):
        file = str(record["file"])
        # A picture opened by itself may run what is in it; saved, it does not.
        save = " download" if file.endswith(".svg") else ""
        link = f'<a href="{escape(quote(file))}"{save}>{escape(file)}</a>'
        awarded = wording.date(row.awarded) if row.awarded else ""
        state = wording.state(row.state, row.ends, now=now)
        details = (
            ("", tr("Issuer"), escape(row.issuer_name)),
            ("", tr("Awarded"), escape(awarded)),
            ("", tr("State"), escape(state)),
            ("file", tr("File"), link),
        )
        lines.append(_entry(row.title, details))
    yield _list(lines)


def _shares(shares: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    yield f"<h2>{escape(tr('Shares'))}</h2>"
    if not shares:
        yield _p(tr("Nothing shared yet"))
        return
    lines = []
    for one in shares:
        titles = ", ".join(record["title"] for record in one["records"])
        made, ends = (
            wording.date(datetime.fromisoformat(one[when])) if one[when] else "" for when in _DATES
        )
        details = (
            ("", tr("What for"), escape(str(one["for_what"]))),
            ("", tr("Made"), escape(made)),
            ("", tr("Ends"), escape(ends)),
            ("records", tr("Records"), escape(titles)),
        )
        lines.append(_entry(str(one["for_whom"]), details))
    yield _list(lines)


_DATES = ("made_at", "ends")


def _issuers(issuers: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    if not issuers:
        return
    yield f"<h2>{escape(tr('Issuers you trust'))}</h2>"
    yield _list(
        _entry(
            one["name"],
            (
                ("", tr("Note"), escape(one["note"])),
                ("issuer", tr("Address"), _code(one["issuer"])),
            ),
        )
        for one in issuers
    )


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


def _entry(title: str, details: Iterable[tuple[str, str, str]]) -> str:
    """Return one thing: its title as text, and what is known of it: kind, name, HTML."""
    known = "".join(
        f"<div{' class=whole' if kind in _WHOLE else ''}><dt>{escape(name)}</dt>"
        f'<dd dir="auto">{cell}</dd></div>'
        for kind, name, cell in details
        if cell
    )
    return f'<li><h3 dir="auto">{escape(title)}</h3><dl>{known}</dl></li>'


def _list(entries: Iterable[str]) -> str:
    return '<ul role="list">' + "\n".join(entries) + "</ul>"


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
