"""The practice's edits: in force from the next plan on, checked as a whole, taken back as easily."""

import copy
from typing import Any

import pytest

from clients import catalogue as module
from clients.care import Answers, CatalogueError, make_care_plan, shipped, shipped_data
from clients.catalogue import current_catalogue, current_edition, hash_of, shipped_entry
from clients.catalogue.edits import changed_originals, save_edit, uses_of, withdraw_edit
from clients.models import CatalogueEdit, EntryKind

pytestmark = pytest.mark.django_db


def lavender(**changed: Any) -> dict[str, Any]:
    entry = shipped_entry(EntryKind.OIL, "lavender")
    assert entry
    return {**entry, **changed}


def test_without_edits_the_shipped_catalogue_is_in_force() -> None:
    assert current_catalogue() is shipped()
    assert current_edition().label == shipped().meta.version


def test_an_edit_is_in_force_at_once_and_has_a_label_of_its_own() -> None:
    save_edit(EntryKind.OIL, "lavender", lavender(name="Our lavender"), by=None)
    assert current_catalogue().index.oils["lavender"].name == "Our lavender"
    first = current_edition().label
    assert first.startswith(f"{shipped().meta.version}+")
    assert len(first) <= 40
    save_edit(EntryKind.OIL, "lavender", lavender(name="Lavender of the hill"), by=None)
    assert current_edition().label != first
    assert CatalogueEdit.objects.count() == 1


def test_what_is_switched_off_is_proposed_to_nobody() -> None:
    relaxing = Answers(region="US")
    assert "lavender" in {oil.slug for oil in make_care_plan(current_catalogue(), relaxing).oils}
    save_edit(EntryKind.OIL, "lavender", lavender(off_by_default=True), by=None)
    assert "lavender" not in {oil.slug for oil in make_care_plan(current_catalogue(), relaxing).oils}


def test_an_entry_of_its_own_stands_after_the_shipped_ones_and_goes_again() -> None:
    save_edit(EntryKind.OIL, "our-cedar", lavender(id="our-cedar", name="Cedar"), by=None)
    assert [oil.id for oil in current_catalogue().oils][-1] == "our-cedar"
    withdraw_edit(CatalogueEdit.objects.get())
    assert current_catalogue() == shipped()


@pytest.mark.parametrize("broken", [{"tags": ["tropical"]}, {"house_percent": "two"}, {"tagz": []}])
def test_an_edit_that_breaks_the_catalogue_changes_nothing(broken: dict[str, Any]) -> None:
    with pytest.raises(CatalogueError) as refused:
        save_edit(EntryKind.OIL, "lavender", lavender(**broken), by=None)
    assert [problem for problem in refused.value.problems if problem.startswith("oils.lavender")]
    assert not CatalogueEdit.objects.exists()
    assert current_catalogue() is shipped()


def test_an_own_entry_that_another_needs_does_not_go() -> None:
    save_edit(EntryKind.OIL, "our-cedar", lavender(id="our-cedar", name="Cedar"), by=None)
    save_edit(EntryKind.OIL, "our-blend", lavender(id="our-blend", kind="blend", contains=["our-cedar"]), by=None)
    with pytest.raises(CatalogueError):
        withdraw_edit(CatalogueEdit.objects.get(slug="our-cedar"))
    assert "our-cedar" in current_catalogue().index.oils


def test_after_an_upgrade_an_edit_stays_and_its_changed_original_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    edit = save_edit(EntryKind.OIL, "lavender", lavender(name="Our lavender"), by=None)
    assert edit.replaced == hash_of(shipped_entry(EntryKind.OIL, "lavender"))
    assert changed_originals() == []
    newer = copy.deepcopy(shipped_data())
    next(oil for oil in newer["oils"] if oil["id"] == "lavender")["dose"] = "1 percent in plain oil."
    monkeypatch.setattr(module, "shipped_data", lambda: newer)
    (changed,) = changed_originals()
    assert changed.edit == edit
    assert changed.original
    assert changed.original["dose"] == "1 percent in plain oil."
    assert current_catalogue().index.oils["lavender"].name == "Our lavender"


def test_every_entry_that_names_another_is_found() -> None:
    data = module.current_data()
    assert ("oils", "panaway", "contains") in {(u.kind, u.slug, u.field) for u in uses_of(data, "oils", "helichrysum")}
    named = {(use.kind, use.field) for use in uses_of(data, "conditions", "reduced-sensation")}
    assert {("symptoms", "implies"), ("conditions", "gives_where")} <= named
    assert uses_of(data, "sources", "nowhere") == []
