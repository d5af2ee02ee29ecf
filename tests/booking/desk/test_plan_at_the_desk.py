"""The plan on the therapist's screen: swaps in one tap, the one thing, what nothing lifts, what changed since."""

import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone

from booking.models import Appointment
from clients.models import CarePlan, CarePlanItem, PainScore, Screening, TipAnswer
from clients.plans.actions import make_plan
from clients.plans.add_item import add_plan_item
from clinic.models import Practice
from tests.booking.desk.test_review import order_on, url
from tests.clients.plans.given import DESK_NECK, SORE_BACK, item, released, told
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
State = CarePlanItem.State


def planned(
    cast: Cast, *conditions: str, technique: str = "regular-massage", **answers: Any
) -> tuple[Appointment, CarePlan]:
    """An appointment of Ana and the plan made for it."""
    appointment = cast.appointment(cast.at(10))
    intake = told(cast.ana, *conditions, **{**DESK_NECK, **answers})
    return appointment, make_plan(
        intake, technique_slug=technique, appointment=appointment.public_id, practice=Practice.current()
    )


def page_of(desk: Browser, appointment: Appointment) -> str:
    """The appointment's page."""
    return flat(desk.get(f"/desk/appointments/{appointment.public_id}/"))


def kept_on(page: str) -> set[int]:
    """The ids that are ticked."""
    return {int(key) for key in re.findall(r'name="keep" value="(\d+)" id="keep-\d+" checked', page)}


def form_of(page: str) -> dict[str, Any]:
    """What the form of a page would send, as it stands."""
    star = re.search(r'name="star" value="(\d+)" id="star-\d+" checked', page)
    return {"keep": list(kept_on(page)), "order": order_on(page), "star": star[1] if star else ""}


def test_a_tip_is_swapped_for_another_of_its_role_in_one_tap_and_approved(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    heat = item(plan, "heat-pack")
    page = page_of(desk, appointment)
    assert f'name="swap" value="{heat.pk}:warm-bath"' in page
    swapped = desk.post(url(appointment, plan, "swap"), {**form_of(page), "swap": f"{heat.pk}:warm-bath"})
    assert swapped.status_code == 200
    page = flat(swapped)
    bath = item(plan, "warm-bath")
    assert bath.pk in kept_on(page)
    assert heat.pk not in kept_on(page)
    assert released(plan) >= {"heat-pack"}, "nothing is kept before it is approved"
    assert desk.post(url(appointment, plan), form_of(page)).status_code == 302
    assert "warm-bath" in released(plan)
    assert "heat-pack" not in released(plan)


def test_a_swap_takes_over_place_and_star(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    breaks = item(plan, "movement-breaks")
    assert plan.one_thing == "movement-breaks"
    page = page_of(desk, appointment)
    sent = {**form_of(page), "swap": f"{breaks.pk}:workstation"}
    page = flat(desk.post(url(appointment, plan, "swap"), sent))
    desk.post(url(appointment, plan), form_of(page))
    plan.refresh_from_db()
    assert (plan.one_thing, plan.starred) == ("workstation", True)
    assert item(plan, "workstation").position < item(plan, "relaxation-breathing").position


def test_an_oil_that_is_in_another_is_swapped_in(cast: Cast, desk: Browser) -> None:
    cast.practice.country = "US"
    cast.practice.save()
    appointment, plan = planned(cast, **SORE_BACK)
    blend = item(plan, "panaway")
    page = page_of(desk, appointment)
    assert f'value="{blend.pk}:helichrysum"' in page
    page = flat(desk.post(url(appointment, plan, "swap"), {**form_of(page), "swap": f"{blend.pk}:helichrysum"}))
    assert desk.post(url(appointment, plan), form_of(page)).status_code == 302
    assert {"helichrysum"} == released(plan) & {"helichrysum", "panaway"}


@pytest.mark.invariant("I6")
def test_an_oil_left_alone_is_raised_by_a_tick_and_never_by_itself(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    lavender, marjoram = item(plan, "lavender"), item(plan, "sweet-marjoram")
    page = page_of(desk, appointment)
    assert f'name="raise" value="{lavender.pk}"' not in page
    sent = form_of(page)
    desk.post(url(appointment, plan), {**sent, "keep": [key for key in sent["keep"] if key != marjoram.pk]})
    assert item(plan, "lavender").percent == 1
    page = page_of(desk, appointment)
    assert "Raise to 2 %" in page
    assert "The blend, 1 % in all" in page
    desk.post(url(appointment, plan), {**form_of(page), "raise": [lavender.pk]})
    assert item(plan, "lavender").percent == 2
    assert "Raise to" not in page_of(desk, appointment)


def test_only_what_the_plan_offers_is_swapped_in(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    before, heat = list(plan.items.order_by("pk").values_list("pk", "slug")), item(plan, "heat-pack").pk
    for swap in ("", "x", "1:lavender", f"{heat}:self-massage-tool", f"{heat}:no-such", "0:lavender"):
        assert desk.post(url(appointment, plan, "swap"), {"swap": swap}).status_code == 404, swap
    assert list(plan.items.order_by("pk").values_list("pk", "slug")) == before


@pytest.mark.invariant("I6")
def test_a_swap_shows_that_warmth_and_what_stings_are_a_day_apart(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    page = page_of(desk, appointment)
    assert "from tomorrow on" not in page
    sent = {**form_of(page), "find": "peppermint", "keep": [item(plan, "heat-pack").pk]}
    page = flat(desk.post(url(appointment, plan, "add"), sent))
    assert "from tomorrow on" in page
    assert "in the session only" in page


@pytest.mark.invariant("I6")
def test_what_nothing_lifts_is_not_offered_and_refused_by_post(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast, "cannot-report")
    held = item(plan, "heat-pack")
    assert held.is_barred_for_good
    page = page_of(desk, appointment)
    assert "not for this client" in page
    assert f'id="keep-{held.pk}"' not in page
    assert f'name="why-{held.pk}"' not in page
    sent = {"keep": [held.pk], f"why-{held.pk}": "Her doctor agreed on the phone."}
    refused = desk.post(url(appointment, plan), sent)
    assert refused.status_code == 422
    assert "whatever the reason" in flat(refused)
    assert "heat-pack" not in released(plan)


@pytest.mark.invariant("I6")
def test_what_was_told_since_is_said_and_takes_a_reason(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    bath = add_plan_item(plan, slug="warm-bath", by=cast.owner, practice=Practice.current())
    assert not bath.withheld_because
    Screening.objects.create(
        client=cast.ana, technique="regular-massage", level="ok", triage="ok", conditions=["anticoagulants"]
    )
    page = page_of(desk, appointment)
    assert "New, and a rule holds this back: Blood thinners" in " ".join(page.split())
    assert f'name="why-{bath.pk}"' in page
    assert desk.post(url(appointment, plan), {"keep": [bath.pk]}).status_code == 422
    sent = {"keep": [bath.pk], f"why-{bath.pk}": "Her doctor is content with a short bath."}
    assert desk.post(url(appointment, plan), sent).status_code == 302
    bath.refresh_from_db()
    assert [why["condition"] for why in bath.withheld_because] == ["anticoagulants"]
    assert released(plan) == {"warm-bath"}


@pytest.mark.invariant("I6")
def test_while_questions_are_open_nothing_is_offered_for_release(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast, open_signs=True)
    assert plan.provisional
    page = page_of(desk, appointment)
    assert "Questions open" in page
    assert 'name="keep"' not in page
    assert "Approve for the client" not in page
    refused = desk.post(url(appointment, plan), {"keep": []})
    assert refused.status_code == 422
    assert "Nothing is released" in flat(refused)


def diary(plan: CarePlan, slug: str, *, helped: bool | None, days: int = 3) -> None:
    """Ana did a tip some days ago."""
    TipAnswer.objects.create(
        item=item(plan, slug),
        client=plan.client,
        did=True,
        helped=helped,
        note="On the bus",
        on=timezone.localdate() - dt.timedelta(days=days),
    )


def test_what_was_said_since_last_time_stands_with_the_change_it_proposes(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    diary(plan, "heat-pack", helped=False)
    page = page_of(desk, appointment)
    assert "Since last time" in page
    assert "done on one day, did not help" in page
    assert "On the bus" in page
    button = re.search(r'name="swap" value="(\d+:[\w-]*)"[^>]*>\s*Take this change', page)
    assert button is not None
    assert button[1].startswith(f"{item(plan, 'heat-pack').pk}:")
    page = flat(desk.post(url(appointment, plan, "swap"), {**form_of(page), "swap": button[1]}))
    assert item(plan, "heat-pack").pk not in kept_on(page)
    desk.post(url(appointment, plan), form_of(page))
    assert "heat-pack" not in released(plan)
    assert button[1].partition(":")[2] in released(plan)


def test_the_diary_of_the_plan_before_is_read_beside_a_new_one(cast: Cast, desk: Browser) -> None:
    _earlier, before = planned(cast)
    CarePlan.objects.filter(pk=before.pk).update(made_at=timezone.now() - dt.timedelta(days=20))
    diary(before, "movement-breaks", helped=True)
    appointment = cast.appointment(cast.at(14))
    make_plan(
        told(cast.ana, **DESK_NECK),
        technique_slug="regular-massage",
        appointment=appointment.public_id,
        practice=Practice.current(),
    )
    assert "done on one day, helped" in page_of(desk, appointment)


def test_strong_pain_proposes_a_doctor_in_one_tap(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    PainScore.objects.create(client=cast.ana, appointment=appointment.public_id, moment="later", value=9)
    page = page_of(desk, appointment)
    assert 'value="0:see-physician"' in page
    sent = {**form_of(page), "swap": "0:see-physician"}
    page = flat(desk.post(url(appointment, plan, "swap"), sent))
    desk.post(url(appointment, plan), form_of(page))
    assert "see-physician" in released(plan)


def test_two_who_star_different_tips_see_each_other(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    page = page_of(desk, appointment)
    shown = re.search(r'name="plan_shown" value="([^"]*)"', page)
    assert shown is not None
    mine = {**form_of(page), "plan_shown": shown[1].replace("&quot;", '"')}
    theirs = {**mine, "star": item(plan, "relaxation-breathing").pk}
    assert desk.post(url(appointment, plan), theirs).status_code == 302
    clash = desk.post(url(appointment, plan), {**mine, "star": item(plan, "regular-exercise").pk})
    assert clash.status_code == 409
    assert "The one thing this week is now:" in flat(clash)
    assert desk.post(url(appointment, plan), mine).status_code == 302
    plan.refresh_from_db()
    assert plan.one_thing == "relaxation-breathing"


def test_the_blend_table_is_of_what_is_ticked(cast: Cast, desk: Browser) -> None:
    appointment, plan = planned(cast)
    page = page_of(desk, appointment)
    assert "The blend, 2 % in all" in " ".join(page.split())
    lone = {**form_of(page), "keep": [item(plan, "lavender").pk], "up": item(plan, "movement-breaks").pk}
    page = flat(desk.post(url(appointment, plan, "order"), lone))
    assert "Lavender, 1 %" in " ".join(page.split())
