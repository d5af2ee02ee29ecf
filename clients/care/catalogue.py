"""The whole care catalogue as one frozen value, read from its mapping and checked as a whole; the one that ships."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from clients.care.checks import problems_of
from clients.care.entries import Slugs
from clients.care.index import Index
from clients.care.sections import Sections, Source

SHIPPED = Path(__file__).with_name("catalogue.yaml")


class CatalogueError(ValueError):
    """A catalogue that cannot be used; `problems` lists what is wrong and where, one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class Catalogue(Sections):
    """Everything the engine knows, each tuple in the order of the file."""

    @cached_property
    def index(self) -> Index:
        """Lookups by slug and the rules worked out ahead, built once."""
        return Index(self)

    def cited(self, slugs: Iterable[str]) -> tuple[Source, ...]:
        """The sources named, in the order of the file."""
        wanted: Slugs = frozenset(slugs)
        return tuple(source for slug, source in self.sources.items() if slug in wanted)


def parse_catalogue(data: Mapping[str, Any]) -> Catalogue:
    """A catalogue from its mapping (the YAML file's form), checked as a whole.

    Raises CatalogueError with a line for each problem, such as "oils.lavender.tags.0: ...".
    """
    try:
        # By way of JSON, pydantic's strict reading still takes lists for tuples and words for enumerations.
        catalogue = Catalogue.model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise CatalogueError([describe(each["loc"], each["msg"], data) for each in error.errors()]) from error
    except (TypeError, ValueError) as error:
        raise CatalogueError([str(error)]) from error
    if problems := problems_of(catalogue):
        raise CatalogueError(problems)
    return catalogue


def describe(location: tuple[int | str, ...], message: str, data: Any) -> str:
    """Where a problem is, with the slug of an entry for its place in the list, and what it is."""
    path: list[str] = []
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
        slug = data.get("id") if isinstance(data, dict) else None
        path.append(str(slug if isinstance(step, int) and slug else step))
    return f"{'.'.join(path)}: {message}"


class UniqueKeyLoader(yaml.CSafeLoader):
    """Reads YAML and refuses a key that stands twice: one of the two would be lost in silence."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping of a node."""
        keys = [self.construct_object(key, deep=deep) for key, _value in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def read_yaml(text: str) -> dict[str, Any]:
    """The mapping that a YAML text writes. Raises CatalogueError with the place in the text."""
    try:
        # A safe loader, with one more refusal.
        data = yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise CatalogueError([str(error)]) from error
    if not isinstance(data, dict):
        raise CatalogueError(["the catalogue is a mapping of sections"])
    return data


@lru_cache(maxsize=1)
def shipped_data() -> dict[str, Any]:
    """The shipped file as a mapping. Shared: copy before changing."""
    return read_yaml(SHIPPED.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue as it ships with Warmstone, read once per process."""
    return parse_catalogue(shipped_data())
