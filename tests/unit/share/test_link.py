"""Links: round trips, what mail does to them, and how long is too long."""

from __future__ import annotations

import contextlib
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import Code, LinkError
from wallet.share import link, packet
from wallet.share import page as pages

PAGE = "https://verify.example.org/check/"
SMALL = b'{"type":["VerifiablePresentation"],"verifiableCredential":[]}'


def noisy(size: int) -> bytes:
    """A JSON object that packs to about `size` bytes."""
    noise = b"".join(sha256(n.to_bytes(4, "big")).digest() for n in range(size // 32))
    return b'{"noise":"' + noise.hex().encode() + b'"}'


def test_link_is_page_and_fragment() -> None:
    made = link.encode(SMALL, PAGE)
    assert made.text.startswith(PAGE + "#u")
    assert made.chars == len(made.text)
    assert made.packed_size == len(packet.encode(SMALL))
    assert link.decode(made.text) == SMALL


@pytest.mark.parametrize(
    ("chars", "said"),
    [
        (1, link.Advice.COPY),
        (2_000, link.Advice.COPY),
        (2_001, link.Advice.WARN),
        (8_000, link.Advice.WARN),
        (8_001, link.Advice.REFUSE),
    ],
)
def test_advice(chars: int, said: link.Advice) -> None:
    assert link.advice(chars) is said


def test_a_long_link_is_made_and_a_longer_one_is_not() -> None:
    assert link.advice(link.encode(noisy(4_000), PAGE).chars) is link.Advice.WARN
    with pytest.raises(LinkError) as caught:
        link.encode(noisy(6_500), PAGE)
    assert caught.value.code is Code.LINK_TOO_LONG
    assert caught.value.facts["limit"] == 8_000


def test_a_text_beyond_every_link_is_refused_unread() -> None:
    with pytest.raises(LinkError) as caught:
        link.decode("u" * (link.MAX_TEXT_CHARS + 1))
    assert caught.value.code is Code.LINK_MALFORMED


def test_the_largest_packet_fits_the_reader_in_base32() -> None:
    packed = bytes(packet.HEADER_BYTES + packet.MAX_DEFLATED_BYTES)
    text = "https://" + "x" * pages.MAX_ADDRESS_CHARS + "#" + link.fragment(packed, link.BASE32)
    assert len(text) < link.MAX_TEXT_CHARS


@given(st.sampled_from([link.BASE64URL, link.BASE32]), st.data())
def test_whatever_breaks_lines_the_link_opens(base: str, data: st.DataObject) -> None:
    text = PAGE + "#" + link.fragment(packet.encode(SMALL), base)
    for _ in range(3):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.sampled_from(["\n", "\r\n", " ", "\t"])) + text[at:]
    assert link.decode(text) == SMALL


@given(st.text() | st.text(alphabet="uBAEIabc234567_-#%<>/:. \n").map(lambda t: PAGE + "#u" + t))
def test_any_text_decodes_or_is_refused(text: str) -> None:
    with contextlib.suppress(LinkError):
        link.decode(text)


@given(st.data())
def test_a_changed_character_never_opens_as_the_same(data: st.DataObject) -> None:
    text = link.fragment(packet.encode(SMALL), link.BASE64URL)
    at = data.draw(st.integers(1, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJabcdefghij0123456789-_").filter(text[at].__ne__))
    try:
        found = link.decode(text[:at] + other + text[at + 1 :])
    except LinkError:
        return
    # DEFLATE leaves up to seven bits of its last byte unused.
    assert found != SMALL or at >= len(text) - 2


@pytest.mark.parametrize(
    ("given_text", "address", "origin"),
    [
        ("https://verify.example.org", "https://verify.example.org/", "https://verify.example.org"),
        (" HTTPS://Verify.Example.ORG/ ", "https://verify.example.org/", None),
        ("https://a.example:443/x", "https://a.example/x", "https://a.example"),
        ("https://a.example:8443/x/", "https://a.example:8443/x/", "https://a.example:8443"),
        ("http://localhost:8000", "http://localhost:8000/", "http://localhost:8000"),
        ("http://127.0.0.1:80/p", "http://127.0.0.1/p", "http://127.0.0.1"),
        ("http://[::1]:8000/", "http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_page_address(given_text: str, address: str, origin: str | None) -> None:
    assert pages.address(given_text) == address
    assert pages.address(address) == address
    assert pages.origin(given_text) == (origin or pages.origin(address))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "verify.example.org",
        "http://verify.example.org/",
        "http://127.0.0.1.example.org/",
        "ftp://verify.example.org/",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://user@verify.example.org/",
        "https://user:pw@verify.example.org/",
        "https://@verify.example.org/",
        "https://verify.example.org/?q",
        "https://verify.example.org/?",
        "https://verify.example.org/#",
        "https://verify.example.org/#frag",
        "https://verify.example.org/a b",
        "https://verify.example.org/a\nb",
        "https://verify.example.org\\evil",
        "https://verify.example.org:0x50/",
        "https://verify.example.org:99999/",
        "https://verify.example.org/%23",
        "https://vérify.example.org/",
        "https://[::1",
        "https://[not-an-address]/",
        "https://verify.example.org/" + "x" * 200,
    ],
)
def test_bad_page_address(text: str) -> None:
    with pytest.raises(LinkError) as caught:
        pages.address(text)
    assert caught.value.code is Code.PAGE_ADDRESS_BAD


@given(st.text())
def test_any_page_address_is_good_or_refused(text: str) -> None:
    with contextlib.suppress(LinkError):
        assert urlsplit(pages.address("https://" + text)).fragment == ""


@pytest.mark.parametrize("end", [b"", b"\\", b'"'])
def test_text_that_never_ends_is_looked_at_once(end: bytes) -> None:
    text = b'{ "a" : "' + b'\\"' * 2_000_000 + end  # by the square of it, this would take hours
    assert link._SPACE_OUTSIDE_STRINGS.sub(rb"\1", text) == b'{"a":"' + text[9:]
