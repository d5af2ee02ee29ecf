"""What is new since a version, by the changelog that ships with the program."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

CHANGELOG = Path(settings.BASE_DIR) / "CHANGELOG.md"
VERSION_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<day>\S+))?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Release:
    """One version as the changelog has it: its name, the day (empty while it is unreleased) and the text."""

    name: str
    day: str
    text: str


def releases(changelog: str) -> Iterator[Release]:
    """The versions of a changelog in the Keep a Changelog form, the newest first."""
    found = list(VERSION_HEADING.finditer(changelog))
    for heading, following in zip(found, [*found[1:], None], strict=True):
        text = changelog[heading.end() : following.start() if following else len(changelog)]
        yield Release(heading["name"], heading["day"] or "", text.strip())


def releases_since(version: str, changelog: str) -> list[Release]:
    """The versions that came after `version`, the newest first; all of them where the changelog does not know it."""
    news = []
    for each in releases(changelog):
        if each.name == version:
            break
        if each.text:
            news.append(each)
    return news
