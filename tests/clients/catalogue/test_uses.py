"""Where an entry is used, what it rests on, whether it is offered here, and the switches in the list."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client as Browser
from django.urls import reverse

from clients.care import shipped
from clients.care.items import AppliesWhen, Evidence, Rule, StoneTemperature
from clients.catalogue import current_catalogue
from clients.catalogue.tables import SECTIONS
from clients.catalogue.uses import uses_of
from clients.models import catalogue as models
from clinic.models import Practice, User
from tests.clients.catalogue.test_admin import address

# Lists of an entry that are shown at the entry itself, and name no other.
OWN = {"sides", "durations", "requires", "off_in_regions", "avoid", "equipment_rules"}
BY_NAME = {section.name: section for section in SECTIONS}


def named(value: Any) -> set[str]:
    """Every slug that a value of the catalogue names, found by its shape."""
    found: set[str] = set()
    for each in fields(value):
        held = getattr(value, each.name)
        if each.name in OWN:
            continue
        if isinstance(held, AppliesWhen | Evidence | StoneTemperature):
            found |= named(held)
        elif isinstance(held, frozenset):
            found |= held
        elif isinstance(held, tuple):
            found |= {rule.condition for rule in held if isinstance(rule, Rule)}
        elif each.name == "inherits" and held:
            found.add(held)
    return found


@pytest.mark.parametrize("name", [name for name in BY_NAME if name not in ("factors", "claims")])
def test_whoever_names_an_entry_is_among_its_uses(name: str) -> None:
    catalogue = shipped()
    names = {
        (section.name, value.slug): named(value) for section in SECTIONS for value in getattr(catalogue, section.name)
    }
    seen = 0
    for entry in getattr(catalogue, name):
        expected = {use for use, slugs in names.items() if entry.slug in slugs}
        found = {(use.section, use.slug) for use in uses_of(catalogue, BY_NAME[name], entry.slug)}
        assert found == expected, entry.slug
        seen += len(found)
    assert seen or name == "aftercare"


@pytest.mark.parametrize("name", ["factors", "claims"])
def test_nothing_names_factors_and_claims(name: str) -> None:
    assert not uses_of(shipped(), BY_NAME[name], getattr(shipped(), name)[0].slug)


@pytest.fixture
def owner(catalogue: None) -> Browser:
    """Someone who owns the practice, signed in."""
    Practice.current()
    # The second step of signing in is for other tests.
    Practice.objects.update(second_factor_required=False)
    browser = Browser()
    browser.force_login(User.objects.create_superuser(email="owner@example.org", password="a long enough password"))
    return browser


@pytest.mark.parametrize(
    ("model", "slug", "use"),
    [
        (models.HealthCondition, "transdermal-patch", "Hot stone massage: never"),
        (models.HealthCondition, "reduced-sensation", "Numbness or pins and needles: implies it"),
        (models.Symptom, "muscle-ache", "PanAway blend: applies with it"),
        (models.Cause, "driving", "PanAway blend: applies with it"),
        (models.Onset, "acute-48h", "Cold pack: must match"),
        (models.BodyArea, "calf-shin", "Hot, swollen, painful leg: asked with it"),
        (models.RedFlag, "dvt-signs", "Swelling: calls for it"),
        (models.Oil, "wintergreen", "PanAway blend: contains it"),
        (models.HomeCareTip, "heat-pack", "PanAway blend: must not meet it"),
        (models.Technique, "regular-massage", "Hot stone massage: inherits its rules"),
        (models.EvidenceSource, "acp-2017", "massage-works: what is known"),
    ],
)
def test_a_page_tells_where_its_entry_is_used_and_leads_there(owner: Browser, model: Any, slug: str, use: str) -> None:
    page = owner.get(address(model.objects.get(slug=slug))).content.decode()
    assert use in page
    link = page.split(f'">{use}</a>')[0].rsplit('<a href="', 1)[1]
    assert owner.get(link).status_code == 200


def test_an_entry_that_nothing_names_says_so(owner: Browser) -> None:
    aside = models.Cause.objects.create(slug="yoga", name="Yoga", text="A pose.", group="activity")
    page = owner.get(address(aside)).content.decode()
    assert "Used by:" in page
    assert '<div class="readonly">nothing</div>' in page


def test_sources_can_be_followed_and_say_whether_they_were_read(owner: Browser) -> None:
    page = owner.get(address(models.Oil.objects.get(slug="panaway"))).content.decode()
    source = models.EvidenceSource.objects.get(slug="fda-yl-2022")
    assert f'<a href="{source.url}" rel="noreferrer">' in page
    assert "read in its source" in page
    prior = owner.get(address(models.Oil.objects.get(slug="rosemary"))).content.decode()
    assert "from general knowledge, not confirmed" in prior


@pytest.mark.parametrize("country", ["DE", "US"])
def test_offered_here_agrees_with_the_engine_for_every_mix_of_switches(owner: Browser, country: str) -> None:
    oil = models.Oil.objects.get(slug="lavender")
    oil_admin: Any = site._registry[models.Oil]
    for off, ships_off, on, banned in product([True, False], [True, False], [True, False], [[], ["EU"], ["DE"]]):
        values = {"switched_off": off, "off_by_default": ships_off, "switched_on": on, "off_in_regions": banned}
        for name, value in values.items():
            setattr(oil, name, value)
        oil.country = country  # type: ignore[attr-defined]  # the list lays it beside each row
        entry = shipped().index.oils["lavender"]
        kept = {name: value for name, value in values.items() if name != "off_in_regions"}
        expected = type(entry)(
            **{each.name: getattr(entry, each.name) for each in fields(entry)}
            | kept
            | {"off_in_regions": frozenset(banned)}
        )
        assert oil_admin.offered(oil).startswith("no:") == expected.is_off(country), values


def act(owner: Browser, action: str, model: Any, *slugs: str) -> None:
    chosen = model.objects.filter(slug__in=slugs).values_list("pk", flat=True)
    url = reverse(f"admin:clients_{model._meta.model_name}_changelist")
    assert owner.post(url, {"action": action, "_selected_action": list(chosen)}).status_code == 302


def test_the_list_says_what_is_offered_and_why_not(owner: Browser) -> None:
    Practice.objects.update(country="DE")
    act(owner, "switch_off", models.Oil, "lavender")
    page = owner.get(reverse("admin:clients_oil_changelist")).content.decode()
    for words in ("no: switched off", "no: off in EU", "no: ships switched off", ">yes<"):
        assert words in page
    Practice.objects.update(country="US")
    assert "after the therapist’s review" in owner.get(reverse("admin:clients_oil_changelist")).content.decode()


def test_what_ships_off_is_switched_on_and_off_from_the_list(owner: Browser) -> None:
    act(owner, "switch_on", models.HomeCareTip, "inversion-table")
    assert not current_catalogue().index.home_care["inversion-table"].is_off("EU")
    act(owner, "switch_off", models.HomeCareTip, "inversion-table")
    assert current_catalogue().index.home_care["inversion-table"].is_off("EU")


def test_who_must_review_is_said_from_the_list(owner: Browser) -> None:
    act(owner, "ask_review", models.Oil, "lavender", "ginger")
    oils = current_catalogue().index.oils
    assert oils["lavender"].needs_therapist_review
    assert oils["ginger"].needs_therapist_review
    act(owner, "skip_review", models.Oil, "lavender")
    assert not current_catalogue().index.oils["lavender"].needs_therapist_review
