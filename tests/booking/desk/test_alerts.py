"""What a therapist must know before the client enters: every reason, the worst first, each condition once."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from booking.desk.calendar.alerts import Alert, AlertTone, alerts_for
from booking.models import Appointment
from clients.models import Intake, Screening
from tests.clients.plans.given import told
from tests.fixtures.actions import practice_day, see_clearance
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
SORE: dict[str, Any] = {"symptoms": ["dull-ache"], "onset": ["chronic"]}


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    return cast.appointment(cast.at(10))


@pytest.fixture
def stones(cast: Cast) -> Appointment:
    return cast.appointment(cast.at(10), service=cast.hot_stone)


def alerts(cast: Cast, appointment: Appointment, intake: Intake | None) -> list[Alert]:
    return alerts_for(appointment, intake, cast.practice)


def asked(found: list[Alert]) -> list[str]:
    return [str(alert) for alert in found]


def test_the_worst_stands_first_and_each_condition_once_with_all_its_reasons(cast: Cast, stones: Appointment) -> None:
    found = alerts(cast, stones, told(cast.ana, "heat-intolerance", "varicose-veins", "anticoagulants", **SORE))
    abouts = [alert.about for alert in found]
    assert len(abouts) == len(set(abouts))
    assert found[0].ask == "Not this massage"
    tones = [alert.tone for alert in found]
    assert tones == sorted(tones, key=lambda tone: tone != AlertTone.STOP)
    heat = next(alert for alert in found if alert.about == "Feeling ill with heat")
    assert "Heat makes you unwell." in heat.reason


def test_the_therapist_reads_what_is_written_for_them_alone(cast: Cast, appointment: Appointment) -> None:
    found = alerts(cast, appointment, told(cast.ana, "allergy-latex", **SORE))
    assert [alert.reason for alert in found] == ["No latex gloves or bands in the room."]


def test_a_place_that_was_named_stands_with_its_condition(cast: Cast, appointment: Appointment) -> None:
    intake = told(cast.ana, "varicose-veins", where={"varicose-veins": ["calf-shin"]}, **SORE)
    assert asked(alerts(cast, appointment, intake)) == ["Avoid locally: Varicose veins (Calf and shin)"]


@pytest.mark.invariant("I6")
def test_open_questions_stand_before_everything_else(cast: Cast, appointment: Appointment) -> None:
    intake = told(cast.ana, "dvt-current", areas=["lower-back"], open_signs=True, **SORE)
    found = alerts(cast, appointment, intake)
    assert found[0].ask == "Questions open"
    assert found[0].is_question
    assert found[1].ask == "Doctor first"


def test_a_sign_that_a_doctor_has_looked_at_says_when(cast: Cast, appointment: Appointment) -> None:
    intake = told(cast.ana, areas=["lower-back"], checked={"ces-bladder-bowel": "2026-11-20"}, **SORE)
    found = alerts(cast, appointment, intake)
    assert (found[0].tone, found[0].ask) == (AlertTone.CAUTION, "Take care")
    assert "looked at by a doctor on" in found[0].reason


def test_a_sign_that_is_only_assumed_stands_once_as_the_question(cast: Cast, appointment: Appointment) -> None:
    intake = told(
        cast.ana, "dvt-history", areas=["calf-shin"], open_signs=True, symptoms=["muscle-ache"], onset=["acute"]
    )
    stops = [alert for alert in alerts(cast, appointment, intake) if alert.tone == AlertTone.STOP]
    assert [alert.is_question for alert in stops] == [True]
    assert "Deep vein thrombosis" in stops[0].reason


def test_a_note_that_was_seen_turns_the_stop_into_a_caution(cast: Cast, appointment: Appointment) -> None:
    intake = told(cast.ana, "pregnancy-first-trimester", "varicose-veins", **SORE)
    before = alerts(cast, appointment, intake)
    assert [alert.ask for alert in before if alert.tone == AlertTone.STOP] == ["Doctor's note needed"]
    appointment = see_clearance(appointment, on=practice_day(), by=cast.owner)
    after = alerts(cast, appointment, intake)
    assert [alert.tone for alert in after if alert.tone == AlertTone.STOP] == []
    assert [alert.ask for alert in after if "trimester" in alert.about or "12 weeks" in alert.about] == [
        "Doctor's note seen"
    ]
    assert [alert.ask for alert in after if alert.about.startswith("Varicose")] == ["Avoid locally"]


def test_what_will_have_passed_by_then_is_no_alert(cast: Cast) -> None:
    intake = told(cast.ana, "alcohol-or-drugs-now", **SORE)
    soon = cast.appointment(timezone.now().replace(second=0, microsecond=0) + dt.timedelta(hours=2))
    assert alerts(cast, soon, intake)
    assert alerts(cast, cast.appointment(cast.at(10)), intake) == []


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"allergies": "Kiwi, beeswax"}, "Allergy: Kiwi, beeswax"),
        ({"areas_to_avoid": "The left knee"}, "Leave alone: The left knee"),
        ({"massage_before": "sore-for-days"}, "After a massage before: Sore for days"),
        ({"massage_before": "dizzy-or-unwell"}, "After a massage before: Dizzy or unwell"),
        ({"communication": ["signs", "speech"]}, "How to talk: Signs"),
        ({"positions": ["back", "side"]}, "Cannot lie on: Front"),
    ],
)
def test_what_the_form_says_besides_is_an_alert(
    cast: Cast, appointment: Appointment, columns: dict[str, Any], expected: str
) -> None:
    found = alerts(cast, appointment, told(cast.ana, **SORE, **columns))
    assert asked(found) == [expected]
    assert found[0].tone == AlertTone.CAUTION


@pytest.mark.parametrize(
    "columns",
    [{"massage_before": "felt-good"}, {"communication": ["speech"]}, {"positions": ["front", "back", "side"]}, {}],
)
def test_what_needs_no_care_is_no_alert(cast: Cast, appointment: Appointment, columns: dict[str, Any]) -> None:
    assert alerts(cast, appointment, told(cast.ana, **SORE, **columns)) == []


def test_who_cannot_lie_on_the_front_is_said_once(cast: Cast, appointment: Appointment) -> None:
    intake = told(cast.ana, "cannot-lie-prone", positions=["back", "side"], **SORE)
    assert len(alerts(cast, appointment, intake)) == 1


def test_answers_of_the_booking_count_without_a_health_form(cast: Cast, stones: Appointment) -> None:
    stones.screening = Screening.objects.create(
        client=cast.ana, technique="hot-stone", level="never", triage="ok", conditions=["heat-intolerance"]
    )
    assert asked(alerts(cast, stones, None)) == ["Not this massage: Feeling ill with heat"]


def test_an_answer_that_the_catalogue_has_lost_breaks_nothing(cast: Cast, appointment: Appointment) -> None:
    assert alerts(cast, appointment, told(cast.ana, "no-such-condition", symptoms=["no-such"], onset=["chronic"])) == []
