"""What is owed, paid and open; rows are only ever added."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from booking.errors import IdempotencyKeyReused
from booking.models import Appointment, Payment, PaymentMethod, PriceAdjustment, Status
from booking.payments.actions import adjust_price, record_payment, refund_payment
from booking.payments.balances import PaymentState, balance_of, balances_of
from clinic.errors import Refusal
from clinic.models import AccessEvent
from tests.fixtures.cast import Cast
from tests.fixtures.examples import examples

pytestmark = pytest.mark.django_db


def test_paid_in_parts(session_over: Appointment, cast: Cast) -> None:
    price = session_over.price
    record_payment(session_over, amount=Decimal("20.50"), method="cash", by=cast.owner)
    assert balance_of(session_over).state == PaymentState.PARTLY
    record_payment(session_over, amount=price - Decimal("20.50"), method="card", by=cast.owner)
    assert balance_of(session_over).outstanding == 0
    assert balance_of(session_over).state == PaymentState.PAID
    assert AccessEvent.objects.filter(client=cast.ana.public_id, noun="payment").count() == 2


def test_the_same_submission_twice_is_one_payment(session_over: Appointment, cast: Cast) -> None:
    first, second = (
        record_payment(session_over, amount=session_over.price, method="cash", by=cast.owner, key="k") for _ in "ab"
    )
    assert first == second
    with pytest.raises(IdempotencyKeyReused):
        record_payment(session_over, amount=Decimal(1), method="cash", by=cast.owner, key="k")


def test_more_than_is_open_is_refused_until_a_tip_is_added(session_over: Appointment, cast: Cast) -> None:
    tipped = session_over.price + 5
    with pytest.raises(Refusal) as refused:
        record_payment(session_over, amount=tipped, method="cash", by=cast.owner)
    assert refused.value.field == "amount"
    adjust_price(session_over, amount=Decimal(5), reason="Tip", by=cast.owner)
    record_payment(session_over, amount=tipped, method="cash", by=cast.owner)
    assert balance_of(session_over).outstanding == 0


def test_a_discount_is_at_most_the_price(session_over: Appointment, cast: Cast) -> None:
    with pytest.raises(Refusal) as refused:
        adjust_price(session_over, amount=-session_over.price - 1, reason="Gift", by=cast.owner)
    assert refused.value.field == "amount"
    adjust_price(session_over, amount=-session_over.price, reason="Gift", by=cast.owner)
    assert balance_of(session_over).state == PaymentState.NOTHING_OWED


def test_a_refund_is_a_row_below_zero_with_its_reason(session_over: Appointment, cast: Cast) -> None:
    paid = record_payment(session_over, amount=session_over.price, method="cash", by=cast.owner)
    back = refund_payment(paid, amount=Decimal(10), reason="Cut short", by=cast.owner)
    assert (back.amount, back.refund_of, back.method) == (Decimal(-10), paid, "cash")
    with pytest.raises(Refusal):
        refund_payment(paid, amount=session_over.price, reason="Cut short", by=cast.owner)
    with pytest.raises(Refusal):
        refund_payment(paid, amount=Decimal(1), reason=" ", by=cast.owner)
    with pytest.raises(Refusal):
        refund_payment(back, amount=Decimal(1), reason="Again", by=cast.owner)


def test_a_missed_appointment_owes_only_what_was_charged(session_over: Appointment, cast: Cast) -> None:
    Appointment.objects.filter(pk=session_over.pk).update(status=Status.NO_SHOW)
    assert balance_of(session_over).outstanding == 0
    adjust_price(session_over, amount=Decimal(30), reason="No-show fee", by=cast.owner)
    assert balance_of(session_over).outstanding == 30


@pytest.mark.parametrize(
    "number",
    ["4111 1111 1111 1111", "5500-0000-0000-0004", "No. 340000000000009 thanks", "４１１１１１１１１１１１１１１１"],
)
def test_card_numbers_are_refused_everywhere(session_over: Appointment, cast: Cast, number: str) -> None:
    with pytest.raises(Refusal) as refused:
        record_payment(session_over, amount=Decimal(1), method="voucher", reference=number, by=cast.owner)
    assert (refused.value.code, refused.value.field) == ("card_number", "reference")
    with pytest.raises(Refusal):
        adjust_price(session_over, amount=Decimal(1), reason=number, by=cast.owner)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("number", ["G-2026-0117", "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1112", "12345678"])
def test_numbers_of_vouchers_and_accounts_are_taken(session_over: Appointment, cast: Cast, number: str) -> None:
    paid = record_payment(session_over, amount=Decimal(1), method="voucher", reference=number, by=cast.owner)
    assert paid.reference == number


@pytest.mark.parametrize(
    ("currency", "good", "bad"), [("JPY", "7200", "7200.5"), ("KWD", "12.505", "12.5055"), ("EUR", "9.99", "9.999")]
)
def test_amounts_have_the_decimals_of_the_currency(
    session_over: Appointment, cast: Cast, currency: str, good: str, bad: str
) -> None:
    Appointment.objects.filter(pk=session_over.pk).update(currency=currency, price=Decimal(8000))
    with pytest.raises(Refusal):
        record_payment(session_over, amount=Decimal(bad), method="cash", by=cast.owner)
    paid = record_payment(session_over, amount=Decimal(good), method="cash", by=cast.owner)
    paid.refresh_from_db()
    assert (paid.amount, paid.currency) == (Decimal(good), currency)
    assert balance_of(session_over).outstanding == 8000 - Decimal(good)


@pytest.mark.parametrize("row", ["payment", "adjustment"])
def test_postgresql_itself_refuses_to_change_a_row(session_over: Appointment, cast: Cast, row: str) -> None:
    paid = record_payment(session_over, amount=Decimal(1), method="cash", by=cast.owner)
    line = adjust_price(session_over, amount=Decimal(1), reason="Tip", by=cast.owner)
    rows = Payment.objects.filter(pk=paid.pk) if row == "payment" else PriceAdjustment.objects.filter(pk=line.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(amount=Decimal(2))
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_balances_of_many_cost_one_query(cast: Cast, django_assert_num_queries: object) -> None:
    rows = [cast.appointment(cast.at(9) - dt.timedelta(days=7 * each), status=Status.COMPLETED) for each in range(2, 6)]
    for row in rows[:2]:
        record_payment(row, amount=row.price, method="cash", by=cast.owner)
    with django_assert_num_queries(1):  # type: ignore[operator] # pytest-django's fixture
        balances = balances_of([row.pk for row in rows])
    assert [balances[row.pk].state for row in rows] == ["paid", "paid", "open", "open"]


CENTS = st.integers(min_value=1, max_value=20_000).map(lambda cents: Decimal(cents) / 100)
ACTS = st.lists(st.tuples(st.sampled_from(["pay", "back", "less", "more", "no-show"]), CENTS), max_size=12)


@examples(5, 15)
@given(acts=ACTS)
def test_paid_and_open_are_what_is_owed_whatever_was_done(
    session_over: Appointment, cast: Cast, acts: list[tuple[str, Decimal]]
) -> None:
    with transaction.atomic():
        lines: list[Decimal] = []
        came: list[Decimal] = []
        missed = False
        for act, amount in acts:
            try:
                if act == "pay":
                    record_payment(session_over, amount=amount, method=PaymentMethod.CASH, by=None)
                    came.append(amount)
                elif act == "back":
                    paid = Payment.objects.filter(appointment=session_over, refund_of=None).first()
                    if paid:
                        refund_payment(paid, amount=amount, reason="Because", by=None)
                        came.append(-amount)
                elif act == "no-show":
                    missed = True
                    Appointment.objects.filter(pk=session_over.pk).update(status=Status.NO_SHOW)
                else:
                    sign = -1 if act == "less" else 1
                    adjust_price(session_over, amount=sign * amount, reason="Because", by=None)
                    lines.append(sign * amount)
            except Refusal:
                pass
        known = balances_of([session_over.pk])[session_over.pk]
        owed = max(Decimal(0), (Decimal(0) if missed else session_over.price) + sum(lines))
        assert (known.owed, known.paid) == (owed, sum(came))
        assert known.paid + known.outstanding == known.owed
        assert (known.outstanding > 0) == (known.state in (PaymentState.OPEN, PaymentState.PARTLY))
        transaction.set_rollback(True)
