"""The practice's own colours: whatever is chosen, what is offered reads in both themes, measured by another formula."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clinic.colours.contrast import Shade, contrast
from clinic.colours.judging import better_colours
from clinic.colours.palette import (
    OUR_ACCENT,
    OUR_PAPER,
    TEXTS_ON_PAPER,
    Palette,
    colour_name,
    nearest_accent,
    nearest_paper,
)
from clinic.models import Practice
from tests.clinic.web import test_colour_tokens as tokens
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
WHOLE = {"light": tokens.LIGHT, "dark": tokens.DARK}


def unreadable(palette: Palette) -> list[str]:
    """The pairs of css/tokens.css that do not read with these colours put in."""
    return [
        f"{theme}: {text} on {ground}"
        for theme, own in (("light", palette.light), ("dark", palette.dark))
        for text, ground, least in tokens.PAIRS
        if tokens.contrast({**WHOLE[theme], **own}[text], {**WHOLE[theme], **own}[ground]) < least
    ]


@settings(max_examples=40, deadline=None)
@given(accent=COLOURS, paper=COLOURS)
@example(accent="#ffffff", paper="#000000")
@example(accent="#ffff00", paper="#ffffff")
@example(accent="#000000", paper="#ff0000")
@example(accent="#00ff00", paper="#0000ff")
def test_whatever_is_chosen_what_is_offered_reads(accent: str, paper: str) -> None:
    paper = nearest_paper(paper)
    palette = Palette(nearest_accent(accent, paper), paper)
    assert unreadable(palette) == []
    assert better_colours(accent=palette.accent, paper=palette.paper) == {}


@settings(max_examples=100, deadline=None)
@given(accent=COLOURS)
def test_a_colour_that_reads_is_offered_as_it_is(accent: str) -> None:
    offered = nearest_accent(accent)
    assert offered == accent or unreadable(Palette(accent))
    assert nearest_accent(offered) == offered


def test_ours_read_and_stay_what_the_token_file_says() -> None:
    assert unreadable(Palette()) == []
    assert (tokens.LIGHT["ember"], tokens.LIGHT["paper"]) == (OUR_ACCENT, OUR_PAPER)
    ours = [tokens.LIGHT, tokens.DARK]
    for own, theme in zip(ours, ("light", "dark"), strict=True):
        assert set(TEXTS_ON_PAPER[theme]) == {own[name] for name in tokens.ON_PAPER if not name.startswith("ember")}
        papers = Palette("#4f6f52").light if theme == "light" else Palette("#4f6f52").dark
        assert {name: papers[name] for name in ("paper", "surface", "sunk", "line")} == {
            name: own[name] for name in ("paper", "surface", "sunk", "line")
        }


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#a8492a", "#4f6f52", "#0000ff", "#ffff00", "#123456"])
def test_a_shade_there_and_back_is_the_same_colour(colour: str) -> None:
    assert Shade.of(colour).hex == colour


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48)])
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


def test_colours_have_names() -> None:
    found = [colour_name(each) for each in ("#ff0000", "#003300", "#aaccff", "#000000", "#ffffff", "#888888")]
    assert len(set(found)) == 6
    assert found[1].startswith("dark")


@pytest.mark.parametrize("typed", ["red", "#fff", "#12345g", "#1234567", "url(//x)", "#a8492a;}body{x:y"])
def test_what_is_no_colour_is_refused(cast: Cast, typed: str) -> None:
    cast.practice.accent_colour = typed
    with pytest.raises(ValidationError) as no:
        cast.practice.full_clean()
    assert "accent_colour" in no.value.message_dict


def test_a_colour_too_light_to_read_is_refused_with_one_that_reads(cast: Cast) -> None:
    cast.practice.accent_colour = "#ffd54a"
    with pytest.raises(ValidationError) as no:
        cast.practice.full_clean()
    (said,) = no.value.message_dict["accent_colour"]
    found = re.search(r"#[0-9a-f]{6}", said)
    assert found
    assert unreadable(Palette(found.group())) == []


def test_the_style_sheet_lasts_and_other_colours_have_another_address(cast: Cast, client: Browser) -> None:
    assert "/colours/" not in client.get("/").content.decode()
    practice = Practice.read()
    addresses = []
    for accent in ("#2f6b70", "#5b4b8a"):
        practice.accent_colour = accent
        practice.full_clean()
        practice.save()
        page = client.get("/").content.decode()
        found = re.search(r"/colours/[0-9a-f]+\.css", page)
        assert found
        addresses.append(found.group())
        sheet = client.get(found.group())
        assert sheet["Content-Type"].startswith("text/css")
        assert "immutable" in sheet["Cache-Control"]
        assert f"--ws-ember:{accent};" in sheet.content.decode()
        assert client.get(found.group(), headers={"if-none-match": sheet["ETag"]}).status_code == 304
    assert len(set(addresses)) == 2
    assert client.get(addresses[0]).status_code == 404


def test_the_style_sheet_sets_only_tokens_that_there_are() -> None:
    sheet = Palette("#2f6b70", "#f4f5f1").style_sheet
    known = set(re.findall(r"--ws-[a-z-]+(?=:)", (Path(tokens.CSS) / "tokens.css").read_text()))
    used = set(re.findall(r"--ws-[a-z-]+(?=:)", sheet))
    assert used <= known
    assert len(used) >= 8
    assert sheet.count("{") == sheet.count("}")
