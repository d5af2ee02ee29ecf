"""A block that no base of its page has is never shown: a script or a warning in it is lost without a word."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = settings.BASE_DIR / "templates"
FRAMES = ("emails/frames/subject.txt", "emails/frames/layout.txt", "emails/frames/layout.html")
# Pages of Django's admin are not looked at: ours extend theirs under the same name.
BASE = re.compile(r'{%\s*extends\s+(?:"(?!admin/)([^"]+)"|layout)\s')
BLOCK = re.compile(r"{%\s*(block|endblock)\b\s*([\w-]*)")


def bases_of(source: str) -> Iterator[str]:
    """The sources of all templates that one stands in; a mail stands in each of its frames."""
    if base := BASE.search(source):
        for name in [base[1]] if base[1] else FRAMES:
            above = str(get_template(name).template.source)  # type: ignore[attr-defined]
            yield above
            yield from bases_of(above)


def outer_blocks(source: str) -> Iterator[str]:
    """The blocks of a template that stand in no other."""
    depth = 0
    for tag, name in BLOCK.findall(source):
        if tag == "block" and not depth:
            yield name
        depth += 1 if tag == "block" else -1


def never_shown(source: str) -> set[str]:
    """The blocks of a template that none of its bases has."""
    bases = list(bases_of(source))
    known = {name for base in bases for tag, name in BLOCK.findall(base) if tag == "block"}
    return set(outer_blocks(source)) - known if bases else set()


def test_every_block_has_its_place_in_a_base() -> None:
    pages = [path for path in TEMPLATES.rglob("*.*") if BASE.search(path.read_text(encoding="utf-8"))]
    assert len(pages) > 150
    lost = {str(path.relative_to(TEMPLATES)): never_shown(path.read_text(encoding="utf-8")) for path in pages}
    assert {name: blocks for name, blocks in lost.items() if blocks} == {}


@pytest.mark.parametrize("base", ['"base_client.html"', '"emails/frames/letter.txt"', "layout"])
def test_a_block_without_a_place_is_found(base: str) -> None:
    source = f"{{% extends {base} %}}{{% block extra_body %}}{{% block heading %}}{{% endblock %}}{{% endblock %}}"
    assert never_shown(source) == {"extra_body"}
