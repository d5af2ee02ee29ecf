"""The practice edits its catalogue in the admin, and cannot save one that the engine could not use."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client as Browser
from django.urls import reverse

from clients.care import Answers, make_care_plan, shipped
from clients.catalogue import current_catalogue, current_edition
from clients.catalogue.load import load_catalogue
from clients.models import catalogue as models
from clinic.models import Practice, User

pytestmark = pytest.mark.django_db

TABLES = [
    models.AftercareTip,
    models.BodyArea,
    models.CatalogueInfo,
    models.Cause,
    models.Claim,
    models.EvidenceSource,
    models.Factor,
    models.HealthCondition,
    models.HomeCareTip,
    models.Oil,
    models.Onset,
    models.RedFlag,
    models.Symptom,
    models.Technique,
]


@pytest.fixture
def owner() -> Browser:
    """Someone who owns the practice, signed in, with the shipped catalogue loaded."""
    load_catalogue(shipped())
    Practice.current()
    # The second step of signing in is for other tests.
    Practice.objects.update(second_factor_required=False)
    person = User.objects.create_superuser(email="owner@example.org", password="a long enough password")
    browser = Browser()
    browser.force_login(person)
    return browser


def address(entry: Any) -> str:
    return reverse(f"admin:clients_{entry._meta.model_name}_change", args=[entry.pk])


def filled(owner: Browser, url: str) -> dict[str, Any]:
    """What the page would send if it were saved as it stands."""
    context = owner.get(url).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is None or value is False:
                continue
            shown = field.field.prepare_value(value) if not isinstance(value, list) else value
            sent[field.html_name] = [getattr(each, "pk", each) for each in shown] if isinstance(shown, list) else shown
    return sent


def save(owner: Browser, entry: Any, **values: Any) -> list[str]:
    """Save one entry with some fields changed, and return what the page complains about."""
    url = address(entry)
    sent = filled(owner, url) | values
    answer = owner.post(url, {name: value for name, value in sent.items() if value is not None})
    if answer.status_code == 302:
        return []
    errors = answer.context["adminform"].form.errors
    found = [f"{field}: {message}" for field, messages in errors.items() for message in messages]
    for inline in answer.context["inline_admin_formsets"]:
        found += [str(message) for message in inline.formset.non_form_errors()]
    return found


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_table_can_be_listed_searched_and_opened(owner: Browser, table: Any) -> None:
    listing = reverse(f"admin:clients_{table._meta.model_name}_changelist")
    assert owner.get(listing).status_code == 200
    if site._registry[table].search_fields:
        assert owner.get(listing, {"q": "back"}).status_code == 200
        assert owner.get(listing, {"state": "edited"}).status_code == 200
    assert owner.get(address(table.objects.order_by("pk")[0])).status_code == 200


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_saving_a_page_as_it_stands_changes_nothing_but_the_edition(owner: Browser, table: Any) -> None:
    before = current_edition()
    entry = table.objects.order_by("pk").last()
    assert save(owner, entry) == []
    assert current_catalogue() == before.catalogue
    assert current_edition().label != before.label
    assert load_catalogue(shipped()).kept == []


def test_an_edit_is_in_force_at_the_next_plan(owner: Browser) -> None:
    assert save(owner, models.Oil.objects.get(slug="lavender"), switched_off="on") == []
    sore = Answers(symptoms=frozenset({"dull-ache"}))
    assert "lavender" not in {each.slug for each in make_care_plan(current_catalogue(), sore).oils}


def test_an_edited_entry_is_shown_as_edited(owner: Browser) -> None:
    save(owner, models.Oil.objects.get(slug="lavender"), dose="One drop.")
    page = owner.get(reverse("admin:clients_oil_changelist"), {"state": "edited"})
    assert [oil.slug for oil in page.context["cl"].result_list] == ["lavender"]


def test_the_id_of_an_entry_is_fixed_once_saved(owner: Browser) -> None:
    oil = models.Oil.objects.get(slug="lavender")
    save(owner, oil, slug="lavandula")
    oil.refresh_from_db()
    assert oil.slug == "lavender"


@pytest.mark.parametrize(
    ("model", "slug", "values", "complaint"),
    [
        (models.Technique, "regular-massage", {"default_minutes": 61}, "default_minutes: The default of 61 minutes"),
        (models.Oil, "panaway", {"off_in_regions": "EU,uk"}, "off_in_regions: 'uk' is no region: EU, UK or a country"),
        (models.Oil, "clove-bud", {"house_max_percent": 5}, "house_max_percent: The practice's maximum is above"),
        (models.Oil, "carrier-grapeseed", {"kind": "blend"}, "kind: Is the default carrier"),
        (models.Oil, "ginger", {"requires": "weather"}, "requires: "),
        (models.Oil, "lavender", {"switched_on": "on", "switched_off": "on"}, "switched_on: Switched on and off"),
        (models.HomeCareTip, "cold-pack", {"onsets": None}, "requires: Requires onset, but lists none"),
        (models.RedFlag, "ces-saddle-numbness", {"switched_off": "on"}, "switched_off: An emergency sign is always"),
        (models.Claim, "cure-prevent", {"refs": "snake-oil"}, "refs: Unknown item 'snake-oil'."),
        (models.Symptom, "dull-ache", {"name": ""}, "name: This field is required."),
    ],
)
def test_what_the_engine_could_not_use_is_refused_beside_its_field(
    owner: Browser, model: Any, slug: str, values: dict[str, Any], complaint: str
) -> None:
    before = current_edition()
    complaints = save(owner, model.objects.get(slug=slug), **values)
    assert any(found.startswith(complaint) for found in complaints), complaints
    assert current_edition() is before


def test_a_technique_cannot_inherit_from_its_own_variant(owner: Browser) -> None:
    hot = models.Technique.objects.get(slug="hot-stone")
    complaints = save(owner, models.Technique.objects.get(slug="regular-massage"), inherits=hot.pk)
    assert any("nherits from itself" in found for found in complaints)


def test_one_condition_has_one_rule_for_an_oil(owner: Browser) -> None:
    oil = models.Oil.objects.get(slug="lavender")
    taken = oil.rules.order_by("position")[0]
    complaints = save(owner, oil, **{"rules-1-condition": taken.condition_id})
    assert complaints


def test_a_new_entry_gets_its_place_at_the_end_and_a_taken_id_is_refused(owner: Browser) -> None:
    url = reverse("admin:clients_symptom_add")
    assert owner.post(url, {"slug": "lifting", "name": "Jaw ache", "text": "It aches to chew."}).status_code == 200
    assert owner.post(url, {"slug": "Jaw Ache", "name": "Jaw ache", "text": "It aches to chew."}).status_code == 200
    assert owner.post(url, {"slug": "jaw-ache", "name": "Jaw ache", "text": "It aches to chew."}).status_code == 302
    assert current_catalogue().symptoms[-1].slug == "jaw-ache"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_nothing_can_be_deleted(owner: Browser, table: Any) -> None:
    entry = table.objects.order_by("pk")[0]
    url = reverse(f"admin:clients_{table._meta.model_name}_delete", args=[entry.pk])
    assert owner.post(url, {"post": "yes"}).status_code == 403
    assert table.objects.filter(pk=entry.pk).exists()


def test_switching_many_off_leaves_the_emergency_signs_on(owner: Browser) -> None:
    chosen = models.RedFlag.objects.filter(slug__in=["ces-saddle-numbness", "dvt-signs"])
    owner.post(
        reverse("admin:clients_redflag_changelist"),
        {"action": "switch_off", "_selected_action": [flag.pk for flag in chosen]},
    )
    off = [flag.slug for flag in current_catalogue().red_flags if flag.switched_off]
    assert off == ["dvt-signs"]


def test_a_condition_tells_where_it_is_used(owner: Browser) -> None:
    page = owner.get(address(models.HealthCondition.objects.get(slug="transdermal-patch"))).content.decode()
    assert "Hot stone massage: never" in page
