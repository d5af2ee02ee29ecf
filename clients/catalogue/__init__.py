"""The care catalogue that the practice owns: from its tables to the pure value that the engine works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from clients.care import Catalogue, shipped
from clients.catalogue.tables import assemble_catalogue, read_tables
from clients.models import CatalogueInfo
from clinic.models.configuration import PerVersion


@dataclass(frozen=True)
class Edition:
    """The catalogue in force, and the label that plans and intakes keep of it, such as "1.0.0/12"."""

    catalogue: Catalogue
    label: str
    token: UUID | None


def current_catalogue() -> Catalogue:
    """The catalogue in force, by the version of the configuration; all of it is read again only after a change.

    Before `load_catalogue` has ever run it is the one that ships with Warmstone.
    """
    return current_edition().catalogue


def current_edition() -> Edition:
    """The catalogue in force with its label, for whatever keeps a record of the edition it was made under."""
    return EDITION.current()


class Editions:
    """The edition in force. Most changes of the configuration leave the catalogue as it is, and reading it is slow."""

    def __init__(self) -> None:
        self.last: Edition | None = None

    def read(self) -> Edition:
        """The edition in force, as it was read last where its token still stands."""
        info = catalogue_info()
        if info is None:
            return Edition(shipped(), f"{shipped().reference.version}/0", None)
        last = self.last
        if last is None or last.token != info.token:
            last = self.last = Edition(read_catalogue_tables(info), info.label, info.token)
        return last


EDITION = PerVersion(Editions().read)


def catalogue_info() -> CatalogueInfo | None:
    """The row of the edition in force, with its two special oils; None before the catalogue has been loaded."""
    return usable_info().select_related("fallback_oil", "default_carrier").first()


def usable_info() -> QuerySet[CatalogueInfo]:
    """The one row about the catalogue, once the catalogue has been loaded whole."""
    return CatalogueInfo.objects.filter(
        pk=CatalogueInfo.ONLY, fallback_oil__isnull=False, default_carrier__isnull=False
    )


def read_catalogue_tables(info: CatalogueInfo) -> Catalogue:
    """The catalogue as the tables stand now, past any cache."""
    assert info.fallback_oil is not None  # noqa: S101  in_force and load leave no row without
    assert info.default_carrier is not None  # noqa: S101
    return assemble_catalogue(read_tables(), info.fallback_oil.slug, info.default_carrier.slug, shipped().reference)


@contextmanager
def catalogue_edit() -> Iterator[CatalogueInfo]:
    """A transaction in which the catalogue may be changed, one at a time: two edits that are each fine can together be
    wrong (two techniques that inherit from each other). Whoever changes something calls `touch` inside."""
    with transaction.atomic():
        CatalogueInfo.objects.get_or_create(pk=CatalogueInfo.ONLY, defaults={"version": shipped().reference.version})
        yield CatalogueInfo.objects.select_for_update(no_key=True).get(pk=CatalogueInfo.ONLY)


def mark_changed() -> None:
    """Say that the catalogue has changed: a new edition, which every process notices at its next plan."""
    CatalogueInfo.objects.filter(pk=CatalogueInfo.ONLY).update(
        edition=F("edition") + 1, token=uuid4(), changed_at=timezone.now()
    )
