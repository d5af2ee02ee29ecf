"""Booking for somebody else: two people, two files; nobody's answers in another's, mails to the mailbox that booked."""

import datetime as dt
import html
import threading
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest, PersonDetails
from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Reminder, Service, Therapist, WaitlistEntry
from booking.reminders.compose import compose, load_contexts
from booking.reminders.message import Message
from booking.reminders.resend import resend_mail
from booking.scheduling.order import Order
from booking.waitlist.offers import make_offer
from clients.intake.actions import request_intake, submit_intake
from clients.models import Client, Consent, IntakeRequest, Screening
from clients.record.find_or_create import find_client
from clinic.mail.message import as_bytes
from clinic.models import AccessEvent, ClientLink, MailState, OutgoingMail, Practice
from clinic.triggers import APPEND_ONLY_SWITCH
from tests.booking.website.me.conftest import ask_for_code
from tests.booking.website.visitor import Visitor, page_text
from tests.clients.steps import fill
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders
from tests.races.test_guards import together

LEO = {"for_whom": "other", "other_first_name": "Leo", "other_last_name": "Vale"}
OTHER = {"for": "other"}


def booked_for_leo(cast: Cast, visitor: Visitor, *conditions: str, **typed: str) -> Appointment:
    """Nora answers for Leo, books for him, and the appointment is his."""
    service = cast.hot_stone if conditions else cast.regular
    visitor.answers(service, *conditions, also=OTHER)
    page = visitor.follow(visitor.books(service, cast.at(10), cast.mira, **{**LEO, **typed}))
    assert page.status_code == 200, page_text(page)
    return Appointment.objects.get(client__first_name="Leo")


def signed_in(address: str) -> Browser:
    """A browser in which the reader of an address is signed in."""
    browser = Browser()
    browser.post("/me/code/", {"code": ask_for_code(browser, address)}, follow=False)
    return browser


def words(appointment: Appointment, kind: str) -> Message:
    """The message of a kind, its links saved."""
    appointment = Appointment.objects.with_people().get(pk=appointment.pk)
    message = compose(kind, load_contexts([appointment], Practice.current())[appointment.pk])
    ClientLink.objects.bulk_create(message.links)
    return message


@pytest.mark.invariant("I12")
def test_who_comes_and_who_books_have_a_file_each_and_only_who_comes_was_screened(cast: Cast, visitor: Visitor) -> None:
    appointment = booked_for_leo(cast, visitor, "anticoagulants")
    nora = Client.objects.get(first_name="Nora")
    assert appointment.booked_by == nora.public_id
    assert (appointment.client.email_key, appointment.client.mailbox_is_anothers) == ("nora@example.org", True)
    assert (nora.mailbox_is_anothers, nora.appointments.count(), nora.intake_requests.count()) == (False, 0, 0)
    assert not Screening.objects.filter(client=nora).exists()
    assert "anticoagulants" in Screening.objects.get(client=appointment.client).conditions


def test_every_word_is_about_who_comes(cast: Cast, visitor: Visitor) -> None:
    page = page_text(visitor.get(f"/book/{cast.hot_stone.slug}/?for=other"))
    assert "They come" in page
    assert "Anything with their heart" in page
    assert not {"your", "yourself"} & set(
        page.partition("Is it safe for them?")[2].split("None of these: show")[0].split()
    )
    stopped = page_text(visitor.follow(visitor.answers(cast.hot_stone, "heart-disease", also=OTHER)))
    assert "After a word with their doctor" in stopped
    assert "Yes, I" not in stopped


@pytest.mark.parametrize(
    ("service", "ticked"),
    [
        ("hot_stone", {"conditions": ["multiple-sclerosis"]}),
        ("regular", {"comes": "pain", "red_flags": ["dvt-signs"]}),
        ("regular", {"comes": "pain", "red_flags": ["chest-pain-breathless"]}),
    ],
    ids=str,
)
def test_what_the_answers_rule_out_is_said_of_who_comes(
    cast: Cast, visitor: Visitor, service: str, ticked: dict[str, Any]
) -> None:
    answered = visitor.answers(getattr(cast, service), also={**OTHER, **ticked})
    assert "/outcome/" in answered["Location"]
    said = page_text(visitor.follow(answered)).partition("For your doctor")[0].casefold()
    words = said.replace("thank you", "").replace("you told us", "").replace("with you:", "").replace(".", "").split()
    assert {"them", "their", "they"} & set(words)
    # Who books is told, and asked to call; nothing is said of their own health.
    assert not {"yours", "yourself", "your"} & set(words), said


def test_it_says_for_whom_is_booked(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular, also=OTHER)
    done = visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, **LEO))
    assert "Leo is booked" in page_text(done)
    again = page_text(visitor.get(f"/book/{cast.regular.slug}/"))
    assert "for Leo." in again.partition("You have booked")[2][:120]
    appointment = Appointment.objects.get()
    asked = page_text(visitor.get(f"/appointment/{appointment.public_id}/confirm/"))
    assert "Will Leo come?" in asked
    assert "Yes, Leo will come" in asked


@pytest.mark.invariant("I12")
def test_the_same_two_again_are_the_same_two_files(cast: Cast, visitor: Visitor) -> None:
    booked_for_leo(cast, visitor)
    visitor.answers(cast.regular, also=OTHER)
    visitor.follow(visitor.books(cast.regular, cast.at(14), cast.mira, **LEO))
    visitor.answers(cast.regular)
    visitor.follow(visitor.books(cast.regular, cast.at(12), cast.mira))
    assert Client.objects.filter(email_key="nora@example.org").count() == 2
    assert Appointment.objects.filter(client__first_name="Leo").count() == 2
    assert Appointment.objects.get(client__first_name="Nora").booked_by is None


def test_who_names_themselves_as_somebody_else_books_for_themselves(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular, also=OTHER)
    typed = {**LEO, "other_first_name": "NORA", "other_last_name": "vale"}
    visitor.follow(visitor.books(cast.regular, cast.at(10), cast.mira, **typed))
    appointment = Appointment.objects.get()
    assert (appointment.booked_by, appointment.client.mailbox_is_anothers) == (None, False)


@pytest.mark.invariant("I10")
def test_ones_own_answers_of_this_session_are_never_offered_for_somebody_else(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone, "anticoagulants")
    address = f"/book/{cast.hot_stone.slug}/"
    assert visitor.get(address).context["known"] is not None
    assert visitor.get(f"{address}?for=other").context["known"] is None
    visitor.answers(cast.hot_stone, also=OTHER)
    visitor.follow(visitor.books(cast.hot_stone, cast.at(10), cast.mira, **LEO))
    appointment = Appointment.objects.get()
    held = Screening.objects.get(client=appointment.client)
    assert (held.conditions, held.retracted) == ([], [])


@pytest.mark.invariant("I10")
def test_the_file_of_a_signed_in_client_is_not_read_for_somebody_else(cast: Cast) -> None:
    submit_intake(fill(request_intake(cast.ana, technique_slug="regular-massage")))
    browser = signed_in("ana@example.org")
    address = f"/book/{cast.regular.slug}/"
    assert browser.get(address).context["known"] is not None
    before = AccessEvent.objects.count()
    assert browser.get(f"{address}?for=other").context["known"] is None
    assert AccessEvent.objects.count() == before


@pytest.mark.parametrize("first", ["me", "other"])
def test_a_second_tab_that_answers_for_another_person_takes_no_booking_with_it(
    cast: Cast, visitor: Visitor, first: str
) -> None:
    second = "other" if first == "me" else "me"
    visitor.answers(cast.hot_stone, also={"for": first})
    address = f"/book/{cast.hot_stone.slug}/details/?start={cast.at(10):%Y-%m-%dT%H:%M:%SZ}"
    key = visitor.key(visitor.get(address))
    visitor.answers(cast.hot_stone, "anticoagulants", also={"for": second})
    typed = {**(LEO if first == "other" else {}), "first_name": "Nora", "last_name": "Vale", "policy": "on"}
    back = visitor.post(address, {**typed, "email": "nora@example.org", "note": "Pram", "key": key})
    assert back.status_code == 302
    assert f"for={first}" in back["Location"]
    assert not Appointment.objects.exists()
    onward = visitor.post(back["Location"], {"for": first, "comes": "relax"})
    page = visitor.follow(onward)
    assert page.context["form"]["note"].value() == "Pram"
    assert page.context["form"].is_for_other == (first == "other")


def test_what_is_wrong_with_either_name_is_said_beside_it_and_nothing_is_lost(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular, also=OTHER)
    page = visitor.books(cast.regular, cast.at(10), cast.mira, **{**LEO, "other_first_name": "", "other_last_name": ""})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["other_first_name"]
    assert page.context["form"]["email"].value() == "nora@example.org"
    assert not Client.objects.filter(first_name="Nora").exists()


@pytest.mark.invariant("I4")
def test_the_same_form_twice_is_one_appointment(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.regular, also=OTHER)
    address = f"/book/{cast.regular.slug}/details/?start={cast.at(10):%Y-%m-%dT%H:%M:%SZ}"
    key = visitor.key(visitor.get(address))
    for _twice in range(2):
        visitor.books(cast.regular, cast.at(10), cast.mira, key=key, **LEO)
    assert Appointment.objects.count() == 1


@pytest.mark.invariant("I12")
@pytest.mark.parametrize("kind", ["confirmation", "reminder-24h", "reminder-48h", "moved"])
def test_the_mails_greet_who_books_and_say_who_comes(cast: Cast, visitor: Visitor, kind: str) -> None:
    message = words(booked_for_leo(cast, visitor), kind)
    for body in (message.text, html.unescape(message.html)):
        assert "Hello Nora," in body
        assert "For Leo" in body
    assert "Leo" not in message.subject + message.calendar
    assert "nora@example.org" in message.calendar.replace("\r\n ", "") or not message.calendar


@pytest.mark.invariant("I12")
def test_the_header_names_who_reads_the_mailbox_and_the_row_whom_it_is_about(cast: Cast, visitor: Visitor) -> None:
    appointment = booked_for_leo(cast, visitor)
    Reminder.objects.filter(kind="confirmation").update(due_at=timezone.now())
    sweep_reminders()
    mail = OutgoingMail.objects.get(to_name="Leo Vale", kind="confirmation")
    sent = message_from_bytes(as_bytes(mail, Practice.current()), policy=policy.default)
    assert sent.get_all("To") == ["Nora Vale <nora@example.org>"]
    appointment.client.email = "leo@example.org"
    appointment.client.save()
    OutgoingMail.objects.update(state=MailState.SENT)
    again = resend_mail(mail)
    sent = message_from_bytes(as_bytes(again, Practice.current()), policy=policy.default)
    assert sent.get_all("To") == ["Leo Vale <leo@example.org>"]


@pytest.mark.invariant("I12")
def test_what_the_waitlist_or_the_desk_books_for_them_greets_who_reads_the_mailbox(
    cast: Cast, visitor: Visitor
) -> None:
    leo = booked_for_leo(cast, visitor).client
    later = cast.appointment(cast.at(14), client=leo)
    assert later.booked_by is None
    text = words(later, "confirmation").text
    assert "Hello Nora," in text
    assert "For Leo" in text
    entry = WaitlistEntry.objects.create(
        client=leo,
        service=cast.regular,
        screening=Screening.objects.filter(client=leo).first(),
        weekdays=[0, 1, 2, 3, 4, 5, 6],
        from_time=dt.time(8),
        until_time=dt.time(20),
        first_date=cast.day(),
        last_date=cast.day(14),
    )
    offer = make_offer(
        entry, start=cast.at(12), therapist=cast.mira, until=cast.at(9), practice=Practice.current(), by=cast.owner
    )
    text = words(offer.appointment, "waitlist").text
    assert "Hello Nora," in text


def test_who_has_a_mailbox_of_their_own_by_then_is_greeted_there(cast: Cast, visitor: Visitor) -> None:
    appointment = booked_for_leo(cast, visitor)
    appointment.client.email = "leo@example.org"
    appointment.client.save()
    text = words(appointment, "confirmation").text
    assert "Hello Leo," in text
    assert "For Leo" not in text


def test_many_mails_ask_once_who_booked_them(cast: Cast, visitor: Visitor, django_assert_max_num_queries: Any) -> None:
    appointment = booked_for_leo(cast, visitor)
    rows = [Appointment.objects.with_people().get(pk=appointment.pk) for _each in range(6)]
    with django_assert_max_num_queries(40) as for_one:
        load_contexts(rows[:1], Practice.current())
    with django_assert_max_num_queries(len(for_one)):
        load_contexts(rows, Practice.current())


@pytest.mark.invariant("I8")
def test_who_booked_sees_the_appointment_and_no_health_of_who_comes(cast: Cast, visitor: Visitor) -> None:
    appointment = booked_for_leo(cast, visitor)
    leo = appointment.client
    asked = IntakeRequest.objects.get(client=leo)
    plan = submit_intake(fill(asked)).plans.first()
    browser = signed_in("nora@example.org")
    home = browser.get("/me/")
    assert [each.pk for each in home.context["booked_for"]] == [leo.pk]
    assert home.context["client"].first_name == "Nora"
    shown = browser.get(f"/me/{leo.public_id}/")
    assert shown.context["next"].appointment == appointment
    assert (shown.context["plan"], shown.context["awaited"], shown.context["again"]) == (None, None, None)
    for part in ("care", "answers", "consent", "data", "data/seen", "data/download", "mails", "data/address"):
        answer = browser.get(f"/me/{leo.public_id}/{part}/", follow=False)
        assert (answer.status_code, answer["Location"]) == (302, f"/me/{leo.public_id}/"), part
    assert plan is not None
    assert browser.get(f"/care/{plan.public_id}/").status_code == 404
    assert browser.get(f"/appointment/{appointment.public_id}/").status_code == 200
    assert not AccessEvent.objects.filter(client=leo.public_id, actor="client").exists()


def test_a_parent_who_signed_as_guardian_sees_the_childs_pages(cast: Cast, visitor: Visitor) -> None:
    leo = booked_for_leo(cast, visitor).client
    signed = {"guardian": "Nora Vale", "guardian_relation": "mother", "guardian_agrees": True}
    consent = Consent.objects.create(client=leo, version=1, text="x", text_hash="x", signature="Leo", **signed)
    browser = signed_in("nora@example.org")
    assert browser.get(f"/me/{leo.public_id}/answers/").status_code == 200
    consent.withdrawn_at = timezone.now()
    consent.save()
    assert browser.get(f"/me/{leo.public_id}/answers/", follow=False).status_code == 302


@pytest.mark.invariant("I10")
def test_the_mailed_form_of_who_comes_holds_none_of_their_earlier_answers(cast: Cast, visitor: Visitor) -> None:
    appointment = booked_for_leo(cast, visitor)
    leo = appointment.client
    submit_intake(fill(IntakeRequest.objects.get(client=leo)))
    again = request_intake(leo, technique_slug="regular-massage", appointment=None)
    IntakeRequest.objects.exclude(pk=again.pk).update(appointment=None)
    IntakeRequest.objects.filter(pk=again.pk).update(appointment=appointment.public_id)
    message = words(appointment, "intake-missing")
    link = next(part for part in message.text.split() if "/intake/" in part)
    browser = Browser()
    page = browser.get("/intake/" + link.rstrip("/").rpartition("/")[2] + "/", follow=True)
    assert page.status_code == 200
    assert page.context["last"] is None
    leo.mailbox_is_anothers = False
    leo.save()
    assert browser.get(f"/intake/{again.public_id}/").context["last"] is not None, (
        "and in a mailbox of one's own they are"
    )


def test_nobody_waits_for_a_time_with_anothers_answers(cast: Cast, visitor: Visitor) -> None:
    visitor.answers(cast.hot_stone, "anticoagulants", also=OTHER)
    answer = visitor.get(f"/book/{cast.hot_stone.slug}/waitlist/")
    assert answer.status_code == 302
    assert "for=me" in answer["Location"]
    assert not WaitlistEntry.objects.exists()


def test_the_desk_reads_who_booked_and_may_say_that_the_mailbox_is_the_clients(cast: Cast, visitor: Visitor) -> None:
    appointment = booked_for_leo(cast, visitor)
    desk = Browser()
    desk.force_login(cast.owner)
    page = desk.get(f"/desk/appointments/{appointment.public_id}/")
    nora = Client.objects.get(first_name="Nora")
    assert page.context["booker"] == nora
    assert f"/desk/clients/{nora.public_id}/" in page.content.decode()


def wanted(cast: Cast, service: Service, therapist: Therapist, who: PersonDetails, by: PersonDetails) -> BookingRequest:
    """Somebody books for somebody."""
    return BookingRequest(
        order=Order.of(service),
        start=cast.at(10),
        therapist=therapist,
        client=who,
        booked_by=by,
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.WEB,
        practice=Practice.current(),
    )


def book_for_each_other_at_once(cast: Cast, monkeypatch: pytest.MonkeyPatch, *, wait: float) -> list[Client]:
    """Leo and Nora of one mailbox, who have no files yet, book for each other; the files there are then.

    Whoever finds no file waits up to `wait` seconds until the other has found none either.
    """
    leo = PersonDetails(first_name="Leo", last_name="Vale", email="vale@example.org")
    nora = PersonDetails(first_name="Nora", last_name="Vale", email="vale@example.org")
    asked = [
        wanted(cast, cast.regular, cast.mira, leo, nora),
        wanted(cast, cast.regular, cast.tess, nora, leo),
    ]
    found_none, look = threading.Barrier(2), find_client

    def look_together(*names: str) -> Client | None:
        found = look(*names)
        if found is None:
            with suppress(threading.BrokenBarrierError):
                found_none.wait(wait)
        return found

    monkeypatch.setattr("clients.record.find_or_create.find_client", look_together)

    def book(request: BookingRequest) -> None:
        try:
            book_appointment(request)
        finally:
            connections.close_all()

    together([lambda each=each: book(each) for each in asked])  # type: ignore[misc]
    return list(Client.objects.filter(email_key="vale@example.org"))


@pytest.fixture
def without_the_guard(transactional_db: None) -> Iterator[None]:
    """PostgreSQL takes two files of one name at one address; the constraint comes back afterwards."""
    (once,) = (each for each in Client._meta.constraints if each.name == "client_once_per_address")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Client, once)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET {APPEND_ONLY_SWITCH} = 'on'")
        cursor.execute("TRUNCATE clients_client CASCADE")
        cursor.execute(f"RESET {APPEND_ONLY_SWITCH}")
    with connection.schema_editor() as editor:
        editor.add_constraint(Client, once)


@pytest.mark.slow
@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("without_the_guard")
def test_without_the_constraint_two_who_book_for_each_other_get_four_files(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: if this race cannot be lost, the test below proves nothing."""
    assert len(book_for_each_other_at_once(cast, monkeypatch, wait=60)) == 4


@pytest.mark.slow
@pytest.mark.invariant("I12")
@pytest.mark.sql
@pytest.mark.django_db(transaction=True)
def test_two_who_book_for_each_other_at_once_are_two_files(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {each.first_name: each.public_id for each in book_for_each_other_at_once(cast, monkeypatch, wait=5)}
    assert Client.objects.filter(email_key="vale@example.org").count() == len(files) == 2
    booked = {each.client.first_name: each.booked_by for each in Appointment.objects.all()}
    assert booked == {"Leo": files["Nora"], "Nora": files["Leo"]}
    assert Appointment.objects.filter(starts_at__gt=timezone.now() - dt.timedelta(days=1)).count() == 2
