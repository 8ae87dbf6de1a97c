"""JSON pointers, and what comes with what they select."""

from __future__ import annotations

import pytest

from wallet.errors import Code, MalformedError
from wallet.formats import pointers

DOCUMENT = {
    "@context": ["https://a.example"],
    "id": "urn:x",
    "type": ["T"],
    "name": "N",
    "a/b": {"m~n": 1},
    "node": {"type": "K", "@context": {"p": "x:p"}, "p": 1, "q": {"id": "urn:q", "r": 2}},
    "list": [{"id": "urn:0", "v": 0}, {"type": "One", "v": 1, "w": 1}, {"v": 2}],
    "texts": ["a", "b", "c"],
    "nothing": None,
}  # fmt: skip
ROOT = {"@context": ["https://a.example"], "id": "urn:x", "type": ["T"]}
NODE = {"type": "K", "@context": {"p": "x:p"}}

SELECTED = {
    "a text": (["/name"], {"name": "N"}),
    "escapes": (["/a~1b/m~0n"], {"a/b": {"m~n": 1}}),
    "below an object": (["/node/p"], {"node": {**NODE, "p": 1}}),
    "two below": (["/node/q/r"], {"node": {**NODE, "q": {"id": "urn:q", "r": 2}}}),
    "whole after part": (["/node/p", "/node"], {"node": DOCUMENT["node"]}),
    "part after whole": (["/node", "/node/p"], {"node": DOCUMENT["node"]}),
    "items close up": (
        ["/list/2", "/list/1/w"],
        {"list": [{"type": "One", "w": 1}, {"v": 2}]},
    ),
    "items of a list of texts": (["/texts/2", "/texts/0"], {"texts": ["a", "c"]}),
    "the same twice": (["/name", "/name"], {"name": "N"}),
    "null": (["/nothing"], {"nothing": None}),
}


@pytest.mark.parametrize("name", SELECTED)
def test_selected(name):
    named, expected = SELECTED[name]
    assert pointers.select(DOCUMENT, named) == {**ROOT, **expected}


def test_nothing_and_everything():
    assert pointers.select(DOCUMENT, []) is None
    everything = pointers.select(DOCUMENT, ["/name", ""])
    assert everything == DOCUMENT
    assert everything["node"] is not DOCUMENT["node"]


@pytest.mark.parametrize(
    "pointer",
    ["name", "/none", "/name/x", "/list/3", "/list/01", "/list/-", "/list/-1", "/list/1e0",
     "/nothing/x", "/a~2b", "/node/q/r/s", "/" + "x" * 3000, "/list/\u0661"],
)  # fmt: skip
def test_what_is_not_there(pointer):
    with pytest.raises(MalformedError) as caught:
        pointers.select(DOCUMENT, [pointer])
    assert caught.value.code is Code.NO_SUCH_PART


def test_join_and_split():
    steps = ("a/b", "m~n", "0", "")
    assert pointers.split(pointers.join(steps)) == steps


def test_too_many_pointers_are_refused(monkeypatch):
    monkeypatch.setattr(pointers, "MAX_POINTERS", 2)
    with pytest.raises(MalformedError):
        pointers.select(DOCUMENT, ["/name", "/node", "/list"])
