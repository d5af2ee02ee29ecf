"""Say which style sheets have lines that nobody can read: `python tools/long_lines.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 140


def long_lines() -> list[str]:
    """One line for each that is too long."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for app in ("clinic", "clients", "booking")
        for path in sorted((ROOT / app).rglob("*.css"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ]


if __name__ == "__main__":
    found = long_lines()
    print("\n".join(found))
    sys.exit(1 if found else 0)
