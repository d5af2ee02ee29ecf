"""The access log and all that only grows: nobody changes or empties it without `verify` and the chain saying so."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from booking.appointments.integrity import APPEND_ONLY_MODELS, integrity_problems
from booking.appointments.session_notes import NoteText, sign_note
from booking.models import SessionNote
from clients.record.erasure import changing_records
from clinic.models import AccessEvent, AccessLogSeal
from clinic.operations.metrics import metrics_text
from clinic.records.access_log import SETTLE_TIME, broken_chain_links, newest_seal, seal_access_log
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.sql

LONG_AGO = dt.timedelta(days=2)


def happened(number: int, *, ago: dt.timedelta = LONG_AGO) -> list[AccessEvent]:
    """So many events, each a second after the one before."""
    began = timezone.now() - ago
    return [
        AccessEvent.objects.create(at=began + dt.timedelta(seconds=place), actor="staff", action="view", noun="client")
        for place in range(number)
    ]


def run(sql: str) -> None:
    """Run a statement past Django, as somebody with a console would."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


def behind_the_guard(sql: str) -> None:
    """Run a statement as somebody who knows the switch."""
    with changing_records():
        run(sql)


def sealed_later() -> int:
    """Another seal, as if an hour had passed since the last."""
    with changing_records():
        AccessLogSeal.objects.update(at=timezone.now() - LONG_AGO)
    return seal_access_log()


@pytest.mark.parametrize("table", [model._meta.db_table for model in APPEND_ONLY_MODELS])
def test_what_only_grows_cannot_be_emptied(db: None, table: str) -> None:
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE booking_sessionnote SET plan = 'other'",
        "UPDATE booking_sessionnote SET signed_at = NULL",
        "DELETE FROM booking_sessionnote",
        "TRUNCATE booking_sessionnote CASCADE",
    ],
)
def test_a_signed_note_stays_whatever_path_tries(cast: Cast, sql: str) -> None:
    appointment = cast.appointment(timezone.now() - dt.timedelta(hours=2))
    sign_note(appointment, text=NoteText(plan="rest"), by=cast.owner)
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql)
    assert SessionNote.objects.get().plan == "rest"


@pytest.mark.parametrize(
    ("table", "trigger"),
    [
        ("clinic_accessevent", "only_grows"),
        ("clinic_accessevent", "never_emptied"),
        ("booking_sessionnote", "signed_stays"),
        ("clients_intake", "only_grows"),
        ("clients_client", "raise_version"),
    ],
)
@pytest.mark.parametrize("how", ["DROP TRIGGER {trigger} ON {table}", "ALTER TABLE {table} DISABLE TRIGGER {trigger}"])
def test_a_guard_that_is_gone_or_off_is_named(db: None, table: str, trigger: str, how: str) -> None:
    assert list(integrity_problems()) == []
    run(how.format(table=table, trigger=trigger))
    assert [line for line in integrity_problems() if table in line and trigger in line]


def test_a_constraint_of_any_table_that_is_gone_is_named(db: None) -> None:
    run("ALTER TABLE clients_client DROP CONSTRAINT nameless_client_is_erased")
    run("DROP INDEX one_live_wait_per_client_and_service")
    named = "\n".join(integrity_problems())
    assert "nameless_client_is_erased" in named
    assert "one_live_wait_per_client_and_service" in named


def test_the_chain_covers_what_is_settled_and_goes_on(db: None) -> None:
    happened(3)
    happened(2, ago=SETTLE_TIME / 2)
    assert seal_access_log() == 3
    assert seal_access_log() == 0, "an hour between two seals"
    assert sealed_later() == 0, "the younger ones may still get neighbours"
    assert list(broken_chain_links()) == []
    assert newest_seal()[1] == 3


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE clinic_accessevent SET noun = 'nothing' WHERE id = {middle}",
        "UPDATE clinic_accessevent SET at = at + interval '1 microsecond' WHERE id = {middle}",
        "DELETE FROM clinic_accessevent WHERE id = {middle}",
        "DELETE FROM clinic_accessevent",
        "INSERT INTO clinic_accessevent (id, at, actor, action, noun) VALUES ({first} - 1, now(), '', '', '')",
        "INSERT INTO clinic_accessevent (id, at, actor, action, noun) VALUES (0, now(), '', '', '')",
    ],
)
def test_a_past_that_was_changed_behind_the_guards_is_found(db: None, tampering: str) -> None:
    first, _second, middle, *_rest = (event.pk for event in happened(5))
    seal_access_log()
    behind_the_guard(tampering.format(first=first, middle=middle))
    assert [line for line in integrity_problems() if "access log" in line]


def test_the_head_stands_where_whoever_watches_can_keep_it(db: None) -> None:
    happened(4)
    seal_access_log()
    digest, events = newest_seal()
    assert f'warmstone_access_log_sealed{{head="{digest}"}} {events}' in metrics_text()
    assert len(digest) == 64


def test_a_chain_made_anew_has_another_head(db: None) -> None:
    events = happened(4)
    seal_access_log()
    before = newest_seal()
    behind_the_guard(f"UPDATE clinic_accessevent SET noun = 'nothing' WHERE id = {events[1].pk}")
    with changing_records():
        AccessLogSeal.objects.all().delete()
    seal_access_log()
    assert list(broken_chain_links()) == [], "the chain itself holds again"
    assert newest_seal() != before, "and whoever kept the head sees it"
