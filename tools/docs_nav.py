"""A hook of mkdocs: the decisions stand in the navigation by themselves, and so does a page that it does not name."""

import re
from pathlib import Path
from typing import Any

DECISIONS, OTHERS = "Decisions", "More"


def on_config(config: Any) -> Any:
    """Fill the navigation. Called by mkdocs with its configuration, which is changed and given back."""
    docs = Path(config["docs_dir"])
    decisions = sorted(f"decisions/{path.name}" for path in (docs / "decisions").glob("*.md"))
    named = set(pages_of(config["nav"])) | set(decisions)
    others = sorted(path.name for path in docs.glob("*.md") if path.name not in named)
    for section in config["nav"]:
        if DECISIONS in section:
            section[DECISIONS] = [{title_of(docs / page): page} for page in decisions]
    if others:
        config["nav"].append({OTHERS: others})
    return config


def pages_of(nav: Any) -> list[str]:
    """The pages that a navigation names, at any depth."""
    if isinstance(nav, str):
        return [nav]
    return [page for part in (nav.values() if isinstance(nav, dict) else nav) for page in pages_of(part)]


def title_of(page: Path) -> str:
    """A page's first heading, without the marks of code."""
    found = re.search(r"^# (.+)$", page.read_text(), re.MULTILINE)
    return found[1].replace("`", "") if found else page.stem
