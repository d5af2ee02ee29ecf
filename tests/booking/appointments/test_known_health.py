"""What is known of a client for one appointment: booking and health form together, judged for its day."""

import datetime as dt
from collections.abc import Iterable

import pytest
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.errors import NotSuitable
from booking.models import Appointment, Service, Status
from clients.care import Level, Triage, shipped
from clients.care.screening import booking_flags
from clients.intake.screening import ScreeningResult
from clients.models import Intake
from tests.fixtures.actions import accept, book, judged, screen, see_clearance
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


def booked(cast: Cast, answers: SafetyAnswers, *, service: Service | None = None, days: int = 0) -> Appointment:
    """Ana books."""
    return book(
        service=service or cast.regular,
        start=cast.at(10) + dt.timedelta(days=7 * days),
        therapist=cast.mira,
        client=cast.ana,
        answers=answers,
        policy_accepted=True,
        via="web",
    )


def says(cast: Cast, areas: Iterable[str] = (), **told: object) -> Intake:
    """Ana's health form of now."""
    intake = Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", **told)
    for area in areas:
        intake.marks.create(area=area, side="left")
    return intake


def test_what_got_no_yes_before_a_booking_is_a_no(cast: Cast) -> None:
    answers = SafetyAnswers(conditions=frozenset({"heart-disease"}), red_flags=frozenset({"fever-unwell"}))
    denied = answers.with_the_rest_denied().denied
    assert denied == {each.id for each in booking_flags(shipped())} - {"fever-unwell"}


@pytest.mark.invariant("I6")
def test_who_booked_to_relax_was_not_asked_and_the_health_form_asks(cast: Cast) -> None:
    calf = {"areas": ["calf-shin"], "symptoms": ["muscle-ache"], "onset": ["acute"], "conditions": ["dvt-history"]}
    relaxed, asked = (
        booked(cast, SafetyAnswers(with_pain=pain).with_the_rest_denied(), days=n)
        for n, pain in enumerate((False, True))
    )
    intake = says(cast, **calf)
    assert judged(relaxed, intake).triage == Triage.DOCTOR, "a clot is assumed until it is answered"
    assert judged(asked, intake).triage == Triage.OK


def test_a_note_that_was_seen_clears_what_asks_for_one(cast: Cast) -> None:
    appointment = booked(cast, SafetyAnswers(conditions=frozenset({"cancer-current"})))
    assert (appointment.status, judged(appointment, None).level) == (Status.REQUESTED, Level.CLEARANCE)
    seen = see_clearance(appointment, on=timezone.now().astimezone(cast.zone).date(), by=cast.owner)
    assert judged(seen, None).level == Level.CAUTION
    assert accept(seen, by=cast.owner).status == Status.CONFIRMED


def test_a_place_that_was_told_counts(cast: Cast) -> None:
    burnt = SafetyAnswers(conditions=frozenset({"reduced-sensation"}))
    with pytest.raises(NotSuitable):
        booked(cast, burnt, service=cast.hot_stone)
    somewhere = SafetyAnswers(
        conditions=frozenset({"reduced-sensation"}), where={"reduced-sensation": frozenset({"foot-ankle"})}
    )
    appointment = booked(cast, somewhere, service=cast.hot_stone)
    assert appointment.status == Status.CONFIRMED
    assert judged(appointment, None).level == Level.LOCAL


def test_weeks_are_those_of_the_day(cast: Cast) -> None:
    pregnant = SafetyAnswers(conditions=frozenset({"pregnancy"}), weeks=11)
    soon, later = (booked(cast, pregnant, days=days) for days in (0, 3))
    assert (soon.status, later.status) == (Status.REQUESTED, Status.CONFIRMED)


@pytest.mark.invariant("I7")
def test_a_swelling_that_nobody_explained_is_not_waited_out(cast: Cast) -> None:
    swollen = SafetyAnswers(conditions=frozenset({"unexplained-swelling"}))
    with pytest.raises(NotSuitable) as refused:
        booked(cast, swollen, days=5)
    assert refused.value.is_doctor_first
    assert refused.value.later_from is None


def test_what_a_doctor_looked_at_is_known(cast: Cast) -> None:
    known = SafetyAnswers(checked={"dvt-signs": "2026-11-01"}, with_pain=True)
    appointment = booked(cast, known)
    assert appointment.status == Status.CONFIRMED
    assert judged(appointment, None).triage == Triage.CAUTION


def outcome(service: Service, answers: SafetyAnswers) -> NotSuitable | ScreeningResult:
    """What is made of these answers, or the refusal."""
    try:
        return screen(service, answers, start=timezone.now() + dt.timedelta(hours=3))
    except NotSuitable as refusal:
        return refusal


@pytest.mark.parametrize("service", ["regular", "hot_stone"])
def test_nothing_that_passes_asks_for_a_doctor(cast: Cast, service: str) -> None:
    conditions = shipped().index.conditions
    passing = sorted(slug for slug, each in conditions.items() if each.lasts_days and not each.triage)
    found = {slug: outcome(getattr(cast, service), SafetyAnswers(conditions=frozenset({slug}))) for slug in passing}
    refused = {slug: each for slug, each in found.items() if isinstance(each, NotSuitable)}
    assert len(refused) >= 1
    assert not [slug for slug, each in refused.items() if each.later_from is None or each.is_doctor_first]
    assert not [slug for slug, each in found.items() if isinstance(each, ScreeningResult) and each.asks_for_note]
