"""Proof over whole tables: no overlap (I1), every constraint and trigger in place, nothing owed that is not written."""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from booking.models import (
    Appointment,
    AppointmentChange,
    Payment,
    PriceAdjustment,
    Receipt,
    ReceiptCounter,
    ReceiptPayment,
    Reminder,
    ReminderRule,
    SessionNote,
    SessionNoteAddendum,
)
from booking.reminders.kind import owed_from_booking
from booking.reminders.kinds.confirmation import Confirmation
from booking.reminders.kinds.moved import Moved
from booking.scheduling.configuration import CONFIGURED
from clients.models import BodyMark, Intake, Screening
from clinic.models import AccessEvent, AccessLogSeal, Heartbeat, SecurityEvent, Versioned
from clinic.records.access_log import broken_chain_links
from clinic.triggers import VERSIONS_CONFIGURATION

logger = logging.getLogger(__name__)
INTEGRITY_JOB = Heartbeat.PROOF
INTEGRITY_INTERVAL = dt.timedelta(days=1)
# What is only ever added to.
APPEND_ONLY_MODELS = (
    *(AccessEvent, AccessLogSeal, AppointmentChange, BodyMark, Intake, Screening, SecurityEvent),
    *(Payment, PriceAdjustment, Receipt, ReceiptPayment, SessionNoteAddendum),
)
ACTIVE_SQL = ("offered", "requested", "confirmed", "completed")


@dataclass(frozen=True)
class GuardedRange:
    """What may never overlap: the column that is shared, and the columns of the range."""

    constraint: str
    column: str
    start: str
    end: str


GUARDED_RANGES = (
    GuardedRange("never_two_for_one_therapist", "therapist_id", "blocked_from", "blocked_until"),
    GuardedRange("never_two_in_one_room", "room_id", "blocked_from", "blocked_until"),
    GuardedRange("never_two_with_one_kit", "kit_id", "blocked_from", "kit_blocked_until"),
    GuardedRange("never_two_for_one_client", "client_id", "starts_at", "ends_at"),
)


def integrity_problems() -> Iterator[str]:
    """Everything that is not as it must be, a line each; nothing where all is well. Reads only."""
    yield from missing_constraints()
    yield from missing_triggers()
    yield from broken_chain_links()
    for guarded in GUARDED_RANGES:
        yield from overlapping_rows(guarded)
    yield from missing_reminders()
    yield from misplaced_in_series()
    yield from receipt_problems()


def broken_guarantees() -> list[str]:
    """What a database may not be used with: a constraint or trigger gone, two appointments in one place."""
    overlaps = (line for guarded in GUARDED_RANGES for line in overlapping_rows(guarded))
    return [*missing_constraints(), *missing_triggers(), *overlaps]


def our_models() -> list[type[models.Model]]:
    """The models of Warmstone's own apps."""
    return [model for app in ("booking", "clients", "clinic") for model in apps.get_app_config(app).get_models()]


def missing_constraints() -> Iterator[str]:
    """The constraints that the database lacks, or holds without having checked every row."""
    named = {str(constraint.name) for model in our_models() for constraint in model._meta.constraints}
    with connection.cursor() as cursor:
        # A unique constraint with a condition is an index to PostgreSQL.
        cursor.execute(
            "SELECT conname, convalidated FROM pg_constraint WHERE connamespace = current_schema()::regnamespace "
            "UNION ALL SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
            "WHERE indisunique AND relnamespace = current_schema()::regnamespace"
        )
        found = dict(cursor.fetchall())
    for name in sorted(named - found.keys()):
        yield f"The constraint {name} is missing. Run the migrations."
    for name in sorted(name for name in named & found.keys() if not found[name]):
        yield f"The constraint {name} has never been checked against old rows."


def missing_triggers() -> Iterator[str]:
    """The triggers that keep records from being changed, and which the database lacks or has switched off."""
    wanted = {(model._meta.db_table, name) for model in APPEND_ONLY_MODELS for name in ("only_grows", "never_emptied")}
    wanted |= {(SessionNote._meta.db_table, name) for name in ("signed_stays", "never_emptied")}
    wanted |= {(model._meta.db_table, "raise_version") for model in our_models() if issubclass(model, Versioned)}
    wanted |= {(model._meta.db_table, VERSIONS_CONFIGURATION) for model in CONFIGURED}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"
        )
        found = set(cursor.fetchall())
    for table, name in sorted(wanted - found):
        yield f"The trigger {name} of {table} is missing or switched off. Run the migrations, and ask who did it."


def overlapping_rows(guarded: GuardedRange) -> Iterator[str]:
    """Active appointments that share what may not be shared; found by sorting, not by the constraint's index."""
    table, column, start, end = Appointment._meta.db_table, guarded.column, guarded.start, guarded.end
    # The furthest end so far among earlier starts shows an overlap with any of them, not only with the neighbour.
    sql = f"""
        SELECT public_id, {column} FROM (
            SELECT public_id, {column}, {start} AS begins,
                   max({end}) OVER (PARTITION BY {column} ORDER BY {start}, id
                                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
            FROM {table} WHERE status = ANY(%s) AND {column} IS NOT NULL
        ) AS appointments WHERE begins < busy_until
    """  # noqa: S608 - names from the table above, no input
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ACTIVE_SQL)])
        for public_id, key in cursor.fetchall():
            yield f"Appointment {public_id} overlaps another one ({column} {key})."


def missing_reminders() -> Iterator[str]:
    """Coming appointments for which an active rule should have written a reminder of the current revision, and has not.

    What announces an appointment is its confirmation, or after a change the news of that change: one of the two is
    there. Rules of other kinds only say whether such a mail is wanted, and owe nothing by themselves.
    """
    for rule in ReminderRule.objects.filter(active=True, service=None, kind__in=owed_from_booking()):
        kinds = [rule.kind, *([Moved.code] if rule.kind == Confirmation.code else [])]
        written = Reminder.objects.filter(
            appointment=models.OuterRef("pk"), kind__in=kinds, revision=models.OuterRef("revision")
        )
        own_rule = ReminderRule.objects.filter(service=models.OuterRef("service"), kind=rule.kind)
        owing = Appointment.objects.upcoming().exclude(models.Exists(own_rule)).exclude(models.Exists(written))
        for public_id in owing.values_list("public_id", flat=True)[:20]:
            yield f"Appointment {public_id} has no reminder of the kind {rule.kind}."


def misplaced_in_series() -> Iterator[str]:
    """Appointments in a series of another client, or in a place that the series does not have."""
    wrong = models.Q(position__gt=models.F("series__times")) | models.Q(position__lt=1)
    appointments = Appointment.objects.exclude(series=None).order_by("pk")
    for public_id in appointments.exclude(client=models.F("series__client")).values_list("public_id", flat=True):
        yield f"Appointment {public_id} is in a series of another client."
    for public_id in appointments.filter(wrong).values_list("public_id", flat=True):
        yield f"Appointment {public_id} has no place in its series."


def receipt_problems() -> Iterator[str]:
    """Receipts whose numbers leave a gap or go on after the last given, and those that do not say what was paid."""
    numbered = Receipt.objects.aggregate(last=models.Max("number"), count=models.Count("pk"))
    given = ReceiptCounter.objects.aggregate(last=models.Max("last"))["last"] or 0
    if (numbered["last"] or 0) != given or numbered["count"] != given:
        last = numbered["last"] or 0
        yield f"Of {given} receipt numbers given, {numbered['count']} receipts are here, the last {last}."
    sums = Receipt.objects.annotate(paid=models.Sum("payments__amount", default=Decimal(0))).order_by("number")
    for number, says, paid in sums.filter(cancels=None).values_list("number", "amount", "paid"):
        if says != paid:
            yield f"Receipt {number} says {says}, and its payments {paid}."
    taking_back = sums.exclude(cancels=None).values_list("number", "amount", "paid", "cancels__amount")
    for number, says, paid, said in taking_back:
        if not says == -paid == -said:
            yield f"Receipt {number} takes back {-says} and not {said}, what it cancels."
    standing = models.Count("receipts", filter=models.Q(receipts__cancels=None, receipts__cancelled_by=None))
    twice = Payment.objects.order_by("pk").annotate(given=standing).filter(given__gt=1)
    for public_id in twice.values_list("public_id", flat=True):
        yield f"Payment {public_id} is on several receipts."
    currency = models.F("appointment__currency")
    for model in (Payment, PriceAdjustment, Receipt):
        for public_id in model._default_manager.exclude(currency=currency).values_list("public_id", flat=True)[:20]:
            yield f"{model._meta.object_name} {public_id} is in another currency than its appointment."


def check_integrity() -> list[str]:
    """Look through the whole table, remember the outcome, return a line (ids, no names) for each problem."""
    found = list(integrity_problems())
    for line in found:
        logger.error("Proof of the bookings: %s", line)
    trouble = str(len(found)) if found else ""
    Heartbeat.objects.update_or_create(name=INTEGRITY_JOB, defaults={"at": timezone.now(), "trouble": trouble})
    return found


def check_integrity_if_due() -> list[str]:
    """`prove`, unless it was done within the last day: for those who run no beat, once a day beside the sweeps."""
    if Heartbeat.objects.filter(name=INTEGRITY_JOB, at__gt=timezone.now() - INTEGRITY_INTERVAL).exists():
        return []
    return check_integrity()
