"""Which entries of the catalogue the practice offers: one switch an entry, over the same checked edits."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from clients.care.regions import places_of
from clients.catalogue import current_catalogue, current_data, entries_of, shipped_entry
from clients.catalogue.edits import save_edit, withdraw_edit
from clients.models import CatalogueEdit
from clients.models.catalogue import EntryKind
from clinic.models import Practice, User

SWITCHED_KINDS = (EntryKind.OIL, EntryKind.TIP, EntryKind.RECOMMENDATION)
GROUP_TITLES = {
    EntryKind.OIL: _("Oils"),
    EntryKind.TIP: _("Home care"),
    EntryKind.RECOMMENDATION: _("Recommended massages"),
}


@dataclass(frozen=True)
class EntrySwitch:
    """One entry: whether it is offered, and whether the law of the country keeps it off whatever the practice says."""

    kind: str
    slug: str
    name: str
    on: bool
    off_by_law: bool


@dataclass(frozen=True)
class SwitchGroup:
    """The entries of one kind."""

    kind: EntryKind
    entries: tuple[EntrySwitch, ...]

    @property
    def title(self) -> str:
        """What they are called together."""
        return str(GROUP_TITLES[self.kind])

    @property
    def offered(self) -> int:
        """How many are offered."""
        return sum(each.on and not each.off_by_law for each in self.entries)


def entries_to_switch(practice: Practice) -> list[SwitchGroup]:
    """Each kind that has switches, with its entries in the order of the catalogue."""
    data = current_data()
    places = places_of(practice.country, current_catalogue().meta.regions)
    return [
        SwitchGroup(
            kind,
            tuple(
                EntrySwitch(
                    kind=kind,
                    slug=slug,
                    name=str(entry.get("name") or slug),
                    on=not entry.get("off_by_default"),
                    off_by_law=not places.isdisjoint(entry.get("off_in_regions", ())),
                )
                for slug, entry in entries_of(data, kind).items()
            ),
        )
        for kind in SWITCHED_KINDS
    ]


def switch_entry(kind: str, slug: str, *, on: bool, by: User | None) -> str:
    """Offer an entry or not; return its name. An entry that is then as it ships is no edit any more.

    Raises KeyError for none, CatalogueError where the catalogue would not be sound.
    """
    entry = dict(entries_of(current_data(), kind)[slug])
    written = {name: value for name, value in entry.items() if name != "off_by_default"}
    if not on:
        written["off_by_default"] = True
    edit = CatalogueEdit.objects.filter(kind=kind, slug=slug).first()
    if edit is not None and written == shipped_entry(kind, slug):
        withdraw_edit(edit)
    elif written != entry:
        save_edit(kind, slug, written, by=by)
    return str(entry.get("name") or slug)
