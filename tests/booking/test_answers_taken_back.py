"""A warning sign that was ticked by mistake: taken back on the page that stops, answered again, never forgotten."""

import pytest

from booking.actions import Answers, book
from booking.actions.on_file import judged
from booking.actions.rescreening import rescreen_coming_visits
from booking.models import Appointment
from booking.models.appointment import Status
from booking.reminders.staff_notices import notice_staff
from clients.actions import save_step, submit_intake
from clients.actions.taking_back import take_back
from clients.care import Triage
from clients.models import Intake, IntakeRequest, IntakeTakenBack
from clients.tips import know_one, state_of
from clinic.errors import Refusal
from clinic.models import OutgoingMail
from tests.clients.answers import signs
from tests.clients.steps import fill, opened, plan_page
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db
EMERGENCY, DOCTOR = "ces-saddle-numbness", "kidney-signs"


@pytest.fixture
def visit(house: House) -> Appointment:
    """Ana's regular massage, booked with nothing ticked; her health form is asked for."""
    return book(
        service=house.regular,
        start=house.at(10),
        therapist=house.mira,
        client=house.ana,
        answers=Answers(),
        policy_accepted=True,
        via="web",
    )


def asked(visit: Appointment) -> IntakeRequest:
    """The health form of a visit."""
    return IntakeRequest.objects.get(visit=visit.public_id)


def stopped(visit: Appointment, flag: str) -> IntakeRequest:
    """Her health form, sent with this sign ticked, and judged."""
    row = fill(asked(visit), signs=signs(flag))
    submit_intake(row)
    rescreen_coming_visits()
    return asked(visit)


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("flag", [EMERGENCY, DOCTOR])
def test_the_stop_page_offers_it_and_shows_the_practices_phone(house: House, visit: Appointment, flag: str) -> None:
    row = stopped(visit, flag)
    browser = opened(row)
    shown = browser.get(f"/intake/{row.public_id}/").content.decode()
    mistake = f"/intake/{row.public_id}/mistake/"
    assert f'action="{mistake}"' in shown
    assert house.practice.phone in shown
    assert f'action="{mistake}"' in plan_page(Intake.objects.get()), "also on the plan, which is read later"
    assert browser.post(mistake)["Location"] == f"/intake/{row.public_id}/signs/"
    row.refresh_from_db()
    assert row.is_open
    assert set(row.answers) >= {"where", "feel", "words", "consent"}, "nothing typed is lost"
    assert "signs" not in row.answers


@pytest.mark.invariant("I7")
@pytest.mark.parametrize("flag", [EMERGENCY, DOCTOR])
def test_until_it_is_answered_again_the_stop_stands(house: House, visit: Appointment, flag: str) -> None:
    row = take_back(stopped(visit, flag))
    assert take_back(row).is_open
    assert IntakeTakenBack.objects.count() == 1
    assert Intake.objects.to_call_about().count() == 1
    assert not judged(visit, house.ana.latest_intake()).triage.allows_massage


@pytest.mark.parametrize("flag", [EMERGENCY, DOCTOR])
def test_answered_again_it_is_judged_anew_and_the_history_keeps_what_was_said(
    house: House, visit: Appointment, flag: str
) -> None:
    row = take_back(stopped(visit, flag))
    save_step(row, step="signs", data=signs())
    second = submit_intake(row)
    assert second.triage == Triage.OK
    first = Intake.objects.order_by("pk")[0]
    assert (first.red_flags, first.taken_back.replaced_by, first.taken_back.red_flags) == ([flag], second, [flag])
    assert not Intake.objects.to_call_about().exists()
    rescreen_coming_visits()
    visit.refresh_from_db()
    assert visit.status == Status.REQUESTED, "somebody looks before it is given"
    assert judged(visit, second).triage == Triage.OK
    assert state_of(know_one(house.ana))[0] == Triage.OK
    notice_staff()
    said = [mail.text for mail in OutgoingMail.objects.filter(kind="staff")]
    assert sum("taken back" in text for text in said) == 1
    assert not any(flag in text for text in said)


def test_the_first_plan_leads_to_the_one_that_stands_in_its_place(house: House, visit: Appointment) -> None:
    row = take_back(stopped(visit, EMERGENCY))
    save_step(row, step="signs", data=signs())
    submit_intake(row)
    first = Intake.objects.order_by("pk")[0]
    shown = plan_page(first)
    assert "medical help now" not in shown
    assert "What you can do at home" in shown


def test_the_same_sign_ticked_again_stops_again(house: House, visit: Appointment) -> None:
    row = take_back(stopped(visit, EMERGENCY))
    save_step(row, step="signs", data=signs(EMERGENCY))
    again = submit_intake(row)
    assert again.triage == Triage.EMERGENCY
    assert list(Intake.objects.to_call_about()) == [again]
    rescreen_coming_visits()
    visit.refresh_from_db()
    assert judged(visit, again).triage == Triage.EMERGENCY


def test_what_stopped_nothing_is_not_taken_back(house: House, visit: Appointment) -> None:
    row = fill(asked(visit))
    submit_intake(row)
    with pytest.raises(Refusal) as refused:
        take_back(row)
    assert refused.value.code == "nothing_to_take_back"
    browser = opened(row)
    assert browser.post(f"/intake/{row.public_id}/mistake/")["Location"] == f"/intake/{row.public_id}/"
    assert Intake.objects.get().request == asked(visit)
