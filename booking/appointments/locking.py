"""How a change of appointments is made safe: a lock on the therapist's row first, the constraint as the guarantee.

Contending inserts under exclusion constraints alone deadlock, at up to a second each. So every writer takes the
therapist's row, then room, kit and client, and only then looks and writes.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from booking.errors import SlotTaken, TemporarilyBusy
from booking.models import Appointment, Room, StoneKit, Therapist
from booking.scheduling.availability import ResourceKey, Unavailable
from clients.models import Client
from clinic.models.configuration import ask_anew

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=Model)

ROW_LOCK_TIMEOUT = "3s"
MOST_ATTEMPTS = 4
DEADLOCK, SERIALIZATION, LOCK_NOT_AVAILABLE = "40P01", "40001", "55P03"
EXCLUSION = "23P01"
# Nobody asked for this very room or kit: where another writer was faster, a fresh look finds another, or says why not.
ASSIGNED_RESOURCES = frozenset({"never_two_in_one_room", "never_two_with_one_kit"})


class RetryTransaction(Exception):  # noqa: N818 - not an error: something changed between the look and the lock, so look afresh
    """What was read before the lock is no longer so."""


def run_transaction(work: Callable[[], T], *, therapists: Collection[int] = ()) -> T:
    """Run `work` in a transaction of its own with a short lock timeout, again where only the moment was bad.

    `therapists`: keys of those whose rows are locked before `work` looks.

    Raises Busy when a lock is not to be had within three seconds, SlotTaken where PostgreSQL refused an overlap.
    Branches on SQLSTATE and constraint name, never on message text.
    """
    for left in reversed(range(MOST_ATTEMPTS)):
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [ROW_LOCK_TIMEOUT])
                # What was settled before the locks may be otherwise once they are held.
                ask_anew()
                if therapists:
                    lock_therapists(therapists)
                return work()
        except RetryTransaction:
            continue
        except DatabaseError as error:
            state = sqlstate(error)
            if state in (DEADLOCK, SERIALIZATION) and left:
                continue
            if state in (DEADLOCK, SERIALIZATION, LOCK_NOT_AVAILABLE):
                raise TemporarilyBusy(_("Many people are booking right now. Please try again in a moment.")) from error
            if state == EXCLUSION and constraint(error) in ASSIGNED_RESOURCES and left:
                continue
            if state == EXCLUSION:
                raise overlap_refusal(constraint(error)) from error
            raise
    raise SlotTaken


def transactional(action: Callable[P, T]) -> Callable[P, T]:
    """Run each call of an action as `run_transaction` runs its work, with what that raises besides."""

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_transaction(lambda: action(*args, **kwargs))

    return run


def overlap_refusal(name: str) -> SlotTaken:
    """The answer to a violated exclusion constraint."""
    # PostgreSQL does not say which client.
    return SlotTaken(why=Unavailable.CLIENT_BUSY if name == "never_two_for_one_client" else None)


def sqlstate(error: DatabaseError) -> str:
    """The five-character SQLSTATE behind a database error, or an empty text."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def constraint(error: DatabaseError) -> str:
    """The name of the violated constraint, or an empty text."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None) or ""


def lock_therapists(keys: Iterable[int]) -> dict[int, Therapist]:
    """Lock the rows of these therapists in key order, against every other writer but not against readers."""
    found = Therapist.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
    return {therapist.pk: therapist for therapist in found}


def lock_free_room(rooms: Sequence[ResourceKey]) -> ResourceKey | None:
    """Lock the first of these rooms into which nobody else is booking at this moment; None where none is needed.

    On an empty day everyone is sent to the same room first; they would all wait for each other. Only where all free
    rooms are being booked into, this waits, for the first of them.
    """
    if not rooms:
        return None
    for room in rooms:
        if lock_rows(Room.objects.filter(pk=room), skip_locked=True):
            return room
    lock_rows(Room.objects.filter(pk=rooms[0]))
    return rooms[0]


def lock_rooms_and_kits(*, with_kits: bool) -> None:
    """Lock every room, and every kit where one is needed, in key order: for a change of several appointments at once.

    One appointment holds one room and waits for no second, so nobody who comes here in key order can meet it in a
    circle.
    """
    lock_rows(Room.objects.filter(active=True))
    if with_kits:
        lock_rows(StoneKit.objects.filter(active=True))


def lock_client(client: Client | None) -> None:
    """Lock a client's row, where there is one: after therapist, rooms and kits, as every booking does."""
    if client is not None:
        lock_rows(Client.objects.filter(pk=client.pk))


def lock_free_client(
    client: Client, starts_at: dt.datetime, ends_at: dt.datetime, *, leaving_out: Appointment | None = None
) -> None:
    """Lock the client's row and refuse a second appointment at the same time.

    Raises SlotTaken; RetryTransaction where the file was merged into another meanwhile: nothing is booked for a former
    one.
    """
    if not lock_rows(Client.objects.filter(pk=client.pk, merged_into=None)):
        raise RetryTransaction
    others = Appointment.objects.blocking("client_id", client.pk, starts_at, ends_at)
    if leaving_out is not None:
        others = others.exclude(pk=leaving_out.pk)
    if others.exists():
        raise SlotTaken(why=Unavailable.CLIENT_BUSY, client=client)


def lock_rows(rows: QuerySet[M], *, skip_locked: bool = False) -> list[int]:
    """Lock some rows against every other writer, in key order; their keys. `skip_locked`: not those others hold."""
    locked = rows.select_for_update(no_key=True, skip_locked=skip_locked)
    return list(locked.order_by("pk").values_list("pk", flat=True))
