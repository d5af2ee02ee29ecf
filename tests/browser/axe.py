"""axe, the judge of what everybody can use: asked for all of it once, and then for what a scheme or a width can change.

The two schemes share every element, name and measure; clinic's tokens give the dark one other colours and nothing else.
Contrast takes axe longer than all other rules together. All of a page is judged on the first screen in light; in dark,
and on other screens, one text of each look that is new (looks.js).
"""

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Rules = dict[str, Any]
# Axe leaves out how large a target is, unless it is asked.
TARGETS = {"target-size": {"enabled": True}}
ALL: Rules = {"rules": TARGETS}
WCAG: Rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
# All that axe says about colours.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
COLOURS: Rules = {"runOnly": {"type": "rule", "values": OF_COLOURS}}
ALL_BUT_COLOURS: Rules = {"rules": {**TARGETS, **{name: {"enabled": False} for name in OF_COLOURS}}}
SCRIPTS = AXE_SCRIPT + Path(__file__).with_name("looks.js").read_text("utf-8")
# Colours that fade from one scheme to the other are put at their end: a fade that nobody paints would never reach it.
SETTLE = """() => {
  const ends = (each) => each.effect.getComputedTiming().endTime < Infinity;
  document.getAnimations().filter(ends).forEach((each) => each.finish());
}"""
# What is not wrong need not be listed: on a page with thousands of options the list takes longer than the judgement.
# Nor are the style sheets read once more for the one rule that asks for them, about sounds: nothing of ours plays any.
RUN = """([inside, rules]) => axe.run(inside, {...rules, resultTypes: ["violations"], preload: false})
  .then(found => found.violations)"""
# Where a page that asks again by itself has put others in their place meanwhile, all of it is judged.
RUN_ON_NEW_LOOKS = f"""rules => {{
  const inside = newLooks.every(each => each.isConnected) ? {{include: newLooks}} : "html";
  return ({RUN})([inside, rules]);
}}"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page, rules: Rules = ALL, *, inside: str = "html") -> list[dict[str, Any]]:
    """What axe finds wrong with the page as it stands, as axe tells it."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(SCRIPTS)
    found: list[dict[str, Any]] = page.evaluate(RUN, [inside, rules])
    return found


def lines(found: list[dict[str, Any]]) -> list[str]:
    """A line for each rule that is broken and where."""
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:4]]}" for each in found]


def complaints(page: Page, rules: Rules = ALL) -> list[str]:
    """What axe finds wrong with the page as it stands, a line for each rule that is broken and where."""
    return lines(violations(page, rules))


def complaints_in_both(page: Page, rules: Rules = ALL) -> list[str]:
    """All that is wrong in light, and what is wrong with the colours in dark; the page is left in light."""
    light = complaints(page, rules)
    return [*light, *in_dark(page)] if page.evaluate("findNewLooks()") else light


def complaints_elsewhere(page: Page) -> list[str]:
    """The same for a page that was judged already, on another screen."""
    light = complaints(page, ALL_BUT_COLOURS)
    if not page.evaluate("findNewLooks()"):
        return light
    return [*light, *lines(page.evaluate(RUN_ON_NEW_LOOKS, COLOURS)), *in_dark(page)]


def in_dark(page: Page) -> list[str]:
    """What is wrong with the colours of new looks in dark."""
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLE)
    dark = [f"in dark, {each}" for each in lines(page.evaluate(RUN_ON_NEW_LOOKS, COLOURS))]
    page.emulate_media(color_scheme="light")
    page.evaluate(SETTLE)
    return dark


def wrong_at(page: Page, *widths: int) -> list[str]:
    """What is wrong with the page as it stands on screens of some widths in pixels, and what hangs over their edge."""
    found = []
    for number, width in enumerate(widths):
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate(TOO_WIDE)
        wrong = complaints_elsewhere(page) if number else complaints_in_both(page)
        found += [f"at {width}: {each}" for each in [*wrong, *([f"{over} px too wide"] if over > 0 else [])]]
    return found
