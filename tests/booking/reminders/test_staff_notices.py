"""Notices to the team: once each, to the right person, neutral, and taken back when answered."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.models import Appointment, Reminder, Status
from booking.reminders.staff_notices import Notice, mail_staff
from clients.models import Intake
from clinic.mail import delivery_status, ledger
from clinic.models import DeliveryStatus, MailState, OutgoingMail, Practice, User
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import send_staff_notices, sweep_reminders

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def never_quiet(cast: Cast) -> None:
    """Quiet hours that begin and end together are none: these tests run at any time of day."""
    cast.practice.quiet_from = cast.practice.quiet_until
    cast.practice.save()


def told(**changed: object) -> OutgoingMail | None:
    """One notice."""
    given = {"key": "", "subject": "Please look", "text": "Something waits.", "url_path": "/desk/"} | changed
    return mail_staff(Notice(**given), Practice.current())  # type: ignore[arg-type] # typed by the class itself


def notices() -> list[OutgoingMail]:
    """Every notice in the ledger, the oldest first."""
    return list(OutgoingMail.objects.filter(kind="staff").order_by("pk"))


def emergency(cast: Cast) -> Intake:
    """Ana gave an answer that asks for help at once."""
    return Intake.objects.create(client=cast.ana, catalogue_version="1", red_flags=["chest-pain"], triage="emergency")


def failed(**changed: object) -> OutgoingMail:
    """A mail that was written a month ago and failed two hours ago."""
    mail = ledger.queue_mail(kind="confirmation", to="ana@example.org", subject="Hello", text="Hi\n")
    values = {
        "state": MailState.FAILED,
        "created_at": timezone.now() - 30 * DAY,
        "settled_at": timezone.now() - 2 * HOUR,
    }
    values |= changed
    OutgoingMail.objects.filter(pk=mail.pk).update(**values)
    return mail


def test_a_therapist_is_told_at_the_address_they_sign_in_with(cast: Cast) -> None:
    mail = told(therapist=cast.mira)
    assert mail is not None
    assert (mail.to_email, mail.to_name, mail.kind) == ("mira@stillwater.example", "Mira Feld", "staff")
    assert "Something waits." in mail.text
    assert "http://localhost:8000/desk/" in mail.text
    assert "http://localhost:8000/desk/" in mail.html
    assert "you work at Stillwater Massage" in mail.text


def test_without_a_therapist_the_practice_is_told_and_without_its_address_an_owner(cast: Cast) -> None:
    mail = told()
    assert mail is not None
    assert mail.to_email == "hello@stillwater.example"
    cast.mira.user.is_active = False  # type: ignore[union-attr] # the cast gives everyone a sign-in
    cast.mira.user.save()  # type: ignore[union-attr]
    mail = told(therapist=cast.mira)
    assert mail is not None
    assert mail.to_email == "hello@stillwater.example"
    cast.practice.email = ""
    cast.practice.save()
    mail = told()
    assert mail is not None
    assert mail.to_email == "owner@stillwater.example"


def test_where_nobody_has_an_address_nothing_is_written(cast: Cast) -> None:
    cast.practice.email = ""
    cast.practice.save()
    User.objects.filter(is_superuser=True).update(is_active=False)
    assert told() is None
    assert not notices()


def test_a_key_is_said_once(cast: Cast) -> None:
    first, second, other = told(key="a"), told(key="a", subject="Again"), told(key="b")
    assert first == second
    assert second is not None
    assert second.subject == "Please look"
    assert other != first
    assert len(notices()) == 2


def test_words_become_words_and_no_markup(cast: Cast) -> None:
    mail = told(text="<b>now</b>")
    assert mail is not None
    assert "&lt;b&gt;now" in mail.html
    assert "<b>now</b>" in mail.text


def test_a_waiting_request_is_told_once_and_again_when_it_moved(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    cast.appointment(cast.at(15))
    assert (send_staff_notices(), send_staff_notices()) == (1, 0)
    (mail,) = notices()
    assert mail.to_email == "mira@stillwater.example"
    assert "at 12:00" in mail.text
    assert str(appointment.public_id) in mail.text
    assert mail.not_after == appointment.starts_at
    Appointment.objects.filter(pk=appointment.pk).update(revision=1)
    assert send_staff_notices() == 1
    assert [mail.state for mail in notices()] == [MailState.WITHDRAWN, MailState.QUEUED]


@pytest.mark.parametrize("answer", [Status.CONFIRMED, Status.CANCELLED])
def test_a_request_answered_before_the_mail_went_is_not_told(cast: Cast, answer: str) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    send_staff_notices()
    Appointment.objects.filter(pk=appointment.pk).update(status=answer)
    send_staff_notices()
    assert [mail.state for mail in notices()] == [MailState.WITHDRAWN]


def test_a_request_waits_for_the_morning_and_an_emergency_does_not(cast: Cast) -> None:
    now = timezone.now().astimezone(cast.zone)
    cast.practice.quiet_from = (now - HOUR).time().replace(tzinfo=None)
    cast.practice.quiet_until = (now + HOUR).time().replace(tzinfo=None)
    cast.practice.save()
    cast.appointment(cast.at(12), status=Status.REQUESTED)
    emergency(cast)
    failed()
    assert send_staff_notices() == 2
    request, intake = notices()
    assert request.next_try_at > timezone.now() + HOUR / 2
    assert intake.next_try_at <= timezone.now()


def test_an_emergency_intake_goes_to_the_therapist_of_the_next_appointment(cast: Cast) -> None:
    cast.appointment(cast.at(12), therapist=cast.jonas)
    emergency(cast)
    assert (send_staff_notices(), send_staff_notices()) == (1, 0)
    (mail,) = notices()
    assert mail.to_email == "jonas@stillwater.example"
    assert str(cast.ana.public_id) in mail.text


@pytest.mark.invariant("I10")
def test_no_notice_names_a_client_or_their_health(cast: Cast) -> None:
    cast.appointment(cast.at(12), status=Status.REQUESTED)
    emergency(cast)
    failed()
    assert send_staff_notices() == 3
    for mail in notices():
        whole = f"{mail.subject} {mail.text} {mail.html}".lower()
        for word in ("ana", "lind", "chest", "emergency", "pain", "red flag"):
            assert f" {word} " not in whole.replace(",", " ").replace(".", " ")


def test_an_old_intake_and_a_harmless_one_tell_nobody(cast: Cast) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok")
    Intake.objects.create(
        client=cast.ana, catalogue_version="1", triage="emergency", given_at=timezone.now() - dt.timedelta(days=3)
    )
    assert send_staff_notices() == 0


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.UNCERTAIN])
def test_mails_that_ended_badly_are_told_once_a_day(cast: Cast, state: str) -> None:
    failed(state=state)
    failed()
    assert (send_staff_notices(), send_staff_notices()) == (1, 0)
    (mail,) = notices()
    assert mail.to_email == "hello@stillwater.example"
    assert "nobody knows: 2." in mail.text
    OutgoingMail.objects.filter(pk=mail.pk).update(dedupe_key="mail-trouble:yesterday")
    assert send_staff_notices() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"settled_at": timezone.now()},
        {"settled_at": timezone.now() - 4 * DAY},
        {"state": MailState.RETRYING, "settled_at": None, "attempts": 4},
        {"state": MailState.SENT},
        {"kind": "sign-in"},
        {"kind": "staff"},
    ],
)
def test_what_is_fresh_or_old_or_no_trouble_of_the_desk_is_not_told(cast: Cast, changed: dict[str, object]) -> None:
    failed(**changed)
    assert send_staff_notices() == 0


def test_trouble_that_somebody_acted_on_is_not_told(cast: Cast) -> None:
    row = failed()
    ledger.resend(row, to=row.to_email, name=row.to_name)
    assert send_staff_notices() == 0


def test_while_no_mail_server_answers_no_notice_waits_with_the_others(cast: Cast) -> None:
    failed()
    delivery_status.note_unreachable("no route to host")
    DeliveryStatus.objects.update(down_since=timezone.now() - HOUR)
    assert send_staff_notices() == 0
    delivery_status.resume_mail()
    assert send_staff_notices() == 1


def test_a_mail_that_does_not_get_through_is_told_until_somebody_has_dealt_with_it(cast: Cast) -> None:
    failed(state=MailState.RETRYING, settled_at=None, attempts=5)
    assert send_staff_notices() == 1
    OutgoingMail.objects.update(dedupe_key="")
    OutgoingMail.objects.see(cast.owner)
    assert send_staff_notices() == 0


def test_a_message_that_could_not_be_written_is_told_and_one_that_came_to_nothing_is_not(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour, kind in ((12, "reminder-24h"), (15, "reminder-24h"), (17, "aftercare")):
        appointment = cast.appointment(cast.at(hour), client=cast.ben if hour == 15 else cast.ana)
        Reminder.objects.create(
            appointment=appointment,
            kind=kind,
            revision=0,
            due_at=timezone.now() - HOUR,
            not_after=appointment.starts_at,
        )
    monkeypatch.setattr("booking.reminders.sweep.compose", lambda *_: 1 / 0)
    sweep_reminders()
    Reminder.objects.update(settled_at=timezone.now() - 2 * HOUR)
    Appointment.objects.filter(client=cast.ben).update(revision=1)
    assert Reminder.objects.filter(state="skipped").count() == 3
    assert send_staff_notices() == 1
    assert "nobody knows: 1." in notices()[0].text
