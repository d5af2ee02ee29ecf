"""Two ways to use a page: by touch, and by keys alone. A test that takes one of them takes the same steps by both."""

import re

from playwright.sync_api import Locator, Page, expect

MOST_TABS = 250
HAS_FOCUS = "it => it === document.activeElement"
ID_OF_GROUP = "it => [it.type, it.name]"


class Touch:
    """A finger: it taps the words of a choice, which cover the box or the circle."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def choose(self, choice: Locator) -> None:
        """Tick a box, or take one of several."""
        self.page.locator(f"label[for='{choice.get_attribute('id')}']").first.tap()
        expect(choice).to_be_checked()

    def write(self, field: Locator, words: str) -> None:
        """Fill a field."""
        field.fill(words)

    def press(self, button: Locator) -> None:
        """Press a button or follow a link."""
        button.tap()


class Keys:
    """A keyboard and nothing else: Tab, arrows, Space, Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, selector: str, at: Locator) -> None:
        """Press Tab until the element, or one that matches, has the focus."""
        for _press in range(MOST_TABS):
            if at.evaluate(HAS_FOCUS) or (
                selector and self.page.evaluate("s => document.activeElement.matches(s)", selector)
            ):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {selector or at}")

    def choose(self, choice: Locator) -> None:
        """Tick a box, or go through a group of circles to the one."""
        kind, name = choice.evaluate(ID_OF_GROUP)
        self.go_to(f"input[name='{name}']" if kind == "radio" else "", choice)
        while kind == "radio" and not choice.evaluate(HAS_FOCUS):
            self.page.keyboard.press("ArrowDown")
        if not choice.is_checked():
            self.page.keyboard.press("Space")
        expect(choice).to_be_checked()

    def write(self, field: Locator, words: str) -> None:
        """Go to a field and type; what stands in a field of a date is filled at once."""
        self.go_to("", field)
        if re.search("date", field.get_attribute("type") or ""):
            field.fill(words)
        else:
            self.page.keyboard.type(words)

    def press(self, button: Locator) -> None:
        """Go to a button or a link, and press Enter."""
        self.go_to("", button)
        self.page.keyboard.press("Enter")
