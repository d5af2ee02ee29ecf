"""Two who write a receipt at once get two numbers that follow each other; one payment taken twice at once is one."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from booking.appointments.integrity import receipt_problems
from booking.models import Appointment, Payment, Receipt, ReceiptCounter, Status
from booking.payments import receipts
from booking.payments.actions import record_payment
from booking.payments.receipts import cancel_receipt, issue_receipt
from clinic.errors import Refusal
from tests.fixtures.cast import Cast

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.sql]
ROUNDS, WRITERS = 6, 4


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run jobs in threads that begin together; what each returned, or the error it raised."""
    start, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            start.wait()
            found[place] = job()
        except Exception as error:  # noqa: BLE001 - the caller looks at it
            found[place] = error  # type: ignore[call-overload] # of any kind
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def paid_sessions(cast: Cast, count: int) -> list[Appointment]:
    """So many sessions, each paid and without a receipt."""
    rows = [
        cast.appointment(cast.at(9) - dt.timedelta(days=7 * each), status=Status.COMPLETED)
        for each in range(2, 2 + count)
    ]
    for row in rows:
        record_payment(row, amount=row.price, method="cash", by=cast.owner)
    return rows


def test_no_number_twice_and_none_left_out(cast: Cast) -> None:
    rows = paid_sessions(cast, ROUNDS * WRITERS)
    for begin in range(0, len(rows), WRITERS):
        some = rows[begin : begin + WRITERS]
        at_once([lambda row=row: issue_receipt(row, practice=cast.practice, by=cast.owner) for row in some])  # type: ignore[misc]
    assert list(Receipt.objects.values_list("number", flat=True)) == list(range(1, len(rows) + 1))
    assert list(receipt_problems()) == []


def test_one_that_fails_gives_its_number_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = paid_sessions(cast, 2)

    def fail(*_args: object) -> None:
        raise OSError("the machine goes down here")

    with monkeypatch.context() as broken:
        broken.setattr(receipts, "write_receipt", fail)
        with pytest.raises(OSError, match="goes down"):
            issue_receipt(one, practice=cast.practice, by=cast.owner)
    assert issue_receipt(other, practice=cast.practice, by=cast.owner).number == 1


def test_without_the_lock_two_get_one_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard that is left, the unique number, then refuses one of them: this shows what the lock is for."""
    rows = paid_sessions(cast, 2)
    read = threading.Barrier(2)

    def unlocked() -> int:
        ReceiptCounter.objects.get_or_create(pk=1)
        last = ReceiptCounter.objects.get(pk=1).last
        read.wait(timeout=10)
        ReceiptCounter.objects.update(last=last + 1)
        return last + 1

    issue_receipt(paid_sessions_of_ben(cast), practice=cast.practice, by=cast.owner)
    monkeypatch.setattr(receipts, "take_number", unlocked)
    found = at_once([lambda row=row: issue_receipt(row, practice=cast.practice, by=cast.owner) for row in rows])  # type: ignore[misc]
    assert sum(isinstance(each, Exception) for each in found) == 1


def paid_sessions_of_ben(cast: Cast) -> Appointment:
    """One more session, of another client."""
    row = cast.appointment(cast.at(12) - dt.timedelta(days=7), client=cast.ben, status=Status.COMPLETED)
    record_payment(row, amount=row.price, method="cash", by=cast.owner)
    return row


def test_two_who_take_the_same_money_find_out(cast: Cast) -> None:
    row = cast.appointment(cast.at(9) - dt.timedelta(days=21), status=Status.COMPLETED)
    found = at_once([lambda: record_payment(row, amount=row.price, method="cash", by=cast.owner)] * 2)
    assert sum(isinstance(each, Refusal) for each in found) == 1
    assert Payment.objects.count() == 1
    same = cast.appointment(cast.at(12) - dt.timedelta(days=21), status=Status.COMPLETED)
    found = at_once([lambda: record_payment(same, amount=same.price, method="cash", by=cast.owner, key="k")] * 2)
    assert found[0] == found[1]


def test_two_who_cancel_one_receipt_write_one_cancellation(cast: Cast) -> None:
    (row,) = paid_sessions(cast, 1)
    receipt = issue_receipt(row, practice=cast.practice, by=cast.owner)
    found = at_once([lambda: cancel_receipt(receipt, reason="Wrong", practice=cast.practice, by=cast.owner)] * 2)
    assert found[0] == found[1]
    assert Receipt.objects.count() == 2
