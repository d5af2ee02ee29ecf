"""The catalogue as it ships with Warmstone: the file, and a checked catalogue of it or of another one."""

from functools import lru_cache
from pathlib import Path

from clients.care.catalogue import Catalogue
from clients.care.checks import check_catalogue
from clients.care.reading import parse_catalogue

SHIPPED = Path(__file__).with_name("care-catalogue.yaml")


def read_catalogue(source: Path | str) -> Catalogue:
    """A catalogue from a YAML file (a Path) or from YAML text.

    Raises CatalogueError, listing the problems, where the file is broken or a reference does not resolve.
    """
    catalogue = parse_catalogue(source.read_text(encoding="utf-8") if isinstance(source, Path) else source)
    check_catalogue(catalogue)
    return catalogue


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue as it ships with Warmstone, read once per process."""
    return read_catalogue(SHIPPED)
