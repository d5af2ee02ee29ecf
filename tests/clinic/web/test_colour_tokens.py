"""The colour tokens: every text pair readable in both themes (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "clinic" / "static" / "css"
TEXT, PART = 4.5, 3.0  # SC 1.4.3 for text, SC 1.4.11 for edges of controls and for focus

ON_PAPER = ["ink", "ink-soft", "ember", "ember-deep", "sage", "amber", "brick", "basalt"]
PAIRS = [
    *[(text, ground, TEXT) for text in ON_PAPER for ground in ("paper", "surface", "sunk")],
    *[(f"on-{name}", name, TEXT) for name in ("ember", "sage", "amber", "brick", "basalt")],
    *[(f"on-{name}", f"{name}-deep", TEXT) for name in ("ember", "brick")],
    *[("ink", f"{name}-tint", TEXT) for name in ("ember", "sage", "amber", "brick", "basalt")],
    *[("ink-soft", f"{name}-tint", TEXT) for name in ("ember", "sage", "amber", "brick", "basalt")],
    *[(name, f"{name}-tint", TEXT) for name in ("ember", "sage", "amber", "brick", "basalt")],
    *[("edge", ground, PART) for ground in ("paper", "surface", "sunk")],
    ("ember", "skin", PART),
]


def blocks(css: str) -> dict[str, dict[str, str]]:
    """Each rule of the token file by its selector, with the hex tokens it sets."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    found: dict[str, dict[str, str]] = {}
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", plain):
        name = " ".join(selector.split())
        found.setdefault(name, {}).update(re.findall(r"--ws-([a-z-]+):\s*(#[0-9a-f]{6})\b", body))
    return found


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


LIGHT_CSS, _dark, DARK_CSS = (CSS / "tokens.css").read_text().partition("@media (prefers-color-scheme: dark) {")
LIGHT, DARK = blocks(LIGHT_CSS)[":root"], blocks(DARK_CSS)[":root"]


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_named_colours_of_the_design_are_kept() -> None:
    named = {"paper": "#f7f4ef", "ink": "#2a2926", "basalt": "#3d4248", "ember": "#a8492a", "sage": "#4f6f52"}
    assert {name: LIGHT[name] for name in named} == named


def test_both_themes_set_the_same_tokens() -> None:
    assert set(LIGHT) == set(DARK)
    assert len(LIGHT) >= 25


@pytest.mark.parametrize(("text", "ground", "least"), PAIRS, ids=str)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_pair_reads_well(theme: str, text: str, ground: str, least: float) -> None:
    colours = LIGHT if theme == "light" else DARK
    ratio = contrast(colours[text], colours[ground])
    assert ratio >= least, f"{theme}: {text} on {ground} is {ratio:.2f}, needs {least}"


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css") if path.name != "tokens.css"))
def test_no_colour_is_named_outside_the_token_file(sheet: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)|\brgba?\(|\bhsla?\(", rules) == []


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_no_style_sheet_needs_what_the_content_policy_forbids(sheet: str) -> None:
    rules = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.DOTALL)
    assert "data:" not in rules
    assert "http:" not in rules
    assert "https:" not in rules
    assert "@import" not in rules


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css")))
def test_every_token_that_is_used_exists(sheet: str) -> None:
    known = set(re.findall(r"--ws-[a-z-]+(?=:)", "".join(path.read_text() for path in CSS.glob("*.css"))))
    assert set(re.findall(r"var\((--ws-[a-z-]+)", (CSS / sheet).read_text())) <= known
