"""axe, the judge of what everybody can use: asked for all of it in light, and in dark for what a scheme can change.

The two schemes share every element, name and measure; clinic's tokens give the dark one other colours and nothing else.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

Rules = dict[str, Any]
ALL: Rules = {}
WCAG: Rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}
# All that axe says about colours.
COLOURS: Rules = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Colours that fade from one scheme to the other are put at their end: a fade that nobody paints would never reach it.
SETTLE = """() => {
  const ends = (each) => each.effect.getComputedTiming().endTime < Infinity;
  document.getAnimations().filter(ends).forEach((each) => each.finish());
}"""
# What is not wrong need not be listed: on a page with thousands of options the list takes longer than the judgement.
# Nor are the style sheets read once more for the one rule that asks for them, about sounds: nothing of ours plays any.
RUN = """([context, rules]) => axe.run(context, {...rules, resultTypes: ["violations"], preload: false})
  .then(found => found.violations)"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page, rules: Rules = ALL, *, inside: str = "html") -> list[dict[str, Any]]:
    """What axe finds wrong with the page as it stands, as axe tells it."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN, [inside, rules])
    return found


def complaints(page: Page, rules: Rules = ALL) -> list[str]:
    """The same, a line for each rule that is broken and where."""
    return [f"{each['id']}: {[node['target'] for node in each['nodes'][:4]]}" for each in violations(page, rules)]


def complaints_in_both(page: Page, rules: Rules = ALL) -> list[str]:
    """All that is wrong in light, and what is wrong with the colours in dark; the page is left in light."""
    light = complaints(page, rules)
    page.emulate_media(color_scheme="dark")
    page.evaluate(SETTLE)
    dark = [f"in dark, {each}" for each in complaints(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    page.evaluate(SETTLE)
    return [*light, *dark]


def wrong_at(page: Page, *widths: int) -> list[str]:
    """What is wrong with the page as it stands on screens of some widths in pixels, and what hangs over their edge."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        over = page.evaluate(TOO_WIDE)
        wrong = [*complaints_in_both(page), *([f"{over} px too wide"] if over > 0 else [])]
        found += [f"at {width}: {each}" for each in wrong]
    return found
