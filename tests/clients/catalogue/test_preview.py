"""Preview beside Save: what an edit would change for the latest intakes; nothing is saved and nobody is named."""

from __future__ import annotations

import cProfile
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.care.compare import PlanChanges
from clients.catalogue import current_catalogue, current_edition
from clients.catalogue.preview import preview_edit
from clients.models import BodyMark, CarePlan, Client, Intake
from clients.models import catalogue as models
from clinic.models import Practice, User
from clinic.models.configuration import one_version
from tests.clients.catalogue.test_admin import address, filled

NUMBERS = itertools.count()
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("catalogue")]


@pytest.fixture
def owner() -> Browser:
    """Someone who owns the practice, signed in."""
    Practice.current()
    # The second step of signing in is for other tests.
    Practice.objects.update(second_factor_required=False)
    browser = Browser()
    browser.force_login(User.objects.create_superuser(email="owner@example.org", password="a long enough password"))
    return browser


def told(count: int = 1, **answers: Any) -> list[Intake]:
    """Intakes of clients with sore backs, who answered as `answers` say."""
    people = Client.objects.bulk_create(
        Client(first_name="Xenia", last_name="Quill", email=f"x{next(NUMBERS)}@example.org") for _ in range(count)
    )
    given = {"symptoms": ["dull-ache", "tight-spot", "stress-tension"], "onset": ["chronic"], **answers}
    intakes = Intake.objects.bulk_create(
        Intake(client=person, catalogue_version="1.0.0/1", triage="ok", **given) for person in people
    )
    BodyMark.objects.bulk_create(BodyMark(intake=intake, area="lower-back", side="left") for intake in intakes)
    return intakes


def pressed(owner: Browser, entry: Any, **values: Any) -> Any:
    """The page after Preview was pressed with these fields changed."""
    sent = filled(owner, address(entry)) | values | {"_preview": "Preview"}
    return owner.post(address(entry), {name: value for name, value in sent.items() if value is not None})


def previewed(owner: Browser, entry: Any, **values: Any) -> dict[str, Any]:
    """What the preview says."""
    answer = pressed(owner, entry, **values)
    assert answer.status_code == 200, answer
    assert "preview" in answer.context, answer.context["errors"]
    found: dict[str, Any] = answer.context["preview"]
    return found


def place_of(entry: Any, condition: str) -> int:
    """Where the rule about a condition stands in the form."""
    rules = entry.rules.order_by("position", "id").values_list("condition__slug", flat=True)
    return list(rules).index(condition)


def test_switching_an_oil_off_shows_what_drops_out_and_what_comes_in(owner: Browser) -> None:
    told(3)
    told(2, symptoms=["weakness"])
    found = previewed(owner, models.Oil.objects.get(slug="lavender"), switched_off="on")
    assert (found["plans"], found["changed"], found["quiet"]) == (5, 3, 0)
    shifts = {each.slug: (each.appears, each.disappears, each.held_back) for each in found["offers"]}
    assert shifts["lavender"] == (0, 3, 0)
    assert sum(appears for appears, _, _ in shifts.values()) == 3


def test_a_new_rule_shows_what_it_would_hold_back(owner: Browser) -> None:
    told(2, conditions=["asthma"])
    told(4)
    lavender = models.Oil.objects.get(slug="lavender")
    found = previewed(owner, lavender, **{f"rules-{place_of(lavender, 'asthma')}-level": "never_when"})
    assert found["changed"] == 2
    shift = next(each for each in found["offers"] if each.slug == "lavender")
    assert (shift.disappears, shift.held_back) == (2, 2)


def test_a_rule_of_a_massage_shows_levels_in_words(owner: Browser) -> None:
    told(3, conditions=["asthma"])
    stones = models.Technique.objects.get(slug="hot-stone")
    page = pressed(owner, stones, **{f"rules-{place_of(stones, 'asthma')}-level": "never_when"}).content.decode()
    assert "Hot stone massage from “with care” to “never”: 3 plans" in page
    assert "3 of the latest 3 plans would be different" in page


@pytest.mark.parametrize(
    ("model", "slug", "values"),
    [
        (models.Symptom, "stress-tension", {"implies": "reduced-sensation"}),
        (models.Cause, "stress", {"implies": "reduced-sensation"}),
        (models.HealthCondition, "asthma", {"implies": "reduced-sensation"}),
        (models.RedFlag, "steroid-use-flag", {"action": "doctor-before-massage"}),
        (models.HomeCareTip, "heat-pack", {"switched_off": "on"}),
        (models.Technique, "deep-tissue", {"switched_off": "on"}),
    ],
)
def test_every_kind_of_entry_that_plans_rest_on_has_a_preview(
    owner: Browser, model: Any, slug: str, values: dict[str, Any]
) -> None:
    told(2, causes=["stress"], conditions=["asthma"], red_flags=["steroid-use-flag"])
    told(3, symptoms=["weakness"])
    if "implies" in values:
        values = {"implies": [models.HealthCondition.objects.get(slug=values["implies"]).pk]}
    entry = model.objects.get(slug=slug)
    assert 'name="_preview"' in owner.get(address(entry)).content.decode()
    found = previewed(owner, entry, **values)
    assert found["changed"] == (5 if slug == "deep-tissue" else 2)
    assert found["offers"] or found["levels"] or found["triages"]


def test_where_no_plan_depends_on_an_entry_there_is_no_preview(owner: Browser) -> None:
    assert 'name="_preview"' not in owner.get(address(models.AftercareTip.objects.all()[0])).content.decode()
    assert 'name="_preview"' not in owner.get(address(models.EvidenceSource.objects.all()[0])).content.decode()


def test_a_preview_saves_nothing_and_leaves_no_trace(owner: Browser) -> None:
    told(2)
    before, held = current_catalogue(), current_edition()
    lavender = models.Oil.objects.get(slug="lavender")
    answer = pressed(owner, lavender, dose="One drop.", switched_off="on")
    assert current_edition() is held
    assert current_catalogue() is before
    lavender.refresh_from_db()
    assert not lavender.switched_off
    assert not LogEntry.objects.exists()
    assert not CarePlan.objects.exists()
    assert not list(answer.context["messages"])


def test_the_page_comes_back_as_it_was_filled_in_so_that_save_saves_it(owner: Browser) -> None:
    told(1)
    lavender = models.Oil.objects.get(slug="lavender")
    answer = pressed(owner, lavender, dose="One drop.")
    assert answer.context["adminform"].form["dose"].value() == "One drop."
    assert not answer.context["errors"]
    sent = filled(owner, address(lavender)) | {"dose": answer.context["adminform"].form["dose"].value()}
    assert owner.post(address(lavender), sent).status_code == 302
    assert current_catalogue().index.oils["lavender"].dose == "One drop."


def test_new_words_of_an_item_change_a_plan_quietly(owner: Browser) -> None:
    told(2)
    told(1, symptoms=["weakness"])
    found = previewed(owner, models.Oil.objects.get(slug="lavender"), dose="One drop.")
    assert (found["changed"], found["quiet"], found["offers"]) == (2, 2, ())


def test_an_edit_that_touches_no_plan_says_so(owner: Browser) -> None:
    told(3)
    page = pressed(owner, models.Oil.objects.get(slug="lavender"), latin="Lavandula").content.decode()
    assert "0 of the latest 3 plans would be different" in page


def test_without_an_intake_there_is_nothing_to_try_on(owner: Browser) -> None:
    page = pressed(owner, models.Oil.objects.get(slug="lavender"), dose="One drop.").content.decode()
    assert "There is no intake yet" in page


def test_what_could_not_be_saved_is_refused_in_the_preview_too(owner: Browser) -> None:
    told(1)
    answer = pressed(owner, models.Oil.objects.get(slug="clove-bud"), house_max_percent=5)
    assert "preview" not in answer.context
    assert "house_max_percent" in answer.context["adminform"].form.errors


def test_a_preview_by_someone_who_may_not_edit_is_forbidden(owner: Browser) -> None:
    person = User.objects.create_user("desk@example.org", "a long enough password", name="Desk", is_staff=True)
    stranger = Browser()
    stranger.force_login(person)
    entry = models.Oil.objects.get(slug="lavender")
    assert stranger.post(address(entry), {"_preview": "1"}).status_code in (302, 403, 404)
    assert current_edition().catalogue.index.oils["lavender"].name == "Lavender"


@pytest.mark.invariant("I10")
def test_a_preview_names_no_client_and_repeats_no_words_of_theirs(owner: Browser) -> None:
    told(2, medicines="canary-xyzzy")
    page = pressed(owner, models.Oil.objects.get(slug="lavender"), switched_off="on").content.decode()
    assert "Preview: nothing is saved yet" in page
    for told_us in ("canary-xyzzy", "Quill", "Xenia", "@example.org"):
        assert told_us not in page.replace("owner@example.org", "")


def test_a_new_entry_can_be_tried_before_it_exists(owner: Browser) -> None:
    told(2)
    url = address(models.Cause.objects.all()[0]).rsplit("/", 3)[0] + "/add/"
    answer = owner.post(url, {"slug": "yoga", "name": "Yoga", "text": "A pose.", "group": "activity", "_preview": "1"})
    assert answer.context["preview"]["changed"] == 0
    assert not models.Cause.objects.filter(slug="yoga").exists()


def test_the_latest_hundred_count_in_three_queries(django_assert_num_queries: Any) -> None:
    """As a page asks: for the version of the practice once, for the intakes, and for their marks."""
    told(120)
    catalogue = current_catalogue()
    Practice.current()
    with one_version(), django_assert_num_queries(3):
        found: PlanChanges = preview_edit(catalogue, catalogue)
    assert (found.plans, found.changed) == (100, 0)


def test_a_preview_takes_as_many_queries_for_a_hundred_intakes_as_for_one(owner: Browser) -> None:
    lavender = models.Oil.objects.get(slug="lavender")
    counts = []
    for more in (1, 99):
        told(more)
        sent = filled(owner, address(lavender)) | {"switched_off": "on", "_preview": "1"}
        with CaptureQueriesContext(connection) as queries:
            assert owner.post(address(lavender), sent).context["preview"]["plans"] == Intake.objects.count()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_preview_costs_little_more_than_the_plans_that_it_compares(owner: Browser) -> None:
    """A hundred intakes take two hundred plans; the page around them takes the same for one intake as for all.

    Work is counted in calls of Python functions: they are the same on every machine, whatever else it is doing.
    """
    answers = {"conditions": ["asthma", "anticoagulants"], "causes": ["stress", "computer-work"]}
    lavender = models.Oil.objects.get(slug="lavender")
    sent = filled(owner, address(lavender)) | {"switched_off": "on", "_preview": "1"}
    catalogue = current_catalogue()

    def page(count: int) -> None:
        assert owner.post(address(lavender), sent).context["preview"]["plans"] == count

    told(1, **answers)
    page(1)
    around = calls_of(lambda: page(1))
    told(99, **answers)
    whole = calls_of(lambda: page(100))
    plans = calls_of(lambda: preview_edit(catalogue, catalogue))
    assert whole - around < 2 * plans


def calls_of(work: Callable[[], object]) -> int:
    """How many Python functions some work calls, counted in C: a counter in Python takes ten times as long."""
    counting = cProfile.Profile(builtins=False)
    counting.runcall(work)
    return sum(each.callcount for each in counting.getstats())
