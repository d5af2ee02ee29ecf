"""Say which style sheets and templates have lines that nobody can read: `python tools/long_lines.py`."""

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 140


def read_files() -> Iterator[Path]:
    """The style sheets of the apps, and all templates."""
    for app in ("clinic", "clients", "booking"):
        yield from sorted((ROOT / app).rglob("*.css"))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            yield path


def long_lines() -> list[str]:
    """One line for each that is too long."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in read_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST
    ]


if __name__ == "__main__":
    found = long_lines()
    print("\n".join(found))
    sys.exit(1 if found else 0)
