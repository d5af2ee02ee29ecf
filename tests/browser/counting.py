"""What a job costs a person: taps, fields that they type into, pages that are loaded. Counted by the browser itself."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, Request

from tests.fixtures.processes import ROOT

# Each press of a pointer is a tap, also one that opens a list of choices; a field counts once, whatever is typed.
COUNTS = """() => {
  const kept = () => JSON.parse(sessionStorage.getItem("counted") || '{"taps": 0, "fields": []}');
  const keep = (counted) => sessionStorage.setItem("counted", JSON.stringify(counted));
  addEventListener("pointerdown", (event) => {
    if (!event.isTrusted) return;
    const counted = kept();
    counted.taps += 1;
    keep(counted);
  }, true);
  addEventListener("input", (event) => {
    const it = event.target;
    const counted = kept();
    if (it.matches("select")) counted.taps += 1;
    else if (it.matches("textarea, input:not([type=checkbox], [type=radio], [type=range])")) {
      const name = `${location.pathname} ${it.name || it.id}`;
      if (!counted.fields.includes(name)) counted.fields.push(name);
    }
    keep(counted);
  }, true);
}"""
READ = "JSON.parse(sessionStorage.getItem('counted') || '{\"taps\": 0, \"fields\": []}')"
GUIDE = ROOT / "docs" / "using-therapists.md"
CLIENTS_GUIDE = ROOT / "docs" / "using-clients.md"


# What is written on a page and seen, without its frame and without what is folded or meant for a screen reader.
WORDS = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  let words = 0;
  for (let node; (node = walker.nextNode()); ) {
    if (node.parentElement.closest(".visually-hidden, script") || !node.parentElement.checkVisibility()) continue;
    words += (node.textContent.match(/\\p{L}[\\p{L}’'-]*/gu) || []).length;
  }
  return words;
}"""


@dataclass(frozen=True)
class Cost:
    """Taps, typed fields, page loads."""

    taps: int
    fields: int
    loads: int


class Counter:
    """Counts on a page from the moment `begin` is called. Make it before the page goes anywhere."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.loads = 0
        page.add_init_script(f"({COUNTS})()")
        page.on("request", self.note)

    def note(self, request: Request) -> None:
        """A page of its own was asked for; a redirect is a part of the same load."""
        if request.is_navigation_request() and request.frame == self.page.main_frame and not request.redirected_from:
            self.loads += 1

    def begin(self) -> None:
        """From here on it counts."""
        self.page.evaluate("sessionStorage.removeItem('counted')")
        self.loads = 0

    @property
    def cost(self) -> Cost:
        """What it came to so far."""
        counted = self.page.evaluate(READ)
        return Cost(counted["taps"], len(counted["fields"]), self.loads)


def words_on(page: Page) -> int:
    """How many words there are to read on a page."""
    return int(page.evaluate(WORDS))


def most_words(job: str, guide: Path) -> int:
    """How many words a guide says that there are to read at most. Raises AssertionError where it has no row for it."""
    row = re.search(rf"^\| {re.escape(job)} (?:\| \d+ ){{3}}\| (\d+) \|", guide.read_text("utf-8"), re.MULTILINE)
    assert row is not None, f"no row of the guide counts the words of “{job}”"
    return int(row[1])


def documented(job: str, guide: Path = GUIDE) -> Cost:
    """What a guide says that a job costs. Raises AssertionError where it has no row for it."""
    row = re.search(rf"^\| {re.escape(job)} \| (\d+) \| (\d+) \| (\d+) \|", guide.read_text("utf-8"), re.MULTILINE)
    assert row is not None, f"no row of the guide counts “{job}”"
    return Cost(*map(int, row.groups()))
