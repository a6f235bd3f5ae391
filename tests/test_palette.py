"""Looks and words: one home for all, and one colour for one side on every ground and in every place."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from matrix import load, palette
from matrix.analysis.common_ground import TIERS
from matrix.charts.labels import side_marks
from matrix.charts.theme import DARK, LIGHT
from matrix.dashboard.assets import HERE, page_style
from matrix.dashboard.grid import Grid
from matrix.dashboard.html.templates import render
from matrix.dataset.schema import TABLES
from matrix.palette import (
    INK,
    LINK_WORDS,
    MOON,
    NIGHT,
    NO_SIDE_COLOUR,
    PAGE,
    PAPER,
    SIDE_COLOURS,
    Look,
    contrast,
    sides_of,
    stances_of,
    tiers,
    visible,
)
from tests.tiny import dataset as tiny

STYLES = HERE / "styles"
SHEETS = sorted(HERE.parent.rglob("*.css"))
TOKENS = dict(re.findall(r"(--pm-[\w-]+): ([^;]+);", (STYLES / "tokens.css").read_text(encoding="utf-8")))


def test_every_tier_and_kind_of_link_has_a_word() -> None:
    assert tuple(tiers()) == TIERS
    assert set(LINK_WORDS) == set(TABLES["links"]["kind"].values)


def test_text_on_a_stances_fill_can_be_read_on_both_grounds() -> None:
    dataset = tiny()
    looks = stances_of(dataset)
    assert list(looks) == [*dataset.scale.ids, "mixed"]
    for look in looks.values():
        assert contrast(look.light, INK) >= 4.5
        assert contrast(look.dark, MOON) >= 4.5


@pytest.mark.parametrize("colour", [*SIDE_COLOURS, NO_SIDE_COLOUR, "#000000", "#FFFFFF", "#14191F"])
def test_a_side_stands_out_from_the_page_by_day_and_by_night(colour: str) -> None:
    look = Look("us", "United States", "", "", colour)
    assert contrast(look.on_light, PAGE[0]) >= 3
    assert contrast(look.on_light, PAPER) >= 3
    assert contrast(look.on_dark, PAGE[1]) >= 3
    assert contrast(look.on_dark, NIGHT) >= 3


def test_a_colour_that_stands_out_stays_as_it_is() -> None:
    assert Look("us", "", "", "", "#332288").on_light == "#332288"
    assert Look("us", "", "", "", "#332288").on_dark != "#332288"
    assert visible("#CC79A7", NIGHT, MOON) == "#CC79A7"


def test_the_page_and_the_charts_draw_a_side_in_one_colour(shipped: Path) -> None:
    dataset = load(shipped)
    for id_, look in sides_of(dataset).items():
        light, dark = (side_marks(dataset, theme)[id_].colour for theme in (LIGHT, DARK))
        assert f'style="--s:light-dark({light},{dark})"' in render("parts.html", "side", look)


def test_the_pages_ground_is_the_one_of_the_configuration(root: Path) -> None:
    theme = tomllib.loads((root / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    assert tuple(theme[one]["backgroundColor"].upper() for one in ("light", "dark")) == PAGE


def test_the_style_sheets_colours_are_the_palettes() -> None:
    def both(light: str, dark: str) -> str:
        return f"light-dark({light.lower()}, {dark.lower()})"

    assert TOKENS["--pm-page"] == both(*PAGE)
    assert TOKENS["--pm-on-fill"] == both(INK, MOON)
    assert TOKENS["--pm-condition"] == palette.BACKING_COLOURS[1].lower()
    assert TOKENS["--pm-opposed"] == palette.OPPOSING_COLOURS[0].lower()
    assert TOKENS["--pm-caution"] == palette.NEUTRAL_COLOUR.lower()
    none = Look("", "", "", "", NO_SIDE_COLOUR)
    assert TOKENS["--pm-no-side"] == both(none.on_light, none.on_dark)


def test_the_browser_is_given_the_palettes_words_and_glyphs() -> None:
    sent = json.loads(Grid((), (), (), ()).payload)
    words = {name: (word, short, glyph) for _, name, word, short, glyph in sent["blanks"]}
    assert words == {kind: (look.word, look.short, look.mark) for kind, look in palette.BLANKS.items()}
    assert sent["signs"] == {"official": palette.OFFICIAL_GLYPH, "against": palette.AGAINST_GLYPH}
    scripts = "".join(file.read_text(encoding="utf-8") for file in HERE.parent.rglob("*.js"))
    sheets = "".join(file.read_text(encoding="utf-8") for file in SHEETS)
    for text in [*(one for row in words.values() for one in row if one), *sent["signs"].values()]:
        if text in ("superseded", "?", "outside"):  # a kind's name too, and a sign of the languages themselves
            continue
        assert text not in scripts, text
        assert text not in sheets, text


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda file: file.name)
def test_streamlits_own_names_are_in_one_sheet(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    inner = re.findall(r"\.st[A-Z]\w*|data-testid|data-baseweb|react-aria|st-emotion", text)
    assert bool(inner) == (sheet.name == "streamlit.css")


# Where scripts and Python need them, and why: no key leads to what lies outside of the page, or around all of it.
OWN_NAMES = {
    "history.js": {"data-testid"},  # the links of the navigation, which Streamlit draws
    "showing.js": {"data-baseweb", ".stMainBlockContainer"},  # what lies on top of the page; the box that grows
    "__init__.py": {".stHtml"},  # the scope of our layers: what `st.html` draws, and no widget
}


def test_scripts_take_streamlits_own_names_only_where_no_key_leads() -> None:
    found: dict[str, set[str]] = {}
    for file in (*HERE.parent.rglob("*.js"), *HERE.parent.rglob("*.py")):
        names = re.findall(
            r"\.st[A-Z]\w*|data-testid|data-baseweb|react-aria|st-emotion", file.read_text(encoding="utf-8")
        )
        if names:
            found.setdefault(file.name, set()).update(names)
    assert found == OWN_NAMES


def test_every_variable_is_set_somewhere() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in SHEETS)
    used = set(re.findall(r"var\((--pm-[\w-]+)", text))
    assert used <= set(re.findall(r"(--pm-[\w-]+):", text))
    assert set(TOKENS) <= used


def test_the_layers_are_in_order_and_hold_every_sheet() -> None:
    text = page_style()
    assert re.findall(r"^@layer ([\w, ]+)", text, re.MULTILINE) == [
        "tokens, base, pages, widgets",
        *("tokens ", "base ", "pages ", "widgets "),
    ]
    assert all(file.read_text(encoding="utf-8") in text for file in STYLES.rglob("*.css"))
    assert text.count("{") == text.count("}")
