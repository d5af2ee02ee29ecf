"""Erasing a client: the dry run says what will be, the file closes at once, the record goes when its time is over."""

import datetime as dt
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from booking.appointments.access import clients_for
from booking.models import (
    Appointment,
    AppointmentChange,
    Reminder,
    ReminderState,
    SessionNote,
    SessionNoteDraft,
    Status,
    WaitlistEntry,
)
from booking.records.erasure import anonymise, retention_ends_on
from clients.models import Client, Consent, Intake, IntakeRequest
from clients.record.erasure import ERASED_FILE_NAME, read_erased_list, write_erased_list
from clients.record.find_or_create import find_or_create_client
from clinic.backup import tables
from clinic.mail.sender import send_due
from clinic.models import AccessEvent, ClientLink, LinkPurpose, MailCode, MailState, OutgoingMail, User
from clinic.web.links import mint_link
from tests.booking.records.conftest import Database
from tests.booking.records.people import ana_comes_again, ana_was_here, waiting_mail
from tests.booking.waitlist.conftest import Waits, awake, full, offered_now, opens, waits
from tests.fixtures.actions import erase, erasure_report
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast, let_go_by
from tests.fixtures.sweeps import anonymise_due, sweep_reminders

__all__ = ["awake", "full", "waits"]
MARKS = ("zephyr", "ana lind", "ana@example.org", "ana berg", "5550 111", "ramipril")


@pytest.fixture(autouse=True)
def practice_keeps_ten_years(cast: Cast) -> None:
    """As it comes."""
    assert cast.practice.retention_years == 10


def found_anywhere(*words: str) -> set[str]:
    """The tables in which any of these words stands, in whatever column: a whole dump, with the sessions decoded."""
    decoded = " ".join(str(session.get_decoded()) for session in Session.objects.all()).lower()
    found = {"django_session"} if any(word in decoded for word in words) else set()
    for table in tables.existing_tables():
        with connection.cursor() as cursor:
            like = [f"%{word}%" for word in words]
            cursor.execute(f"SELECT 1 FROM {table} AS t WHERE lower(t::text) LIKE ANY(%s) LIMIT 1", [like])
            if cursor.fetchone():
                found.add(table)
    return found


def test_a_search_reads_sessions_and_the_admins_log(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    client.post(reverse("admin:clients_client_change", args=[cast.ana.pk]), {"first_name": "Ana"})
    session = client.session
    session["told"] = "zephyr answers"
    session.save()
    edited_in_admin(cast)
    assert {"django_session", "django_admin_log", "clients_client"} <= found_anywhere("zephyr answers", "ana lind")


def edited_in_admin(cast: Cast) -> None:
    """Somebody corrected Ana's file, and her sign-in, in the admin, whose log calls rows by name."""
    user = User.objects.filter(email="ana@example.org").first()
    for row in filter(None, [cast.ana, cast.ana.consents.first(), user]):
        LogEntry.objects.log_actions(cast.owner.pk, [row], CHANGE, "changed Ana Lind", single_object=True)


def test_a_whole_dump_holds_no_word_of_an_erased_client(cast: Cast, client: Browser) -> None:
    user = User.objects.create_user("ana@example.org", PASSWORD, name="Ana Lind")
    client.force_login(user)
    session = client.session
    session["typed"] = "zephyr answers of ana@example.org"
    session.save()
    ana_was_here(cast)
    edited_in_admin(cast)
    cast.practice.retention_years = 0
    cast.practice.save()
    assert {"django_session", "django_admin_log"} <= found_anywhere(*MARKS)
    erase(cast.ana, by=cast.owner)
    assert found_anywhere(*MARKS) == set()


def test_what_has_expired_is_forgotten_every_night(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    mint_link(purpose=LinkPurpose.APPOINTMENT, subject=cast.ana.public_id, lasts=dt.timedelta(days=1))
    MailCode.objects.create(key="sign-in:x", digest="x", until=timezone.now() + dt.timedelta(minutes=5))
    call_command("run_due", stdout=StringIO())
    assert (Session.objects.count(), ClientLink.objects.count(), MailCode.objects.count()) == (1, 1, 1)
    yesterday = timezone.now() - dt.timedelta(days=1)
    Session.objects.update(expire_date=yesterday)
    ClientLink.objects.update(expires_at=yesterday)
    MailCode.objects.update(until=yesterday)
    call_command("run_due", stdout=StringIO())
    assert (Session.objects.count(), ClientLink.objects.count(), MailCode.objects.count()) == (0, 0, 0)


def snapshot_of_everything() -> dict[str, list[Any]]:
    """Every row but those of the access log."""
    return {
        table: tables.fetch_rows(f"SELECT t::text FROM {table} AS t ORDER BY 1")
        for table in tables.saved_tables()
        if table != "clinic_accessevent"
    }


def test_the_dry_run_counts_everything_and_changes_nothing(cast: Cast) -> None:
    ana_was_here(cast)
    ana_comes_again(cast)
    before = snapshot_of_everything()
    report = erasure_report(cast.ana)
    assert snapshot_of_everything() == before
    counts = [line.count for line in (*report.at_once, *report.record, *report.books)]
    assert all(counts[:4])
    assert [line.count for line in report.books] == [2, 1, 3]
    assert report.until is not None
    assert report.until > timezone.localdate() + dt.timedelta(days=3600)


@pytest.mark.invariant("I5")
def test_a_client_who_is_erased_with_reminders_pending_gets_none(cast: Cast) -> None:
    appointment = ana_comes_again(cast)
    mail = OutgoingMail.objects.pending().get()
    Reminder.objects.filter(state=ReminderState.DUE).update(due_at=timezone.now())
    erase(cast.ana, by=cast.owner)
    mail.refresh_from_db()
    assert (mail.state, mail.text, mail.to_email) == (MailState.WITHDRAWN, "", "")
    assert sweep_reminders() == 0
    assert send_due() == 0
    reminders = Reminder.objects.filter(appointment=appointment)
    assert reminders
    assert {each.state for each in reminders} == {ReminderState.SKIPPED}
    assert "The client's file was erased." in {each.skip_reason for each in reminders}
    assert not OutgoingMail.objects.exclude(state=MailState.WITHDRAWN).exists()


def test_a_closed_file_gives_its_times_back_and_is_seen_by_nobody(cast: Cast) -> None:
    appointment = ana_comes_again(cast)
    mint_link(purpose=LinkPurpose.APPOINTMENT, subject=appointment.public_id, lasts=dt.timedelta(days=1))
    erase(cast.ana, by=cast.owner)
    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED
    assert not clients_for(cast.owner).filter(pk=cast.ana.pk).exists()
    assert not ClientLink.objects.filter(subject=appointment.public_id).exists()
    again, was_there = find_or_create_client(first_name="Ana", last_name="Lind", email="ana@example.org", phone="")
    assert not was_there
    assert again.pk != cast.ana.pk


def test_the_record_stays_until_its_time_is_over_and_then_goes(cast: Cast) -> None:
    appointment = ana_was_here(cast)
    erase(cast.ana, by=cast.owner)
    cast.ana.refresh_from_db()
    assert cast.ana.anonymised_at is None
    assert (cast.ana.last_name, cast.ana.email, cast.ana.phone) == ("Lind", "", "")
    assert Intake.objects.filter(client=cast.ana).exists()
    assert not SessionNoteDraft.objects.exists(), "what never became part of a note is no record"
    assert anonymise_due() == 0
    let_go_by(appointment, dt.timedelta(days=3660))
    assert anonymise_due() == 1
    assert anonymise_due() == 0
    assert found_anywhere(*MARKS) == set()


def test_a_correction_that_was_never_sent_goes_and_what_was_sent_stays(cast: Cast) -> None:
    ana_was_here(cast)
    sent = Intake.objects.filter(client=cast.ana).latest("given_at")
    form = {"client": cast.ana, "technique": "regular-massage", "answers": {"goal": {"goals": "Run"}}}
    row, _made = IntakeRequest.objects.update_or_create(intake=sent, defaults=form)
    erase(cast.ana, by=cast.owner)
    row.refresh_from_db()
    assert (row.answers, row.intake) == ({}, sent)


def test_appointments_stay_for_the_books_without_the_person(cast: Cast) -> None:
    appointment = ana_was_here(cast)
    cast.practice.retention_years = 0
    cast.practice.save()
    report = erase(cast.ana, by=cast.owner)
    assert report.until is None
    appointment.refresh_from_db()
    assert (appointment.price, appointment.status, appointment.minutes) == (cast.regular.price, Status.COMPLETED, 60)
    assert str(appointment.client) == "Erased client"
    assert not SessionNote.objects.exists()
    assert AppointmentChange.objects.filter(appointment=appointment).exists()
    assert found_anywhere(*MARKS) == set()


def test_whoever_was_never_treated_goes_at_once(cast: Cast) -> None:
    appointment = ana_comes_again(cast)
    assert erasure_report(cast.ana).until is None
    erase(cast.ana, by=cast.owner)
    cast.ana.refresh_from_db()
    assert cast.ana.anonymised_at is not None
    appointment.refresh_from_db()
    assert found_anywhere(*MARKS) == set()


def test_a_time_that_was_offered_is_free_again(full: Cast, waits: Waits) -> None:
    offer = offered_at(full, waits)
    erase(full.ana, by=full.owner)
    offer.refresh_from_db()
    assert offer.status == Status.CANCELLED
    assert not WaitlistEntry.objects.filter(client=full.ana).exists()


def offered_at(cast: Cast, waits: Waits) -> Appointment:
    """Ana waits, and a time is held for her."""
    entry = waits()
    opens(cast, 9)
    return offered_now(entry).appointment


def test_erasing_is_in_the_access_log_and_touches_nobody_else(cast: Cast) -> None:
    ana_was_here(cast)
    cast.appointment(cast.at(15), client=cast.ben)
    ben = waiting_mail(cast.ben)
    erase(cast.ana, by=cast.owner)
    event = AccessEvent.objects.get(action=AccessEvent.Action.ERASE)
    assert (event.user, event.client, event.noun) == (cast.owner, cast.ana.public_id, "client")
    ben.refresh_from_db()
    cast.ben.refresh_from_db()
    assert (ben.state, cast.ben.email, cast.ben.erased_at) == (MailState.QUEUED, "ben@example.org", None)


def test_a_second_time_does_nothing_more(cast: Cast) -> None:
    ana_was_here(cast)
    erase(cast.ana, by=cast.owner)
    before = snapshot_of_everything()
    erase(cast.ana, by=cast.owner)
    assert snapshot_of_everything() == before
    assert AccessEvent.objects.filter(action=AccessEvent.Action.ERASE).count() == 1


def test_a_sign_in_goes_with_the_last_file_but_staff_keep_theirs(cast: Cast) -> None:
    user = User.objects.create_user("ana@example.org", PASSWORD, name="Ana Lind")
    Client.objects.filter(pk=cast.ben.pk).update(email=cast.owner.email)
    for client in (cast.ana, cast.ben):
        erase(Client.objects.get(pk=client.pk), by=cast.owner)
    user.refresh_from_db()
    cast.owner.refresh_from_db()
    assert (user.is_active, user.name, user.has_usable_password()) == (False, "", False)
    assert user.email.endswith("@erased.invalid")
    assert cast.owner.is_active


def test_only_erasing_may_change_what_only_grows_and_only_meanwhile(cast: Cast) -> None:
    ana_was_here(cast)
    erase(cast.ana, by=cast.owner)
    with pytest.raises(DatabaseError), transaction.atomic():
        Intake.objects.all().delete()
    anonymise(cast.ana)
    ana_was_here(cast, ago=dt.timedelta(days=40))
    with pytest.raises(DatabaseError), transaction.atomic():
        Intake.objects.update(goals="x")
    assert Consent.objects.exists()


@pytest.mark.parametrize(
    ("last", "years", "until"),
    [
        (dt.date(2026, 3, 1), 10, dt.date(2036, 3, 1)),
        (dt.date(2024, 2, 29), 3, dt.date(2027, 3, 1)),
        (dt.date(2016, 11, 20), 10, None),
        (dt.date(2026, 11, 1), 0, None),
    ],
)
def test_a_record_is_kept_for_years_after_the_last_session(
    cast: Cast, last: dt.date, years: int, until: dt.date | None
) -> None:
    cast.practice.retention_years = years
    cast.appointment(dt.datetime.combine(last, dt.time(10), dt.UTC), status=Status.COMPLETED)
    cast.appointment(cast.at(10), status=Status.NO_SHOW)
    assert retention_ends_on(cast.ana, practice=cast.practice, today=dt.date(2026, 11, 21)) == until


def test_the_list_of_the_erased_holds_ids_alone(cast: Cast) -> None:
    path = settings.DATA_DIR / ERASED_FILE_NAME
    write_erased_list()
    assert not path.exists()
    Client.objects.filter(pk=cast.ana.pk).update(erased_at=timezone.now())
    for _twice in range(2):
        write_erased_list()
        assert path.read_text() == f"{cast.ana.public_id}\n"
    assert read_erased_list("x\n\n# note\n" + path.read_text()) == {cast.ana.public_id}


@pytest.mark.slow
def test_who_was_erased_after_the_backup_is_erased_again(
    transactional_db: None, cast: Cast, installed: Database, tmp_path: Path
) -> None:
    """Known by the database that is replaced (Ana), by the list beside it (Ben), by a list from elsewhere (Cara)."""
    cara = Client.objects.create(first_name="Cara", last_name="Novak", email="cara@example.org")
    dora = Client.objects.create(first_name="Dora", last_name="Weiss", email="dora@example.org")
    ana_was_here(cast)
    ana_comes_again(cast)
    backup, foreign, listed = tmp_path / "a.backup", tmp_path / "foreign", settings.DATA_DIR / ERASED_FILE_NAME
    call_command("backup", to=backup, stdout=StringIO())
    foreign.write_text(f"{uuid.uuid4()}\n{cara.public_id}\n")
    listed.parent.mkdir(exist_ok=True, parents=True)
    listed.write_text(f"{cast.ben.public_id}\n")
    with installed.inside():
        Client.objects.create(public_id=cast.ana.public_id, first_name="Erased", erased_at=timezone.now())
        told = StringIO()
        call_command("restore", backup, replace=True, erased=foreign, stdout=told)
        assert "3 clients erased again" in told.getvalue()
        gone = Client.objects.exclude(erased_at=None)
        assert {each.public_id for each in gone} == {cast.ana.public_id, cast.ben.public_id, cara.public_id}
        assert {each.email for each in gone} == {""}
        assert not Appointment.objects.upcoming().filter(client__in=gone).exists()
        assert not OutgoingMail.objects.pending().exists()
        assert Client.objects.get(pk=dora.pk).erased_at is None
    assert str(cara.public_id) in listed.read_text()
