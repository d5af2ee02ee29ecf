"""Sending again: the same words, to where the client is now, as long as they are true (I5)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from booking.actions import cancel
from booking.errors import NotPossible
from booking.exporting import mails_to
from booking.models import Appointment, Reminder
from booking.models.appointment import Status
from booking.reminders.kind import reminder_kind
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.resend import resend
from booking.reminders.sweep import sweep_reminders
from clients.actions import ask_for_intake
from clients.actions.keeping import withdraw_purpose
from clients.models import Client, Consent
from clinic.models import MailState, OutgoingMail
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DESK = Appointment.Via.DESK


def written(visit: Appointment, kind: str, state: str = MailState.FAILED) -> OutgoingMail:
    """The mail of a reminder that was due, and what became of it."""
    ahead = reminder_kind(kind).timing.announces
    Reminder.objects.create(
        appointment=visit,
        kind=kind,
        revision=visit.revision,
        due_at=timezone.now() - HOUR,
        not_after=visit.starts_at if ahead else timezone.now() + HOUR,
    )
    sweep_reminders()
    mail = OutgoingMail.objects.get(kind=kind)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
    return mail


def state_of(mail: OutgoingMail) -> str:
    """Where a mail stands now."""
    return OutgoingMail.objects.get(pk=mail.pk).state


def test_it_goes_to_the_address_and_name_that_are_on_file_now(house: House) -> None:
    mail = written(house.visit(house.at(10)), "reminder-24h")
    Client.objects.filter(pk=house.ana.pk).update(email="ana@example.net", first_name="Anna")
    copy = resend(mail)
    assert (copy.to_email, copy.to_name) == ("ana@example.net", "Anna Lind")
    assert (copy.text, copy.resend_of) == (mail.text, mail)


def test_so_does_a_mail_that_no_reminder_asks_for(house: House) -> None:
    visit = house.visit(house.at(10))
    mail = mail_intake_link(visit, ask_for_intake(house.ana, technique_slug="deep-tissue", visit=visit.public_id))
    OutgoingMail.objects.update(state=MailState.FAILED)
    Client.objects.filter(pk=house.ana.pk).update(email="ana@example.net")
    assert resend(mail).to_email == "ana@example.net"


def test_without_an_address_it_cannot_be_sent(house: House) -> None:
    mail = written(house.visit(house.at(10)), "reminder-24h")
    Client.objects.update(email="")
    with pytest.raises(NotPossible, match="No e-mail address"):
        resend(mail)


@pytest.mark.invariant("I5")
def test_a_copy_is_useful_until_the_visit_begins_and_no_longer(house: House) -> None:
    visit = house.visit(timezone.now() + HOUR)
    assert resend(written(visit, "reminder-24h")).not_after == visit.starts_at


@pytest.mark.invariant("I5")
def test_a_copy_that_waits_is_withdrawn_with_its_visit(house: House) -> None:
    visit = house.visit(house.at(10))
    copy = resend(written(visit, "confirmation", MailState.SENT))
    cancel(visit, reason="", via=DESK)
    assert state_of(copy) == MailState.WITHDRAWN
    sweep_reminders()
    assert OutgoingMail.objects.filter(kind="cancelled").exists(), "the first had told of the visit"


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("fate", [{"status": "cancelled"}, {"revision": 1}, {"client__reminders_wanted": False}])
def test_so_is_one_that_became_untrue_past_every_action(house: House, fate: dict[str, object]) -> None:
    visit = house.visit(house.at(10))
    copy = resend(written(visit, "reminder-24h"))
    sweep_reminders()
    assert state_of(copy) == MailState.QUEUED
    for name, value in fate.items():
        rows = Client.objects.all() if name.startswith("client__") else Appointment.objects.all()
        rows.update(**{name.removeprefix("client__"): value})
    sweep_reminders()
    assert state_of(copy) == MailState.WITHDRAWN


@pytest.mark.invariant("I5")
def test_who_was_told_by_a_copy_alone_hears_of_the_cancellation(house: House) -> None:
    visit = house.visit(house.at(10))
    mail = written(visit, "confirmation", MailState.WITHDRAWN)
    OutgoingMail.objects.filter(pk=resend(mail).pk).update(state=MailState.SENT)
    cancel(visit, reason="", via=DESK)
    sweep_reminders()
    assert OutgoingMail.objects.filter(kind="cancelled").exists()


def test_while_a_copy_waits_it_is_the_answer_and_no_other_is_written(house: House) -> None:
    mail = written(house.visit(house.at(10)), "reminder-24h")
    copy = resend(mail)
    assert resend(mail) == copy
    with pytest.raises(NotPossible, match="still on its way"):
        resend(copy)
    assert OutgoingMail.objects.count() == 2


def test_once_the_copy_failed_too_either_sends_a_third_and_only_the_last_needs_a_person(house: House) -> None:
    mail = written(house.visit(house.at(10)), "reminder-24h")
    copies: list[OutgoingMail] = []
    for clicked in (mail, None):
        copies.append(resend(clicked or copies[0]))
        OutgoingMail.objects.filter(pk=copies[-1].pk).update(state=MailState.FAILED)
        assert list(OutgoingMail.objects.needing_a_person()) == [copies[-1]]
    assert [copy.resend_of for copy in copies] == [mail, mail]


def no_show(visit: Appointment) -> None:
    """The client had not come after all."""
    Appointment.objects.filter(pk=visit.pk).update(status=Status.NO_SHOW)


def no_tips(visit: Appointment) -> None:
    """The client wants no tips any more."""
    Client.objects.filter(pk=visit.client_id).update(tips_wanted=False)


def no_personal_tips(visit: Appointment) -> None:
    """The client takes back their consent to personal tips."""
    withdraw_purpose(visit.client, purpose="personal_tips")


@pytest.mark.parametrize("fate", [no_show, no_tips, no_personal_tips])
def test_tips_are_not_sent_again_to_whom_they_are_not_for_any_more(
    house: House, fate: Callable[[Appointment], None]
) -> None:
    Consent.objects.create(client=house.ana, version=1, text="t", text_hash="h", personal_tips=True, signature="Ana")
    Client.objects.update(personal_tips_wanted=True)
    visit = house.visit(timezone.now() - 3 * HOUR, status=Status.COMPLETED)
    mail = written(visit, "aftercare")
    visit.refresh_from_db()
    fate(visit)
    with pytest.raises(NotPossible):
        resend(mail)
    assert OutgoingMail.objects.filter(kind="aftercare").count() == 1


def test_a_copy_is_known_as_the_clients_wherever_it_went(house: House) -> None:
    copy = resend(written(house.visit(house.at(10)), "reminder-24h"))
    OutgoingMail.objects.filter(pk=copy.pk).update(to_email="old@example.org", to_name="Another")
    assert copy in mails_to(house.ana)
