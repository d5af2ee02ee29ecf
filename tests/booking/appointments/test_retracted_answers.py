"""A warning sign that was ticked by mistake: taken back on the page that stops, answered again, never forgotten."""

import pytest

from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Status
from clients.care import Triage
from clients.intake.actions import save_step, submit_intake
from clients.intake.retraction import retract_answer
from clients.models import Intake, IntakeRequest, IntakeRetraction
from clinic.errors import Refusal
from clinic.models import OutgoingMail
from tests.clients.answers import signs
from tests.clients.steps import fill, opened, plan_page
from tests.fixtures.actions import book, judged
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import rescreen_coming_appointments, send_staff_notices

pytestmark = pytest.mark.django_db
EMERGENCY, DOCTOR = "ces-saddle-numbness", "kidney-signs"


@pytest.fixture
def appointment(cast: Cast) -> Appointment:
    """Ana's regular massage, booked with nothing ticked; her health form is asked for."""
    return book(
        service=cast.regular,
        start=cast.at(10),
        therapist=cast.mira,
        client=cast.ana,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via="web",
    )


def asked(appointment: Appointment) -> IntakeRequest:
    """The health form of an appointment."""
    return IntakeRequest.objects.get(appointment=appointment.public_id)


def stopped(appointment: Appointment, flag: str) -> IntakeRequest:
    """Her health form, sent with this sign ticked, and judged."""
    row = fill(asked(appointment), signs=signs(flag))
    submit_intake(row)
    rescreen_coming_appointments()
    return asked(appointment)


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("flag", [EMERGENCY, DOCTOR])
def test_the_stop_page_offers_it_and_shows_the_practices_phone(cast: Cast, appointment: Appointment, flag: str) -> None:
    row = stopped(appointment, flag)
    browser = opened(row)
    shown = browser.get(f"/intake/{row.public_id}/").content.decode()
    mistake = f"/intake/{row.public_id}/mistake/"
    assert f'action="{mistake}"' in shown
    assert cast.practice.phone in shown
    assert f'action="{mistake}"' in plan_page(Intake.objects.get()), "also on the plan, which is read later"
    assert browser.post(mistake)["Location"] == f"/intake/{row.public_id}/signs/"
    row.refresh_from_db()
    assert row.is_open
    assert set(row.answers) >= {"complaint", "where", "health", "consent"}, "nothing typed is lost"
    assert "signs" not in row.answers


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("flag", [EMERGENCY, DOCTOR])
def test_until_it_is_answered_again_the_stop_stands(cast: Cast, appointment: Appointment, flag: str) -> None:
    row = retract_answer(stopped(appointment, flag))
    assert retract_answer(row).is_open
    assert IntakeRetraction.objects.count() == 1
    assert Intake.objects.needing_call().count() == 1
    assert not judged(appointment, Intake.objects.latest_of(cast.ana)).triage.allows_massage


@pytest.mark.parametrize("flag", [EMERGENCY, DOCTOR])
def test_answered_again_it_is_judged_anew_and_the_history_keeps_what_was_said(
    cast: Cast, appointment: Appointment, flag: str
) -> None:
    row = retract_answer(stopped(appointment, flag))
    save_step(row, step="signs", data=signs())
    second = submit_intake(row)
    assert second.triage == Triage.OK
    first = Intake.objects.order_by("pk")[0]
    assert (first.red_flags, first.retraction.replaced_by, first.retraction.red_flags) == ([flag], second, [flag])
    assert not Intake.objects.needing_call().exists()
    rescreen_coming_appointments()
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED, "somebody looks before it is given"
    assert judged(appointment, second).triage == Triage.OK
    send_staff_notices()
    said = [mail.text for mail in OutgoingMail.objects.filter(kind="staff")]
    assert sum("withdrawn" in text for text in said) == 1
    assert not any(flag in text for text in said)


def test_the_first_plan_leads_to_the_one_that_stands_in_its_place(cast: Cast, appointment: Appointment) -> None:
    row = retract_answer(stopped(appointment, EMERGENCY))
    save_step(row, step="signs", data=signs())
    submit_intake(row)
    first = Intake.objects.order_by("pk")[0]
    shown = plan_page(first)
    assert "medical help now" not in shown
    assert "This week, one thing" in shown


def test_the_same_sign_ticked_again_stops_again(cast: Cast, appointment: Appointment) -> None:
    row = retract_answer(stopped(appointment, EMERGENCY))
    save_step(row, step="signs", data=signs(EMERGENCY))
    again = submit_intake(row)
    assert again.triage == Triage.EMERGENCY
    assert list(Intake.objects.needing_call()) == [again]
    rescreen_coming_appointments()
    appointment.refresh_from_db()
    assert judged(appointment, again).triage == Triage.EMERGENCY


def test_what_stopped_nothing_is_not_taken_back(cast: Cast, appointment: Appointment) -> None:
    row = fill(asked(appointment))
    submit_intake(row)
    with pytest.raises(Refusal) as refused:
        retract_answer(row)
    assert refused.value.code == "nothing_to_take_back"
    browser = opened(row)
    assert browser.post(f"/intake/{row.public_id}/mistake/")["Location"] == f"/intake/{row.public_id}/"
    assert Intake.objects.get().request == asked(appointment)
