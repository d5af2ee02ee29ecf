"""Sending again: the same words, to where the client is now, as long as they are true (I5)."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from booking.errors import NotPossible
from booking.models import Appointment, Reminder, Status
from booking.records.client_export import mails_to
from booking.reminders.kind import reminder_kind
from booking.reminders.kinds.intake_missing import mail_intake_link
from booking.reminders.resend import resend_mail
from clients.intake.actions import request_intake
from clients.models import Client, Consent
from clients.record.self_service import withdraw_purpose
from clinic.models import MailState, OutgoingMail, Practice
from tests.fixtures.actions import cancel
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DESK = Appointment.Via.DESK


def written(appointment: Appointment, kind: str, state: str = MailState.FAILED) -> OutgoingMail:
    """The mail of a reminder that was due, and what became of it."""
    ahead = reminder_kind(kind).announces
    Reminder.objects.create(
        appointment=appointment,
        kind=kind,
        revision=appointment.revision,
        due_at=timezone.now() - HOUR,
        not_after=appointment.starts_at if ahead else timezone.now() + HOUR,
    )
    sweep_reminders()
    mail = OutgoingMail.objects.get(kind=kind)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state)
    return mail


def state_of(mail: OutgoingMail) -> str:
    """Where a mail stands now."""
    return OutgoingMail.objects.get(pk=mail.pk).state


def test_it_goes_to_the_address_and_name_that_are_on_file_now(cast: Cast) -> None:
    mail = written(cast.appointment(cast.at(10)), "reminder-24h")
    Client.objects.filter(pk=cast.ana.pk).update(email="ana@example.net", first_name="Anna")
    copy = resend_mail(mail)
    assert (copy.to_email, copy.to_name) == ("ana@example.net", "Anna Lind")
    assert (copy.text, copy.resend_of) == (mail.text, mail)


def test_so_does_a_mail_that_no_reminder_asks_for(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    mail = mail_intake_link(
        appointment,
        request_intake(cast.ana, technique_slug="deep-tissue", appointment=appointment.public_id),
        Practice.current(),
    )
    OutgoingMail.objects.update(state=MailState.FAILED)
    Client.objects.filter(pk=cast.ana.pk).update(email="ana@example.net")
    assert resend_mail(mail).to_email == "ana@example.net"


def test_without_an_address_it_cannot_be_sent(cast: Cast) -> None:
    mail = written(cast.appointment(cast.at(10)), "reminder-24h")
    Client.objects.update(email="")
    with pytest.raises(NotPossible, match="No e-mail address"):
        resend_mail(mail)


@pytest.mark.invariant("I5")
def test_a_copy_is_useful_until_the_appointment_begins_and_no_longer(cast: Cast) -> None:
    appointment = cast.appointment(timezone.now() + HOUR)
    assert resend_mail(written(appointment, "reminder-24h")).not_after == appointment.starts_at


@pytest.mark.invariant("I5")
def test_a_copy_that_waits_is_withdrawn_with_its_appointment(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    copy = resend_mail(written(appointment, "confirmation", MailState.SENT))
    cancel(appointment, reason="", via=DESK)
    assert state_of(copy) == MailState.WITHDRAWN
    sweep_reminders()
    assert OutgoingMail.objects.filter(kind="cancelled").exists(), "the first had told of the appointment"


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("fate", [{"status": "cancelled"}, {"revision": 1}, {"client__reminders_wanted": False}])
def test_so_is_one_that_became_untrue_past_every_action(cast: Cast, fate: dict[str, object]) -> None:
    appointment = cast.appointment(cast.at(10))
    copy = resend_mail(written(appointment, "reminder-24h"))
    sweep_reminders()
    assert state_of(copy) == MailState.QUEUED
    for name, value in fate.items():
        rows = Client.objects.all() if name.startswith("client__") else Appointment.objects.all()
        rows.update(**{name.removeprefix("client__"): value})
    sweep_reminders()
    assert state_of(copy) == MailState.WITHDRAWN


@pytest.mark.invariant("I5")
def test_who_was_told_by_a_copy_alone_hears_of_the_cancellation(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    mail = written(appointment, "confirmation", MailState.WITHDRAWN)
    OutgoingMail.objects.filter(pk=resend_mail(mail).pk).update(state=MailState.SENT)
    cancel(appointment, reason="", via=DESK)
    sweep_reminders()
    assert OutgoingMail.objects.filter(kind="cancelled").exists()


def test_while_a_copy_waits_it_is_the_answer_and_no_other_is_written(cast: Cast) -> None:
    mail = written(cast.appointment(cast.at(10)), "reminder-24h")
    copy = resend_mail(mail)
    assert resend_mail(mail) == copy
    with pytest.raises(NotPossible, match="still on its way"):
        resend_mail(copy)
    assert OutgoingMail.objects.count() == 2


def test_once_the_copy_failed_too_either_sends_a_third_and_only_the_last_needs_a_person(cast: Cast) -> None:
    mail = written(cast.appointment(cast.at(10)), "reminder-24h")
    copies: list[OutgoingMail] = []
    for clicked in (mail, None):
        copies.append(resend_mail(clicked or copies[0]))
        OutgoingMail.objects.filter(pk=copies[-1].pk).update(state=MailState.FAILED)
        assert list(OutgoingMail.objects.needing_attention()) == [copies[-1]]
    assert [copy.resend_of for copy in copies] == [mail, mail]


def no_show(appointment: Appointment) -> None:
    """The client had not come after all."""
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.NO_SHOW)


def no_tips(appointment: Appointment) -> None:
    """The client wants no tips any more."""
    Client.objects.filter(pk=appointment.client_id).update(tips_wanted=False)


def no_personal_tips(appointment: Appointment) -> None:
    """The client takes back their consent to personal tips."""
    withdraw_purpose(appointment.client, purpose="personal_tips")


@pytest.mark.parametrize("fate", [no_show, no_tips, no_personal_tips])
def test_tips_are_not_sent_again_to_whom_they_are_not_for_any_more(
    cast: Cast, fate: Callable[[Appointment], None]
) -> None:
    Consent.objects.create(client=cast.ana, version=1, text="t", text_hash="h", personal_tips=True, signature="Ana")
    Client.objects.update(personal_tips_wanted=True)
    appointment = cast.appointment(timezone.now() - 3 * HOUR, status=Status.COMPLETED)
    mail = written(appointment, "aftercare")
    appointment.refresh_from_db()
    fate(appointment)
    with pytest.raises(NotPossible):
        resend_mail(mail)
    assert OutgoingMail.objects.filter(kind="aftercare").count() == 1


def test_a_copy_is_known_as_the_clients_wherever_it_went(cast: Cast) -> None:
    copy = resend_mail(written(cast.appointment(cast.at(10)), "reminder-24h"))
    OutgoingMail.objects.filter(pk=copy.pk).update(to_email="old@example.org", to_name="Another")
    assert copy in mails_to(cast.ana)
