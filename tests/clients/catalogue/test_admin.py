"""The catalogue in the admin: a page for each entry, safe from birth, tried before it is saved."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.care import shipped
from clients.catalogue import current_catalogue, current_data, entries_of
from clients.catalogue.admin.fields import FIELDS
from clients.catalogue.admin.forms import EntryForm, formsets, rows_written
from clients.models import CatalogueEdit, CatalogueSignature, EntryKind
from clinic.models import User
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(cast: Cast) -> Browser:
    browser = Browser()
    browser.force_login(User.objects.create_superuser("olga@stillwater.example", "x", name="Olga"))
    return browser


def page(kind: str, slug: str = "") -> str:
    return reverse("admin:catalogue-entry", args=[kind, slug]) if slug else reverse("admin:catalogue-add", args=[kind])


def filled_in(browser: Browser, address: str) -> dict[str, Any]:
    """What a browser would send of a page as it stands."""
    context = browser.get(address).context
    found: dict[str, Any] = {"shown": context["shown"]}
    for form in (context["form"], *(row for formset in context["rows"].values() for row in formset)):
        for field in form:
            value = field.value()
            if value is not False and value not in (None, "", []):
                found[field.html_name] = value
            if isinstance(value, list | tuple) and field.field.__class__.__name__ == "LinesField":
                found[field.html_name] = "\n".join(value)
    for formset in context["rows"].values():
        for field in formset.management_form:
            found[field.html_name] = field.value()
    return found


@pytest.mark.parametrize("kind", [EntryKind.TECHNIQUE, EntryKind.RED_FLAG, EntryKind.SOURCE])
def test_an_entry_that_is_saved_untouched_stays_as_it_is(kind: str, owner: Browser) -> None:
    slug = next(iter(entries_of(current_data(), kind)))
    before = current_catalogue()
    answer = owner.post(page(kind, slug), filled_in(owner, page(kind, slug)))
    assert answer.status_code == 302, answer.context and answer.context["form"].errors
    assert CatalogueEdit.objects.get().slug == slug
    assert current_catalogue() == before


def test_every_entry_survives_its_form_unchanged() -> None:
    """From the file into the fields and back, for each of the catalogue's entries."""
    catalogue = shipped()
    for kind in FIELDS:
        for slug, entry in entries_of(current_data(), kind).items():
            form = EntryForm(kind=kind, catalogue=catalogue, entry=entry)
            sent = {
                name: value for name, value in form.initial.items() if value is not False and value not in (None, "")
            }
            bound = EntryForm(
                {name: "\n".join(v) if is_lines(form, name) else v for name, v in sent.items()},
                kind=kind,
                catalogue=catalogue,
                entry=entry,
            )
            assert bound.is_valid(), (kind, slug, bound.errors)
            assert bound.as_entry(slug) == dict(entry), (kind, slug)


def is_lines(form: EntryForm, name: str) -> bool:
    return form.fields[name].__class__.__name__ == "LinesField"


def test_an_own_oil_begins_with_every_danger_and_loses_one_only_with_a_reason(owner: Browser) -> None:
    address = page(EntryKind.OIL)
    typed = filled_in(owner, address)
    assert set(typed["tags"]) == set(shipped().meta.oils.new_item_tags["essential-oil"])
    typed |= {
        "slug": "cedar",
        "name": "Cedar",
        "kind": "essential-oil",
        "latin": "Cedrus atlantica",
        "text": "A woody oil for the evening.",
        "dose": "1 percent in plain oil.",
        "tags": ["scent", "topical"],
        "fit__symptoms": ["stress-tension"],
        "house_percent": 1.0,
        "evidence__grade": "traditional",
        "evidence__note": "Custom.",
        "evidence__source": ["practice-convention"],
        "evidence__checked": "2026-11",
    }
    refused = owner.post(address, typed)
    assert refused.status_code == 422
    assert "reason" in refused.context["form"].errors
    assert refused.context["form"]["text"].value() == typed["text"]
    saved = owner.post(address, {**typed, "reason": "It has no menthol, camphor or salicylate."})
    assert saved.status_code == 302
    assert current_catalogue().index.oils["cedar"].tags == ("scent", "topical")
    assert CatalogueEdit.objects.get().reason.startswith("It has no")


def test_a_preview_saves_nothing(owner: Browser) -> None:
    typed = {**filled_in(owner, page(EntryKind.OIL, "lavender")), "off_by_default": "on", "_preview": "1"}
    answer = owner.post(page(EntryKind.OIL, "lavender"), typed)
    assert answer.status_code == 200
    assert answer.context["changes"]["plans"] == 0
    assert not CatalogueEdit.objects.exists()


def test_rows_that_nobody_touched_are_none(owner: Browser) -> None:
    """A browser sends what a list shows first, also of the empty row below the others."""
    for kind, slug in ((EntryKind.OIL, "lavender"), (EntryKind.CONDITION, "gout")):
        typed = filled_in(owner, page(kind, slug))
        for formset in owner.get(page(kind, slug)).context["rows"].values():
            for field in formset.extra_forms[0]:
                if getattr(field.field.widget, "allow_multiple_selected", None) is False:
                    typed.setdefault(field.html_name, next(iter(field.field.choices))[0])
        before = current_catalogue()
        assert owner.post(page(kind, slug), typed).status_code == 302, slug
        assert current_catalogue() == before


def test_what_breaks_the_catalogue_stands_beside_its_field(owner: Browser) -> None:
    typed = {**filled_in(owner, page(EntryKind.OIL, "peppermint")), "house_percent": "9"}
    answer = owner.post(page(EntryKind.OIL, "peppermint"), typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not CatalogueEdit.objects.exists()


def test_two_people_at_one_entry_lose_nothing(owner: Browser) -> None:
    address = page(EntryKind.OIL, "lavender")
    mine = {**filled_in(owner, address), "name": "Mine"}
    owner.post(address, {**filled_in(owner, address), "name": "Theirs"})
    answer = owner.post(address, mine)
    assert answer.status_code == 422
    assert answer.context["form"]["name"].value() == "Mine"
    assert current_catalogue().index.oils["lavender"].name == "Theirs"


def test_an_edit_is_taken_back(owner: Browser) -> None:
    address = page(EntryKind.TIP, "walking")
    owner.post(address, {**filled_in(owner, address), "name": "Stroll"})
    assert current_catalogue().index.home_care["walking"].name == "Stroll"
    owner.post(address, {"_withdraw": "1"})
    assert current_catalogue() == shipped()


def test_a_signature_covers_the_words_as_they_were(owner: Browser) -> None:
    address = page(EntryKind.TIP, "walking")
    owner.post(address, {"_sign": "1", "reviewer": "Dr. Ada Park", "qualification": "Physician"})
    assert [holds for _each, holds in owner.get(address).context["signatures"]] == [True]
    owner.post(address, {**filled_in(owner, address), "name": "Stroll"})
    assert [holds for _each, holds in owner.get(address).context["signatures"]] == [False]
    owner.post(address, {"_sign": "1", "reviewer": "", "qualification": ""})
    assert CatalogueSignature.objects.count() == 1


def test_a_bar_is_edited_as_a_row(owner: Browser) -> None:
    address = page(EntryKind.CONDITION, "gout")
    typed = {**filled_in(owner, address), "bars-0-reason": "Not while the joint is hot, please."}
    assert owner.post(address, typed).status_code == 302
    assert current_catalogue().index.conditions["gout"].bars[0].reason == "Not while the joint is hot, please."


def test_rows_survive_their_forms_unchanged() -> None:
    catalogue = shipped()
    for kind in FIELDS:
        for slug, entry in entries_of(current_data(), kind).items():
            for name, formset in formsets(kind, entry, catalogue).items():
                if not entry.get(name):
                    continue
                posted = as_posted(formset)
                bound = formsets(kind, entry, catalogue, posted)[name]
                assert bound.is_valid(), (kind, slug, bound.errors)
                again = rows_written(bound)
                assert [normal(row) for row in again] == [normal(row) for row in entry[name]], (kind, slug, name)


def as_posted(formset: Any) -> dict[str, Any]:
    found = {field.html_name: field.value() for field in formset.management_form}
    for row in formset.forms:
        for field in row:
            if field.value() is not False and field.value() not in (None, "", []):
                found[field.html_name] = field.value()
    return found


def normal(row: Any) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list) else value for name, value in row.items()}


def test_a_stranger_and_a_therapist_do_not_get_in(cast: Cast) -> None:
    assert Browser().get(page(EntryKind.OIL, "lavender")).status_code in (302, 404)
    browser = Browser()
    assert cast.mira.user
    browser.force_login(cast.mira.user)
    assert browser.get(page(EntryKind.OIL, "lavender")).status_code in (302, 403, 404)


@pytest.mark.parametrize("address", ["nothing/", "oils/nothing-here/", "oils/add/", "oils/?q=lav", ""])
def test_addresses_answer(owner: Browser, address: str) -> None:
    status = owner.get(reverse("admin:clients_catalogueedit_changelist") + address).status_code
    assert status == (404 if "nothing" in address else 200)
