"""Money at the desk: the payment of an appointment, its receipts, the takings, and who sees them."""

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from booking.errors import NotPossible
from booking.models import Appointment, Payment, Receipt, Status
from booking.payments.actions import adjust_price, record_payment, refund_payment, undo_payment
from booking.payments.receipts import issue_receipt
from clinic.accounts.roles import give_role
from clinic.models import OutgoingMail, User
from clinic.models.invitation import Role
from tests.booking.website.visitor import page_text
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.forms import errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast, client: Browser) -> Browser:
    """Olga, the owner, at the desk."""
    client.force_login(cast.owner)
    return client


def browser_of(email: str) -> Browser:
    """The browser of somebody of the team."""
    browser = Browser()
    browser.force_login(User.objects.get(email=email))
    return browser


def front_desk(*codes: str) -> Browser:
    """Somebody at the front desk, with these permissions."""
    user = User.objects.create_user(f"front{len(codes)}@stillwater.example", PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return browser_of(user.email)


def url(name: str, row: Appointment | Receipt) -> str:
    """The address of something done with an appointment or a receipt."""
    return reverse(f"booking:desk-{name}", args=[row.public_id])


def client_url(appointment: Appointment, receipt: Receipt) -> str:
    """Where a client reads a receipt."""
    return reverse("booking:appointment-receipt", args=[appointment.public_id, receipt.public_id])


def take(browser: Browser, appointment: Appointment, **typed: object) -> Any:
    """Send the form as it stands, with some fields typed."""
    page = browser.get(url("payment", appointment))
    shown = page.context["form"]
    sent = {f"pay-{name}": shown[name].value() or "" for name in ("key", "amount", "reference")}
    sent |= {name if name == "with_receipt" else f"pay-{name}": value for name, value in typed.items()}
    return browser.post(url("payment-take", appointment), sent)


def test_the_amount_that_is_open_stands_in_the_form(desk: Browser, session_over: Appointment) -> None:
    take(desk, session_over, method="cash", amount="20,50")
    assert Payment.objects.get().amount == Decimal("20.50")
    left = session_over.price - Decimal("20.50")
    assert desk.get(url("payment", session_over)).context["form"]["amount"].value() == left


def test_take_payment_with_receipt_is_one_step(desk: Browser, session_over: Appointment) -> None:
    answer = take(desk, session_over, method="card", with_receipt="1")
    receipt = Receipt.objects.get()
    assert answer["Location"] == url("receipt", receipt)
    page = page_text(desk.get(answer["Location"]))
    for said in ("Receipt no. 1", "Ana Lind", "Mira Feld", "card terminal"):
        assert said in page


def test_the_same_form_sent_twice_is_one_payment(desk: Browser, session_over: Appointment) -> None:
    page = desk.get(url("payment", session_over))
    sent = {"pay-key": page.context["form"]["key"].value(), "pay-amount": "10", "pay-method": "cash"}
    for _time in range(2):
        assert desk.post(url("payment-take", session_over), sent).status_code == 302
    assert Payment.objects.count() == 1


def test_a_payment_entered_wrongly_is_undone_within_minutes_and_both_can_be_read(
    desk: Browser, session_over: Appointment
) -> None:
    answer = desk.get(take(desk, session_over, method="cash")["Location"])
    undo = re.search(r'href="(/desk/undo/[^"]+)"', answer.content.decode())
    assert undo is not None
    for _tap in range(2):
        assert desk.post(undo[1]).status_code == 302
    wrong, back = Payment.objects.order_by("pk")
    assert (back.amount, back.refund_of, back.method, back.entered_wrongly) == (-wrong.amount, wrong, "cash", True)
    page = page_text(desk.get(url("payment", session_over)))
    assert "entered by mistake" in page
    # Nothing came, so no receipt can be written about it, nothing can be given back, and it can be paid rightly.
    assert "Write the receipt" not in page
    assert "Give money back" not in page
    take(desk, session_over, method="card", with_receipt="1")
    assert Receipt.objects.get().amount == session_over.price
    (takings,) = desk.get("/desk/takings/").context["takings"]
    assert (takings.all.total, takings.refunded) == (session_over.price, 0)


@pytest.mark.parametrize("why", ["late", "receipt", "refund"])
def test_a_payment_that_counts_is_given_back_and_not_undone(cast: Cast, session_over: Appointment, why: str) -> None:
    paid = record_payment(session_over, amount=session_over.price, method="cash", by=cast.owner)
    if why == "late":
        paid.received_at -= dt.timedelta(minutes=11)
    elif why == "receipt":
        issue_receipt(session_over, practice=cast.practice, by=cast.owner)
    else:
        refund_payment(paid, amount=Decimal(1), reason="Cut short", by=cast.owner)
    with pytest.raises(NotPossible):
        undo_payment(paid, by=cast.owner)


def test_what_cannot_be_is_said_beside_its_field_and_kept(desk: Browser, session_over: Appointment) -> None:
    for typed, field in (
        ({"method": "cash", "amount": "1000"}, "amount"),
        ({"method": "cash", "amount": "0"}, "amount"),
        ({"method": "cash", "amount": "1.234"}, "amount"),
        ({"method": "voucher", "amount": "10"}, "reference"),
    ):
        answer = take(desk, session_over, **typed)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field], typed
        assert answer.context["form"]["amount"].value() == typed["amount"]
    assert not Payment.objects.exists()
    for typed, field in (
        ({"method": "cash", "amount": ""}, "amount"),
        ({"method": "barter", "amount": "10"}, "method"),
        ({"method": "", "amount": "10"}, "method"),
        ({"method": "voucher", "amount": "10", "reference": "4111 1111 1111 1111"}, "reference"),
    ):
        assert list(errors_of(answer.context["form"], **typed)) == [field], typed


def test_extra_discount_and_refund(desk: Browser, session_over: Appointment, cast: Cast) -> None:
    desk.post(url("payment-line", session_over), {"line-kind": "less", "line-amount": "5", "line-reason": "Loyalty"})
    desk.post(url("payment-line", session_over), {"line-kind": "more", "line-amount": "8", "line-reason": "Tip"})
    take(desk, session_over, method="cash")
    paid = Payment.objects.get()
    assert paid.amount == session_over.price + 3
    back = {"back-payment": paid.public_id, "back-method": "cash", "back-amount": "10", "back-reason": "Cut short"}
    desk.post(url("payment-refund", session_over), {**back, "back-lowers_price": "on"})
    page = desk.get(url("payment", session_over))
    assert page.context["balance"].outstanding == 0
    assert "Cut short" in page_text(page)
    assert desk.post(url("payment-refund", session_over), {**back, "back-amount": "500"}).status_code == 422


def test_a_receipt_is_cancelled_and_written_anew_with_another_address(
    desk: Browser, session_over: Appointment, cast: Cast
) -> None:
    take(desk, session_over, method="cash", with_receipt="1")
    wrong = Receipt.objects.get()
    assert desk.post(url("receipt-cancel", wrong), {"reason": ""}).status_code == 422
    desk.post(url("receipt-cancel", wrong), {"reason": "Address missing"})
    desk.post(url("receipt-new", session_over), {"receipt-client_address": "Torstr. 1, 10119 Berlin"})
    right = Receipt.objects.standing().get()
    assert (right.number, right.client_address) == (3, "Torstr. 1, 10119 Berlin")
    assert "Cancelled by no. 2" in page_text(desk.get(url("receipt", wrong)))
    assert "Takes back receipt no. 1" in page_text(desk.get(url("receipt", wrong.cancelled_by)))


@pytest.mark.invariant("I10")
def test_a_receipt_is_mailed_once_and_only_the_client_opens_it(
    desk: Browser, session_over: Appointment, cast: Cast
) -> None:
    take(desk, session_over, method="cash", with_receipt="1")
    receipt = Receipt.objects.get()
    for _time in range(2):
        desk.post(url("receipt-mail", receipt))
    mail = OutgoingMail.objects.get(kind="receipt")
    assert (mail.to_email, mail.subject) == (cast.ana.email, "Your receipt from Stillwater Massage")
    assert "assage" not in mail.text.replace("Stillwater Massage", "")
    link = next(word for word in mail.text.split() if "/receipts/" in word)
    path = link[link.index("/appointment/") :]
    stranger = Browser()
    assert (
        stranger.get(
            reverse("booking:appointment-receipt", args=[session_over.public_id, receipt.public_id])
        ).status_code
        == 404
    )
    opened = stranger.get(path, follow=True)
    assert opened.status_code == 200
    assert "Receipt no. 1" in page_text(opened)
    assert "Receipt no. 1" in page_text(stranger.get(reverse("booking:appointment", args=[session_over.public_id])))


def test_another_clients_receipt_stays_closed(desk: Browser, session_over: Appointment, cast: Cast) -> None:
    other = cast.appointment(cast.at(9) - dt.timedelta(days=28), client=cast.ben, status=Status.COMPLETED)
    record_payment(other, amount=other.price, method="cash", by=cast.owner)
    receipt = issue_receipt(other, practice=cast.practice, by=cast.owner)
    User.objects.create_user(cast.ana.email)
    ana = browser_of(cast.ana.email)
    assert ana.get(client_url(other, receipt)).status_code == 404
    assert ana.get(client_url(session_over, receipt)).status_code == 404


def test_a_therapist_sees_own_money_the_front_desk_all_by_permission(cast: Cast, session_over: Appointment) -> None:
    theirs = cast.appointment(
        cast.at(9) - dt.timedelta(days=21),
        client=cast.ben,
        therapist=cast.jonas,
        room=cast.blue_room,
        status=Status.COMPLETED,
    )
    for row in (session_over, theirs):
        record_payment(row, amount=row.price, method="cash", by=cast.owner)
    mira = browser_of("mira@stillwater.example")
    assert mira.get(url("payment", session_over)).status_code == 200
    assert mira.get(url("payment", theirs)).status_code == 404
    assert [each.appointment for each in mira.get("/desk/takings/").context["payments"]] == [session_over]
    bare = front_desk()
    assert bare.get("/desk/takings/").status_code == 404
    assert bare.get(url("payment", theirs)).status_code == 404
    clerk = front_desk("view_payment", "add_payment")
    assert len(clerk.get("/desk/takings/").context["payments"]) == 2
    assert clerk.get(url("payment", theirs)).status_code == 200
    # What lies in the till is counted a day at a time; longer is the practice's income, for whom the owner lets.
    day, before = timezone.localdate(), timezone.localdate() - dt.timedelta(days=30)
    assert [each.name for each in clerk.get("/desk/takings/").context["periods"]] == ["Today", "Yesterday"]
    asked = {"from": str(before), "to": str(day)}
    assert clerk.get("/desk/takings/", asked).context["period"].last == before
    assert clerk.get("/desk/takings/takings.csv", asked).content.count(b"\n") == 1
    assert mira.get("/desk/takings/", asked).context["period"].last == day
    trusted = front_desk("view_payment", "add_payment", "read_team_reports")
    assert trusted.get("/desk/takings/", asked).context["period"].last == day
    reader = front_desk("view_payment")
    assert reader.get(url("payment", theirs)).status_code == 200
    assert reader.post(url("payment-take", theirs), {}).status_code == 404


def test_takings_stand_in_the_header_of_whoever_has_some(cast: Cast) -> None:
    for browser, has_takings in ((front_desk(), False), (front_desk("view_payment"), True)):
        header = browser.get("/desk/").content.decode().partition('class="desk-nav"')[2].partition("</nav>")[0]
        assert ("Takings" in header) == has_takings
        assert "Calendar" in header
        assert "Settings" not in header


def test_the_ready_role_of_a_therapist_sees_the_money_of_own_sessions_only(
    cast: Cast, session_over: Appointment
) -> None:
    assert cast.jonas.user is not None
    give_role(cast.jonas.user, Role.THERAPIST)
    record_payment(session_over, amount=session_over.price, method="cash", by=cast.owner)
    jonas = browser_of(cast.jonas.user.email)
    assert jonas.get("/desk/takings/").context["payments"] == []
    assert jonas.get(url("payment", session_over)).status_code == 404


def test_takings_by_way_and_therapist_with_what_is_open(
    desk: Browser, cast: Cast, session_over: Appointment, django_assert_max_num_queries: Any
) -> None:
    theirs = cast.appointment(
        cast.at(9) - dt.timedelta(days=21),
        client=cast.ben,
        therapist=cast.jonas,
        room=cast.blue_room,
        status=Status.COMPLETED,
    )
    paid = record_payment(session_over, amount=session_over.price, method="cash", by=cast.owner)
    refund_payment(paid, amount=Decimal(10), reason="Cut short", by=cast.owner, lowers_price=True)
    record_payment(theirs, amount=Decimal(20), method="card", by=cast.owner)
    desk.get("/desk/takings/")
    with django_assert_max_num_queries(12):
        page = desk.get("/desk/takings/")
    (sums,) = page.context["takings"]
    assert sums.all.total == session_over.price + 10
    assert dict(sums.methods) == {"cash": session_over.price - 10, "card terminal": Decimal(20)}
    assert [each.name for each in sums.therapists] == ["Jonas Weber", "Mira Feld"]
    assert [(row, known.outstanding) for row, known in page.context["still_open"]] == [(theirs, theirs.price - 20)]
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    assert not desk.get("/desk/takings/", {"from": str(yesterday), "to": str(yesterday)}).context["payments"]


@pytest.mark.parametrize(
    "asked",
    [{"from": "x", "to": "y"}, {"from": "2026-05-02", "to": "2026-05-01"}, {"to": "9999-12-31", "from": "0001-01-01"}],
)
def test_a_period_that_is_none_is_today(cast: Cast, desk: Browser, asked: dict[str, str]) -> None:
    period = desk.get("/desk/takings/", asked).context["period"]
    assert period.first == period.last == timezone.localdate(timezone=cast.zone)


def test_the_table_opens_in_excel_and_runs_no_formula(desk: Browser, session_over: Appointment, cast: Cast) -> None:
    record_payment(session_over, amount=Decimal(20), method="voucher", reference="=1+1", by=cast.owner)
    issue_receipt(session_over, practice=cast.practice, by=cast.owner)
    answer = desk.get("/desk/takings/takings.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["number"], row["amount"], row["currency"], row["receipts"]) == ("'=1+1", "20.00", "EUR", "1")


def test_the_appointment_says_what_is_open_and_leads_there(
    desk: Browser, session_over: Appointment, cast: Cast
) -> None:
    page = desk.get(url("appointment", session_over))
    assert url("payment", session_over) in page.content.decode()
    adjust_price(session_over, amount=-session_over.price, reason="Gift", by=cast.owner)
    assert "Payment" in page_text(desk.get(url("appointment", session_over)))


def test_the_day_says_whether_a_session_is_paid_to_those_who_see_its_money(
    session_over: Appointment, cast: Cast, desk: Browser
) -> None:
    cast.appointment(
        session_over.starts_at, client=cast.ben, therapist=cast.jonas, room=cast.blue_room, status=Status.COMPLETED
    )
    day = session_over.starts_at.astimezone(cast.zone).date()

    def said(browser: Browser) -> list[str]:
        page = browser.get("/desk/", {"day": day.isoformat(), "who": "all"})
        return sorted(line.payment for column in page.context["columns"] for line in column.appointments)

    assert said(desk) == ["", ""], "a practice that takes no payments here is not told that all is open"
    record_payment(session_over, amount=session_over.price, method="cash", by=cast.owner)
    assert said(desk) == ["open", "paid"]
    assert said(browser_of("mira@stillwater.example")) == ["", "paid"]
    assert said(front_desk()) == ["", ""]
    assert said(front_desk("view_payment")) == ["open", "paid"]


def test_money_goes_back_by_the_way_it_came_unless_said_otherwise(
    desk: Browser, session_over: Appointment, cast: Cast
) -> None:
    record_payment(session_over, amount=Decimal(20), method="cash", by=cast.owner)
    newest = record_payment(session_over, amount=Decimal(10), method="card", by=cast.owner)
    form = desk.get(url("payment", session_over)).context["refund_form"]
    assert (form["payment"].value(), form["method"].value()) == (newest.public_id, "card")
    labels = [label for _value, label in form.fields["payment"].choices]
    assert "Cash, €20.00" in labels[0]
    assert "Card terminal, €10.00" in labels[1]
