"""The words of a page that somebody sees before they tap anything."""

from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


class VisibleText(HTMLParser):
    """Collects the text of <main>, without what a closed <details> hides and without what only a screen reader says."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            names = dict(attrs).get("class") or ""
            self.open.append((tag, f"{names} is-unfolded" if "open" in dict(attrs) else names))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _names in self.open]
        if "main" not in tags or any("visually-hidden" in names for _tag, names in self.open):
            return
        folds = (
            place for place, (tag, names) in enumerate(self.open) if tag == "details" and "is-unfolded" not in names
        )
        outer = next(folds, None)
        if outer is None or tags[outer + 1 : outer + 2] == ["summary"]:
            self.words += data.split()


def visible_words(page: str) -> list[str]:
    """The words that are visible when the page opens."""
    reader = VisibleText()
    reader.feed(page)
    return reader.words
