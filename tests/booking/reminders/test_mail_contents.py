"""What a mail owes its reader: why a request waits and what to bring, a sorry with other times, a way out."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.models import Appointment, Status
from booking.reminders.compose import compose, load_contexts
from booking.reminders.kinds.please_look import please_look
from booking.reminders.message import Message
from clients.models import Intake
from clinic.colours.contrast import contrast
from clinic.colours.palette import OUR_ACCENT, OUR_PAPER
from clinic.models import ClientLink, Practice
from tests.fixtures.actions import book, cancel
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db


def words(appointment: Appointment, kind: str) -> Message:
    """The message of a kind, its links saved."""
    appointment = Appointment.objects.with_people().get(pk=appointment.pk)
    message = compose(kind, load_contexts([appointment], Practice.current())[appointment.pk])
    ClientLink.objects.bulk_create(message.links)
    return message


def stones(cast: Cast, *conditions: str) -> Appointment:
    """Ana asks for hot stones with these answers."""
    return book(
        service=cast.hot_stone,
        start=cast.at(10),
        therapist=cast.mira,
        client=cast.ana,
        answers=SafetyAnswers(conditions=frozenset(conditions)),
        policy_accepted=True,
        via="web",
    )


def test_a_request_that_waits_for_a_note_says_why_how_to_bring_it_and_until_when(cast: Cast) -> None:
    appointment = stones(cast, "anticoagulants")
    message = words(appointment, "confirmation")
    assert "request" in message.subject
    last = appointment.starts_at.astimezone(cast.zone) - dt.timedelta(days=1)
    for body in (" ".join(message.text.split()), " ".join(message.html.split())):
        assert "a word from your doctor or midwife" in body
        assert "Before this kind of massage" in body
        assert "Send us a photo" in body
        assert f"We keep the time for you until {last:%A} {last.day} {last:%B}." in body
    for word in ("blood", "look forward", "i will come"):
        assert word not in f"{message.text} {message.html}".lower()


@pytest.mark.invariant("I10")
def test_what_only_the_file_says_is_told_to_nobody_who_types_a_name(cast: Cast) -> None:
    Intake.objects.create(client=cast.ana, catalogue_version="1", triage="ok", conditions=["anticoagulants"])
    appointment = stones(cast)
    assert appointment.status == Status.REQUESTED
    message = words(appointment, "confirmation")
    assert "doctor" not in f"{message.text} {message.html}".lower()


def test_a_cancellation_by_the_practice_says_sorry_and_offers_times_that_can_be_booked(cast: Cast) -> None:
    appointment = cancel(cast.appointment(cast.at(10)), reason="ill", via="desk", by=cast.owner)
    message = words(appointment, "cancelled")
    for body in (message.text, message.html):
        assert "We are sorry" in body
    links = re.findall(r"/book/\S+?start=[^\s\"<]+", message.text)
    assert 1 <= len(links) <= 3
    browser = Browser()
    browser.post(f"/book/{cast.regular.slug}/", {"comes": "relax"})
    for link in links:
        assert browser.get(link).status_code == 200, "the time is free"
    assert "ill" not in message.text.split("http")[0].split()


@pytest.mark.parametrize("at_the_desk", [False, True])
def test_ones_own_cancellation_says_neither(cast: Cast, at_the_desk: bool) -> None:
    asked = (
        {"via": "desk", "by": cast.owner, "client_asked": True} if at_the_desk else {"via": "web", "by_client": True}
    )
    appointment = cancel(cast.appointment(cast.at(10)), reason="", **asked)
    message = words(appointment, "cancelled")
    assert "cancelled as you asked" in message.text
    assert "sorry" not in message.text
    assert "start=" not in message.text


def test_the_question_about_the_pain_can_be_opted_out_of(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10, ahead=-2), status=Status.COMPLETED)
    message = words(appointment, "pain-check")
    address = message.headers["List-Unsubscribe"].strip("<>")
    for body in (message.text, message.html):
        assert address in body
    Browser().post("/" + address.split("/", 3)[3], {"List-Unsubscribe": "One-Click"})
    cast.ana.refresh_from_db()
    assert not cast.ana.tips_wanted


@pytest.mark.parametrize(("days", "until"), [(5, 4), (1, 1)])
def test_a_time_is_kept_until_it_can_last_be_cancelled_or_for_its_own_day(cast: Cast, days: int, until: int) -> None:
    today = timezone.now().astimezone(cast.zone).replace(hour=10, minute=0, second=0, microsecond=0)
    appointment = cast.appointment(today + dt.timedelta(days=days), status=Status.REQUESTED)
    kept = today + dt.timedelta(days=until)
    message = please_look(load_contexts([appointment], cast.practice)[appointment.pk], instead=None, note=True)
    for body in (" ".join(message.text.split()), " ".join(message.html.split())):
        assert "a word from your doctor or midwife" in body
        assert f"until {cast.practice.formats.day(kept)}." in body


def test_nobody_is_promised_or_asked_to_come_while_it_is_a_request(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    for message in (
        words(appointment, "confirmation"),
        please_look(load_contexts([appointment], cast.practice)[appointment.pk], instead=None),
    ):
        said = f"{message.subject} {message.text} {message.html}".lower()
        assert not re.search("look forward|will come|/confirm/", said)


def test_mails_are_in_the_practices_colours_and_what_stands_on_them_reads(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(10))
    ours = words(appointment, "confirmation").html
    assert OUR_ACCENT in ours
    Practice.objects.update(accent_colour="#107668", paper_colour="#f1f5f6")
    theirs = words(appointment, "confirmation").html
    assert not {OUR_ACCENT, OUR_PAPER} & set(re.findall(r"#[0-9a-f]{6}", theirs))
    button = re.search(r"background:(#[0-9a-f]{6});font-size:17px;.*?[; ]color:(#[0-9a-f]{6})", theirs, re.DOTALL)
    assert button
    assert button[1] == "#107668"
    assert contrast(button[1], button[2]) >= 4.5
    assert not re.search(r"(color|background):\s*(;|!)", theirs), "a colour that nobody knows"


def test_no_mail_names_our_accent_where_the_practice_has_its_own() -> None:
    mails = Path(settings.BASE_DIR, "templates", "emails")
    assert not [str(page) for page in mails.rglob("*.html") if OUR_ACCENT in page.read_text()]
