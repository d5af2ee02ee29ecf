"""The sweep: what is due becomes one mail, what is no longer true becomes none, and one broken row stops nobody."""

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template import TemplateSyntaxError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from booking import tasks, upkeep
from booking.models import Appointment, Reminder, ReminderState, Status
from booking.reminders import sweep
from booking.reminders.compose import compose
from booking.reminders.kind import reminder_kind
from clients.models import Client, IntakeRequest
from clinic.mail import claims, ledger
from clinic.models import ClientLink, Heartbeat, MailState, OutgoingMail
from tests.fixtures.actions import schedule_cancellation, schedule_reminders
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def due(appointment: Appointment, kind: str = "reminder-24h", **changed: object) -> Reminder:
    """A reminder of an appointment that is due now."""
    row = {
        "appointment": appointment,
        "kind": kind,
        "revision": appointment.revision,
        "due_at": timezone.now() - MINUTE,
        "not_after": appointment.starts_at if reminder_kind(kind).announces else timezone.now() + HOUR,
        **changed,
    }
    return Reminder.objects.create(**row)


def outcome(reminder: Reminder) -> tuple[str, str]:
    """State and reason as they stand now."""
    reminder.refresh_from_db()
    return reminder.state, reminder.skip_reason


def test_a_due_reminder_becomes_one_mail_to_its_client(cast: Cast) -> None:
    reminder = due(cast.appointment(cast.at(12)))
    assert sweep_reminders() == 1
    assert outcome(reminder) == (ReminderState.DONE, "")
    assert reminder.mail is not None
    assert (reminder.mail.to_email, reminder.mail.kind) == ("ana@example.org", "reminder-24h")
    assert reminder.mail.not_after == reminder.not_after
    assert sweep_reminders() == 0
    assert OutgoingMail.objects.count() == 1


def test_what_is_not_due_yet_waits(cast: Cast) -> None:
    reminder = due(cast.appointment(cast.at(12)), due_at=timezone.now() + HOUR)
    assert sweep_reminders() == 0
    assert outcome(reminder)[0] == ReminderState.DUE


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("status", [Status.CANCELLED, Status.NO_SHOW, Status.COMPLETED])
def test_nothing_announces_an_appointment_that_will_not_be_whatever_path_changed_it(cast: Cast, status: str) -> None:
    appointment = cast.appointment(cast.at(12))
    reminders = [due(appointment, kind) for kind in ("confirmation", "reminder-48h", "reminder-24h", "moved")]
    Appointment.objects.filter(pk=appointment.pk).update(status=status)
    assert sweep_reminders() == 0
    assert {outcome(reminder)[0] for reminder in reminders} == {ReminderState.SKIPPED}
    assert not OutgoingMail.objects.exists()


@pytest.mark.invariant("I5")
def test_a_reminder_of_an_older_revision_is_not_sent(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    reminder = due(appointment)
    Appointment.objects.filter(pk=appointment.pk).update(revision=1)
    assert sweep_reminders() == 0
    assert "changed" in outcome(reminder)[1]


@pytest.mark.parametrize("status", [Status.NO_SHOW, Status.CONFIRMED, Status.CANCELLED])
def test_only_a_session_that_took_place_is_followed_up(cast: Cast, status: Status) -> None:
    appointment = cast.appointment(cast.at(12, ahead=-7), status=status)
    reminders = [due(appointment, kind) for kind in ("aftercare", "pain-check", "rebook")]
    assert sweep_reminders() == 0
    assert all("did not take place" in outcome(reminder)[1] for reminder in reminders)


def test_after_the_start_nothing_announces_the_appointment(cast: Cast) -> None:
    reminder = due(cast.appointment(timezone.now() - MINUTE))
    assert sweep_reminders() == 0
    assert outcome(reminder) == (ReminderState.SKIPPED, "Too late: the appointment had begun.")


def test_an_hour_of_silence_is_made_good_while_the_appointment_is_ahead(cast: Cast) -> None:
    ahead = due(cast.appointment(timezone.now() + HOUR), due_at=timezone.now() - HOUR)
    over = due(cast.appointment(timezone.now() - HOUR / 2, client=cast.ben, therapist=cast.jonas, room=cast.blue_room))
    assert sweep_reminders() == 1
    assert outcome(ahead)[0] == ReminderState.DONE
    assert outcome(over)[0] == ReminderState.SKIPPED


@pytest.mark.parametrize(
    ("change", "kind", "reason"),
    [
        ({"erased_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "confirmation", "erased"),
        ({"email": ""}, "confirmation", "No e-mail"),
        ({"reminders_wanted": False}, "reminder-24h", "no reminders"),
        ({"reminders_wanted": False}, "reminder-48h", "no reminders"),
        ({"tips_wanted": False}, "aftercare", "no tips"),
        ({"tips_wanted": False}, "rebook", "no tips"),
    ],
)
def test_what_the_client_said_since_counts(cast: Cast, change: dict[str, object], kind: str, reason: str) -> None:
    done = reminder_kind(kind).follows
    appointment = cast.appointment(
        cast.at(12, ahead=-7 if done else 7), status=Status.COMPLETED if done else Status.CONFIRMED
    )
    reminder = due(appointment, kind)
    Client.objects.update(**change)
    assert sweep_reminders() == 0
    assert reason in outcome(reminder)[1]


def test_who_wants_no_reminders_still_gets_the_confirmation(cast: Cast) -> None:
    Client.objects.update(reminders_wanted=False, tips_wanted=False)
    due(cast.appointment(cast.at(12)), "confirmation")
    assert sweep_reminders() == 1


def test_who_has_confirmed_is_not_asked_again(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    Appointment.objects.update(confirmed_by_client_at=timezone.now())
    reminder = due(appointment, "reminder-48h")
    assert sweep_reminders() == 0
    assert "already confirmed" in outcome(reminder)[1]


def test_a_filled_intake_is_not_asked_for_and_an_open_one_is(cast: Cast) -> None:
    appointment, other = cast.appointment(cast.at(12)), cast.appointment(cast.at(14), client=cast.ben)
    IntakeRequest.objects.create(client=cast.ben, technique="regular-massage", appointment=other.public_id)
    filled, awaited = due(appointment, "intake-missing"), due(other, "intake-missing")
    assert sweep_reminders() == 1
    assert outcome(filled) == (ReminderState.SKIPPED, "The intake is filled.")
    assert outcome(awaited)[0] == ReminderState.DONE


def test_who_has_booked_again_is_not_invited(cast: Cast) -> None:
    reminder = due(cast.appointment(cast.at(12, ahead=-7), status=Status.COMPLETED), "rebook")
    cast.appointment(cast.at(12))
    assert sweep_reminders() == 0
    assert "booked again" in outcome(reminder)[1]


def test_a_request_that_nobody_accepted_is_not_reminded_of(cast: Cast) -> None:
    reminder = due(cast.appointment(cast.at(12), status=Status.REQUESTED))
    assert sweep_reminders() == 0
    assert "accepted" in outcome(reminder)[1]


def test_one_that_cannot_be_rendered_is_skipped_by_id_and_stops_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = due(cast.appointment(cast.at(12)))
    fine = due(cast.appointment(cast.at(14), client=cast.ben), "confirmation")

    def brittle(kind: str, *args: object) -> object:
        if kind == "reminder-24h":
            raise TemplateSyntaxError("broken")
        return compose(kind, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(sweep, "compose", brittle)
    assert sweep_reminders() == 1
    assert outcome(broken)[0] == ReminderState.SKIPPED
    assert outcome(fine)[0] == ReminderState.DONE
    assert f"Reminder {broken.pk} " in caplog.text
    assert "Lind" not in caplog.text


def test_one_that_the_database_refuses_is_skipped_and_stops_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = due(cast.appointment(cast.at(12)))
    fine = due(cast.appointment(cast.at(14), client=cast.ben), "confirmation")
    draft = ledger.mail_row

    def too_long(**words: object) -> OutgoingMail:
        mail = draft(**words)  # type: ignore[arg-type]
        if mail.kind == "reminder-24h":
            mail.message_id = "x" * 300
        return mail

    monkeypatch.setattr(ledger, "mail_row", too_long)
    assert sweep_reminders() == 1
    assert outcome(refused)[0] == ReminderState.SKIPPED
    assert outcome(fine)[0] == ReminderState.DONE


@pytest.mark.invariant("I5")
def test_a_mail_that_waits_is_withdrawn_when_its_appointment_is_cancelled_by_any_path(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    reminder = due(appointment)
    sweep_reminders()
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.CANCELLED)
    sweep_reminders()
    reminder.refresh_from_db()
    assert reminder.mail is not None
    assert reminder.mail.state == MailState.WITHDRAWN


@pytest.mark.invariant("I5")
@pytest.mark.parametrize(
    ("kind", "of_appointment", "of_client"),
    [
        ("reminder-24h", {"revision": 1}, {}),
        ("confirmation", {}, {"erased_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}),
        ("waitlist", {"status": Status.CONFIRMED}, {}),
    ],
)
def test_a_mail_that_waits_is_withdrawn_once_it_is_no_longer_true(
    cast: Cast, kind: str, of_appointment: dict[str, object], of_client: dict[str, object]
) -> None:
    status = {"waitlist": Status.OFFERED, "aftercare": Status.COMPLETED}
    status["pain-check"] = Status.COMPLETED
    reminder = due(cast.appointment(cast.at(12), status=status.get(kind, Status.CONFIRMED)), kind)
    assert (sweep_reminders(), sweep_reminders()) == (1, 0)
    assert OutgoingMail.objects.get().state == MailState.QUEUED
    Appointment.objects.filter(pk=reminder.appointment_id).update(**{"revision": 0, **of_appointment})
    Client.objects.filter(pk=cast.ana.pk).update(**{"email_error": "", **of_client})
    sweep_reminders()
    assert OutgoingMail.objects.get().state == MailState.WITHDRAWN


@pytest.mark.invariant("I5")
def test_one_whose_body_was_under_way_does_not_go_once_more_when_its_appointment_is_cancelled_by_any_path(
    cast: Cast,
) -> None:
    appointment = cast.appointment(cast.at(12))
    due(appointment)
    sweep_reminders()
    claim = claims.claim_mails(1)
    assert claims.begin_body(claim.mails[0], claim.token)
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.CANCELLED)
    sweep_reminders()
    OutgoingMail.objects.update(lease_until=timezone.now() - MINUTE)
    assert not claims.claim_mails(1).mails
    assert OutgoingMail.objects.get().state == MailState.UNCERTAIN


def test_the_news_of_a_cancellation_is_not_withdrawn(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    due(appointment, "confirmation")
    sweep_reminders()
    OutgoingMail.objects.update(state=MailState.SENT)
    Appointment.objects.filter(pk=appointment.pk).update(status=Status.CANCELLED, revision=1)
    appointment.refresh_from_db()
    schedule_cancellation(appointment, why="cancelled", now=timezone.now() - MINUTE)
    assert sweep_reminders() == 1
    assert sweep_reminders() == 0
    assert OutgoingMail.objects.filter(kind="cancelled", state=MailState.QUEUED).exists()


def test_a_refused_address_is_noted_in_the_file_once(cast: Cast) -> None:
    mail = ledger.queue_mail(kind="confirmation", to="ANA@example.org", subject="s", text="t")
    OutgoingMail.objects.filter(pk=mail.pk).update(state="failed", address_refused=True, reply="550 No such mailbox")
    sweep_reminders()
    cast.ana.refresh_from_db()
    assert cast.ana.email_error == "there is no such mailbox"
    Client.objects.update(email_error="")
    sweep_reminders()
    cast.ana.refresh_from_db()
    assert cast.ana.email_error == "", "a repaired address is not flagged again by the old mail"


def test_a_batch_costs_the_same_queries_for_one_as_for_many(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(14):
        client = Client.objects.create(first_name=f"C{number}", last_name="X", email=f"c{number}@example.org")
        due(cast.appointment(cast.at(8) + number * 2 * HOUR, client=client), due_at=timezone.now() + HOUR)
    keys = list(Reminder.objects.values_list("pk", flat=True))
    # The first batch of a process reads the catalogue besides.
    for several in (keys[:1], keys[1:2], keys[2:]):
        Reminder.objects.filter(pk__in=several).update(due_at=timezone.now())
        if several == keys[:1]:
            assert sweep_reminders() == 1
            continue
        with django_assert_num_queries(33):
            assert sweep_reminders() == len(several)


def test_the_limit_is_the_size_of_a_transaction_not_of_the_run(cast: Cast) -> None:
    for number in range(5):
        client = Client.objects.create(first_name=f"C{number}", last_name="X", email=f"c{number}@example.org")
        due(cast.appointment(cast.at(12) + number * 2 * HOUR, client=client))
    assert sweep_reminders(limit=2) == 5


def test_the_heart_beats_also_when_nothing_is_due(cast: Cast) -> None:
    sweep_reminders()
    assert Heartbeat.objects.filter(name="reminders").exists()


@pytest.mark.invariant("I10")
def test_links_are_kept_as_hashes_only(cast: Cast) -> None:
    due(cast.appointment(cast.at(12)), "confirmation")
    sweep_reminders()
    text = OutgoingMail.objects.get().text
    token = text.partition("/appointment/")[2].partition("/")[0]
    assert len(token) >= 43
    link = ClientLink.objects.opened_by(token, "appointment")  # type: ignore[arg-type]
    assert link is not None
    assert token not in link.digest


def test_run_due_does_one_sweep_of_both_and_says_so(cast: Cast, settings: Settings, tmp_path: object) -> None:
    settings.MAIL_DIR = tmp_path / "mail"  # type: ignore[operator]
    appointment = cast.appointment(cast.at(12))
    schedule_reminders(appointment, now=timezone.now())
    due(appointment, "moved")
    said = io.StringIO()
    call_command("run_due", stdout=said)
    assert (
        said.getvalue() == "reminders written as mail: 1, notices to staff: 0, mails sent: 1, webhook events taken: 0\n"
    )


@pytest.mark.invariant("I5")
@pytest.mark.parametrize("run", [tasks.sweep, lambda: call_command("run_due", stdout=io.StringIO())])
def test_a_fault_in_another_job_of_the_sweep_stops_no_reminder_and_is_raised_at_the_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path, run: Callable[[], None]
) -> None:
    settings.MAIL_DIR = tmp_path / "mail"
    reminder = due(cast.appointment(cast.at(12)))

    def broken(*_given: object) -> int:
        raise RuntimeError

    for job in ("rescreen_coming_appointments", "offer_free_times"):
        monkeypatch.setattr(upkeep, job, broken)
    with pytest.raises(ExceptionGroup) as raised:
        run()
    assert [type(fault) for fault in raised.value.exceptions] == [RuntimeError, RuntimeError]
    assert outcome(reminder) == (ReminderState.DONE, "")
