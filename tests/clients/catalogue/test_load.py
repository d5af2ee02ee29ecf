"""The catalogue in the practice's own tables: loaded, edited, loaded again, and read back as the engine's value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings

from clients.care import Answers, Catalogue, CatalogueError, make_care_plan, shipped
from clients.catalogue import catalogue_edit, current_catalogue, current_edition, mark_changed
from clients.catalogue.load import LoadReport, load_catalogue
from clients.models import CatalogueInfo, EvidenceSource, HealthCondition, HomeCareTip, Oil, OilRule, Symptom, Technique
from tests.clients.care.answers import anyone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_catalogue")]
VERSION = shipped().reference.version


@pytest.fixture
def loaded() -> LoadReport:
    return load_catalogue(shipped())


def changed(section: str, slug: str, change: Callable[[Any], Any]) -> Catalogue:
    """The shipped catalogue as a later release might bring it, with one entry changed."""
    entries = [change(entry) if entry.slug == slug else entry for entry in getattr(shipped(), section)]
    values: dict[str, Any] = {section: tuple(entries)}
    return replace(shipped(), **values)


def edit(model: Any, slug: str, **values: Any) -> None:
    """What the practice does in the admin."""
    with catalogue_edit():
        model.objects.filter(slug=slug).update(**values)
        mark_changed()


def test_before_the_first_load_the_shipped_catalogue_is_in_force() -> None:
    assert current_catalogue() is shipped()
    assert current_edition().label == f"{VERSION}/0"


def test_what_is_loaded_reads_back_as_what_ships(loaded: LoadReport) -> None:
    assert len(loaded.created) == sum(len(getattr(shipped(), name)) for name in SECTION_NAMES)
    for name in SECTION_NAMES:
        assert getattr(current_catalogue(), name) == getattr(shipped(), name), name
    assert current_catalogue() == shipped()
    assert current_catalogue() is not shipped()


SECTION_NAMES = [
    "symptoms",
    "areas",
    "onsets",
    "causes",
    "factors",
    "conditions",
    "red_flags",
    "oils",
    "home_care",
    "aftercare",
    "techniques",
    "claims",
    "sources",
]


@settings(max_examples=60)
@given(anyone())
def test_the_tables_give_the_plans_of_the_file(loaded: LoadReport, answers: Answers) -> None:
    assert make_care_plan(current_catalogue(), answers) == make_care_plan(shipped(), answers)


def test_a_second_load_changes_nothing(loaded: LoadReport) -> None:
    before = current_edition()
    again = load_catalogue(shipped())
    assert (again.created, again.updated, again.kept, again.gone) == ([], [], [], [])
    assert again.unchanged == len(loaded.created)
    assert current_edition() is before


def test_what_the_practice_has_not_touched_follows_the_file(loaded: LoadReport) -> None:
    later = changed("oils", "lavender", lambda oil: replace(oil, dose="Two drops.", caution_when=oil.caution_when[1:]))
    report = load_catalogue(later)
    assert (report.updated, report.kept) == (["oils/lavender"], [])
    assert current_catalogue() == later


def test_what_the_practice_has_edited_is_left_alone_and_named(loaded: LoadReport) -> None:
    edit(Oil, "lavender", dose="One drop.")
    later = changed("oils", "lavender", lambda oil: replace(oil, dose="Two drops."))
    for _ in range(2):
        report = load_catalogue(later)
        assert (report.updated, report.kept) == ([], ["oils/lavender"])
    assert current_catalogue().index.oils["lavender"].dose == "One drop."


def stricter(entry: Any) -> Any:
    """A release that has learned more: what was a caution about asthma is now a bar."""
    asthma = next(rule for rule in entry.caution_when if rule.condition == "asthma")
    cautions = tuple(rule for rule in entry.caution_when if rule != asthma)
    return replace(entry, never_when=(*entry.never_when, asthma), caution_when=cautions)


def test_three_ways_the_practices_rule_stays_and_another_of_the_new_release_comes_in(loaded: LoadReport) -> None:
    """Release 1 is loaded, the practice changes one rule of lavender, release 2 changes lavender and ginger."""
    with catalogue_edit():
        OilRule.objects.filter(owner__slug="lavender", condition__slug="asthma").update(reason="We open the window.")
        mark_changed()
    later = changed("oils", "lavender", stricter)
    oils = [stricter(oil) if oil.slug == "ginger" else oil for oil in later.oils]
    release_2 = replace(later, oils=tuple(oils), reference=replace(later.reference, version="1.1.0"))
    report = load_catalogue(release_2)
    assert (report.updated, report.kept, report.created, report.gone) == (["oils/ginger"], ["oils/lavender"], [], [])
    now = current_catalogue().index.oils
    assert now["ginger"] == release_2.index.oils["ginger"]
    rules = {rule.condition: rule.reason for rule in now["lavender"].caution_when}
    assert rules["asthma"] == "We open the window."
    assert "asthma" not in {rule.condition for rule in now["lavender"].never_when}
    assert current_edition().label.startswith("1.1.0/")
    # A second run finds ginger as it ships, still names lavender, and makes no new edition.
    held = current_edition()
    again = load_catalogue(release_2)
    assert (again.updated, again.kept, again.unchanged) == ([], ["oils/lavender"], len(loaded.created) - 1)
    assert current_edition() is held


def test_taking_an_edit_back_lets_the_next_load_bring_the_entry_up_to_date(loaded: LoadReport) -> None:
    edit(Oil, "lavender", dose="One drop.")
    release_2 = changed("oils", "lavender", stricter)
    assert load_catalogue(release_2).kept == ["oils/lavender"]
    edit(Oil, "lavender", dose=shipped().index.oils["lavender"].dose)
    assert load_catalogue(release_2).updated == ["oils/lavender"]
    assert current_catalogue().index.oils["lavender"] == release_2.index.oils["lavender"]


def test_the_command_names_what_it_updated_and_what_it_kept(
    loaded: LoadReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(Oil, "lavender", dose="One drop.")
    release_2 = changed("oils", "ginger", stricter)
    monkeypatch.setattr("clients.management.commands.load_catalogue.shipped", lambda: release_2)
    for lines in (
        ["1 brought up to date: oils/ginger", "1 left as the practice edited them: oils/lavender", "425 unchanged"],
        ["1 left as the practice edited them: oils/lavender", "426 unchanged"],
    ):
        out = StringIO()
        call_command("load_catalogue", stdout=out)
        assert out.getvalue().splitlines() == lines


def test_an_edited_rule_counts_as_an_edit_of_its_oil(loaded: LoadReport) -> None:
    with catalogue_edit():
        OilRule.objects.filter(owner__slug="ginger", condition__slug="asthma").delete()
        mark_changed()
    assert load_catalogue(shipped()).kept == ["oils/ginger"]


def test_an_edit_that_later_ships_is_no_edit_any_more(loaded: LoadReport) -> None:
    edit(Oil, "lavender", dose="Two drops.")
    later = changed("oils", "lavender", lambda oil: replace(oil, dose="Two drops."))
    assert load_catalogue(later).kept == []
    assert load_catalogue(changed("oils", "lavender", lambda oil: replace(oil, dose="Three drops."))).updated == [
        "oils/lavender"
    ]


def test_switching_off_is_no_edit_and_survives_a_load(loaded: LoadReport) -> None:
    edit(HomeCareTip, "heat-pack", switched_off=True)
    later = changed("home_care", "heat-pack", lambda tip: replace(tip, dose="Ten minutes."))
    assert load_catalogue(later).updated == ["home_care/heat-pack"]
    tip = current_catalogue().index.home_care["heat-pack"]
    assert (tip.switched_off, tip.dose) == (True, "Ten minutes.")


def test_what_is_switched_off_is_not_proposed(loaded: LoadReport) -> None:
    answers = Answers(symptoms=frozenset({"tight-spot", "spasm", "stiffness"}))
    assert "heat-pack" in {each.slug for each in make_care_plan(current_catalogue(), answers).home_care}
    edit(HomeCareTip, "heat-pack", switched_off=True)
    assert "heat-pack" not in {each.slug for each in make_care_plan(current_catalogue(), answers).home_care}


def test_what_ships_switched_off_can_be_switched_on_but_not_past_the_law(loaded: LoadReport) -> None:
    edit(Oil, "wintergreen", switched_on=True)
    sore = Answers(symptoms=frozenset({"muscle-ache", "dull-ache", "joint-ache"}))
    assert "wintergreen" in {each.slug for each in make_care_plan(current_catalogue(), sore).oils}
    assert "wintergreen" not in {
        each.slug for each in make_care_plan(current_catalogue(), replace(sore, region="EU")).oils
    }


def test_what_is_no_longer_shipped_stays_and_is_named(loaded: LoadReport) -> None:
    fewer = replace(shipped(), claims=shipped().claims[1:])
    assert load_catalogue(fewer).gone == [f"claims/{shipped().claims[0].slug}"]
    assert current_catalogue().claims[-1].slug == shipped().claims[-1].slug


def test_the_practices_own_entries_are_never_touched(loaded: LoadReport) -> None:
    with catalogue_edit():
        Symptom.objects.create(slug="jaw-ache", name="Jaw ache", text="It aches to chew.", position=9000)
        mark_changed()
    report = load_catalogue(shipped())
    assert (report.updated, report.kept, report.gone) == ([], [], [])
    assert current_catalogue().symptoms[-1].slug == "jaw-ache"


def test_a_slug_that_the_practice_uses_for_something_else_stops_the_load(loaded: LoadReport) -> None:
    with catalogue_edit():
        Symptom.objects.create(slug="jaw-ache", name="Jaw ache", text="It aches to chew.", position=9000)
        mark_changed()
    cause = replace(shipped().causes[0], slug="jaw-ache")
    with pytest.raises(CatalogueError, match="'jaw-ache' is used more than once"):
        load_catalogue(replace(shipped(), causes=(*shipped().causes, cause)))
    assert len(current_catalogue().causes) == len(shipped().causes)


def test_the_practices_choice_of_carrier_survives_a_load(loaded: LoadReport) -> None:
    with catalogue_edit() as info:
        info.default_carrier = Oil.objects.get(slug="carrier-jojoba")
        info.save()
        mark_changed()
    load_catalogue(shipped())
    assert current_catalogue().default_carrier == "carrier-jojoba"


def test_reading_the_catalogue_is_one_query_until_it_changes(loaded: LoadReport) -> None:
    current_catalogue()
    with CaptureQueriesContext(
        connection,
    ) as cheap:
        current_catalogue()
    assert len(cheap) == 1
    edit(Oil, "lavender", dose="One drop.")
    with CaptureQueriesContext(connection) as whole:
        assert current_catalogue().index.oils["lavender"].dose == "One drop."
    assert len(whole) <= 23


def test_every_change_is_a_new_edition(loaded: LoadReport) -> None:
    assert current_edition().label == f"{VERSION}/1"
    edit(Oil, "lavender", dose="One drop.")
    assert current_edition().label == f"{VERSION}/2"


def test_an_edition_that_was_rolled_back_is_not_held_on_to(loaded: LoadReport) -> None:
    with catalogue_edit():
        Oil.objects.filter(slug="lavender").update(dose="Nonsense.")
        mark_changed()
        assert current_catalogue().index.oils["lavender"].dose == "Nonsense."
        transaction.set_rollback(True)
    assert current_catalogue() == shipped()


def test_what_rules_and_answers_name_cannot_be_deleted(loaded: LoadReport) -> None:
    with pytest.raises(ProtectedError):
        HealthCondition.objects.get(slug="pregnancy").delete()
    with pytest.raises(ProtectedError):
        Technique.objects.get(slug="regular-massage").delete()


def test_the_command_reports_in_plain_words(loaded: LoadReport) -> None:
    edit(Oil, "lavender", dose="One drop.")
    EvidenceSource.objects.filter(slug="acp-2017").update(shipped_hash="")
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    total = len(loaded.created)
    assert out.getvalue().splitlines() == [
        "1 left as the practice edited them: oils/lavender",
        f"{total - 1} unchanged",
    ]


def test_the_first_load_is_told_in_one_line() -> None:
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert out.getvalue().splitlines()[0] == "427 new"
    assert CatalogueInfo.objects.get().label == f"{VERSION}/1"
