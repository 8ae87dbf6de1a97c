"""Tokens, contrasts, icons: what every screen is drawn with."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from wallet import resources
from wallet.app import State
from wallet.report import Outcome
from wallet.ui import icons, theme
from wallet.ui.theme import Theme, contrast, tokens

PALETTES = ("light", "dark")
TEXT_ON = [
    *((ink, ground) for ink in ("ink", "second", "third") for ground in ("window", "panel", "nav")),
    *((ink, ground) for ink in ("ink", "second", "third") for ground in ("field", "hover", "soft")),
    ("ink", "chip"),
    ("second", "chip"),
    ("third", "chip"),
    *(("accent", ground) for ground in ("window", "panel", "nav", "field", "soft", "hover")),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_toast", "toast"),
    ("toast_action", "toast"),
    *(
        (state, ground)
        for state in ("holds", "unchecked", "broken", "ended")
        for ground in (f"{state}_soft", "panel", "window", "soft", "hover")
    ),
]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_can_be_read(palette, ink, ground):
    colours = tokens()[palette]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("ground", ["panel", "field", "window"])
def test_edges_of_fields_and_focus_rings_can_be_seen(palette, ground):
    colours = tokens()[palette]
    assert contrast(colours["edge"], colours[ground]) >= 3
    assert contrast(colours["accent"], colours[ground]) >= 3


@pytest.mark.parametrize("tile", tokens()["tiles"])
def test_letters_on_tiles_can_be_read(tile):
    assert contrast(tile, "#ffffff") >= 4.5


def test_contrast_is_the_ratio_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_palettes_have_the_same_tokens():
    assert tokens()["light"].keys() == tokens()["dark"].keys()


def test_the_sheet_uses_tokens_only_and_grows_with_the_text():
    plain = resources.read("style/window.qss").decode()
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?=[;\s])", plain), "a colour beside the tokens"
    small, large = Theme("light").sheet(), Theme("light", 200).sheet()
    assert "font-size: 15px" in small
    assert "font-size: 30px" in large
    assert "border: 1px" in large


def test_no_text_is_smaller_than_the_second_line():
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", Theme("light").sheet())]
    assert min(sizes) == tokens()["type"]["second"] == 13


@pytest.mark.parametrize("name", resources.names("icons"))
def test_icons_are_drawings_without_scripts_or_links(name):
    root = ElementTree.fromstring(resources.read(name))
    assert root.tag.endswith("svg")
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        "svg",
        "path",
        "circle",
        "rect",
    }


def test_each_state_of_trust_has_its_shape(qapp):
    shown = {state: icons.shape(Theme("light"), state, 16) for state in State}
    assert shown.pop(State.SELF_STATED) is None  # "You say so": no shape
    for state, pixmap in shown.items():
        assert not pixmap.isNull(), state
    pictures = {state: pixmap.toImage() for state, pixmap in shown.items()}
    families = [State.HOLDS, State.UNCHECKED, State.BROKEN, State.ENDED]
    grey = [_silhouette(pictures[state]) for state in families]
    assert len(set(grey)) == len(families), "told apart by colour alone"


def _silhouette(image) -> bytes:
    """Return which pixels are drawn, whatever their colour."""
    return bytes(
        image.pixelColor(x, y).alpha() > 40
        for y in range(image.height())
        for x in range(image.width())
    )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_answer_has_its_shape(qapp, outcome):
    assert not icons.answer(Theme("dark"), outcome, 16).isNull()


def test_the_system_decides_unless_told_otherwise(qapp):
    assert theme.chosen("dark", 125) == Theme("dark", 125)
    assert theme.chosen("light", 100) == Theme("light", 100)
    assert theme.chosen("system", 100).name in PALETTES
