"""The catalogue as it ships with Warmstone: the file as a mapping, and as a checked value."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from clients.care.catalogue import Catalogue, CatalogueError, parse_catalogue

SHIPPED = Path(__file__).with_name("catalogue.yaml")


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
