"""The words of every message: what each must say, and what none may say (I10, invariants.md#mail-privacy)."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from booking.appointments.session_notes import NoteText
from booking.models import Appointment, Service, Status, WaitlistEntry, WaitlistOffer
from booking.reminders.calendar_file import ALARM, calendar_file
from booking.reminders.compose import compose, load_contexts
from booking.reminders.kind import reminder_kinds
from booking.reminders.message import Message, greeting_name
from clients.care import shipped
from clients.models import CarePlan, CarePlanItem, Client, Consent, Intake, IntakeRequest, PainScore
from clients.plans.wording import OVERCLAIM
from clinic.country.locale import formats_of
from clinic.models import ClientLink, Practice
from tests.fixtures.actions import save_note
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.rfc5545 import Part, calendars

pytestmark = pytest.mark.django_db
OWED = [kind.code for kind in reminder_kinds()]
AFTER = {"aftercare", "next-day", "pain-check", "rebook"}
LINK = re.compile(r"https?://[^\s\"<>]+")
BERLIN = ZoneInfo("Europe/Berlin")
METHODS = st.sampled_from(["REQUEST", "CANCEL", "PUBLISH"])


def appointment_for(cast: Cast, kind: str) -> Appointment:
    """An appointment for which this kind is said."""
    status = {True: Status.COMPLETED}.get(kind in AFTER, Status.CONFIRMED)
    status = Status.OFFERED if kind == "waitlist" else status
    start = just_over(cast.hot_stone) if kind in AFTER else cast.at(12)
    appointment = cast.appointment(start, status=status, service=cast.hot_stone)
    IntakeRequest.objects.create(client=appointment.client, technique="hot-stone", appointment=appointment.public_id)
    if kind == "waitlist":
        offer(cast, appointment)
    return appointment


def just_over(service: Service) -> dt.datetime:
    """The start of a session of this service that has just ended, today."""
    return timezone.now() - dt.timedelta(minutes=service.minutes)


def offer(cast: Cast, appointment: Appointment) -> WaitlistOffer:
    """The offer from the waitlist that an appointment holds its time for."""
    entry = WaitlistEntry.objects.create(
        client=appointment.client,
        service=appointment.service,
        weekdays=[1],
        from_time=dt.time(9),
        until_time=dt.time(18),
        first_date=cast.day(),
        last_date=cast.day(),
        state="offered",
    )
    held_until = appointment.starts_at - dt.timedelta(days=2)
    return WaitlistOffer.objects.create(
        entry=entry, appointment=appointment, starts_at=appointment.starts_at, held_until=held_until
    )


def words(appointment: Appointment, kind: str) -> Message:
    """The message of a kind, its links saved."""
    appointment = Appointment.objects.with_people().get(pk=appointment.pk)
    message = compose(kind, load_contexts([appointment], Practice.current())[appointment.pk])
    ClientLink.objects.bulk_create(message.links)
    return message


def all_of_it(message: Message) -> str:
    """Everything that a person or a program reads."""
    return "\n".join([message.subject, message.text, message.html, message.calendar, *message.headers.values()])


def ill(client: Client, *conditions: str, personal: bool = False) -> Intake:
    """A client who told us a lot, with a marked word in every free text, and whose one thing is a heat pack."""
    marked = "canary-xyzzy"
    client.personal_tips_wanted = personal
    client.save()
    Consent.objects.create(client=client, version=1, text="t", text_hash="h", personal_tips=personal, signature="A")
    intake = Intake.objects.create(
        client=client,
        catalogue_version="2",
        symptoms=["tight-spot"],
        onset=["chronic"],
        conditions=list(conditions),
        denied=sorted(shipped().index.red_flags),
        medicines=marked,
        allergies=marked,
        surgery=marked,
        goals=marked,
        areas_to_avoid=marked,
        triage="ok",
        given_at=timezone.now() - dt.timedelta(days=1),
    )
    plan = CarePlan.objects.create(
        client=client, intake=intake, catalogue_version="2", triage="ok", one_thing="heat-pack"
    )
    for kind, slug, name in (
        ("oil", "lavender", "Lavender-oil-name"),
        ("home-care", "heat-pack", "Heat-pack-name"),
        ("home-care", "walking", "Second-tip-name"),
    ):
        CarePlanItem.objects.create(
            plan=plan,
            kind=kind,
            slug=slug,
            position=0,
            state="released",
            name=name,
            text=f"{name} text.",
            evidence_grade="weak",
        )
    PainScore.objects.create(client=client, moment="before", value=9)
    return intake


@pytest.mark.parametrize("kind", OWED)
def test_every_kind_is_said_in_words_and_html_with_a_neutral_subject_and_claims_nothing(cast: Cast, kind: str) -> None:
    message = words(appointment_for(cast, kind), kind)
    said = all_of_it(message)
    assert "\n" not in message.subject
    assert len(message.subject) < 80
    assert "stone" not in message.subject.lower()
    assert "Ana" in message.text
    assert "Ana" in message.html
    assert "Stillwater Massage" in message.text
    assert "{{" not in said
    assert "{%" not in said
    assert "<" not in re.sub(r"<https?://[^>]+>", "", message.text)
    assert "<img" not in message.html
    assert set(LINK.findall(message.text)) <= {link.replace("&amp;", "&") for link in LINK.findall(message.html)}
    # A sentence that denies a claim must name it.
    assert not OVERCLAIM.search(said.replace("there are no toxins to flush out", ""))
    if kind in AFTER:
        assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<https?://.*/stop/[\w-]{43,}/>", message.headers["List-Unsubscribe"])
    else:
        assert not message.headers


@pytest.mark.invariant("I10")
@pytest.mark.parametrize("personal", [False, True])
@pytest.mark.parametrize("kind", OWED)
def test_no_message_repeats_what_the_client_told_us(cast: Cast, kind: str, personal: bool) -> None:
    appointment = appointment_for(cast, kind)
    ill(appointment.client, "asthma", "migraine", personal=personal)
    said = all_of_it(words(appointment, kind))
    assert "canary-xyzzy" not in said
    for told in ("asthma", "migraine", "tight-spot", "tight spot"):
        assert told.lower() not in said.lower()
    assert "Lavender-oil-name" not in said
    assert "Second-tip-name" not in said
    assert personal or "Heat-pack-name" not in said


def test_with_consent_the_one_thing_of_the_week_stands_in_the_aftercare(cast: Cast) -> None:
    appointment = cast.appointment(just_over(cast.regular), status=Status.COMPLETED, service=cast.regular)
    ill(appointment.client, personal=True)
    said = words(appointment, "aftercare").text
    assert "One thing this week: Heat-pack-name" in said
    assert "From tomorrow on." not in said
    assert "Second-tip-name" not in said
    assert "/care/" in said, "the rest stands on the page of the plan"
    Consent.objects.update(withdrawn_at=appointment.ends_at)
    said = words(appointment, "aftercare").text
    assert "Heat-pack-name" not in said
    assert "/care/" in said


def test_what_the_therapist_wrote_for_the_client_stands_in_the_aftercare_and_nothing_else_of_the_note(
    cast: Cast,
) -> None:
    appointment = appointment_for(cast, "aftercare")
    save_note(appointment, text=NoteText(assessment="trigger points", for_client="Neck & shoulders, slowly."))
    message = words(appointment, "aftercare")
    assert "Neck & shoulders, slowly." in message.text
    assert "Neck &amp; shoulders, slowly." in message.html
    assert "trigger points" not in message.text + message.html


@pytest.mark.invariant("I6")
def test_after_hot_stones_a_one_thing_with_warmth_is_for_tomorrow(cast: Cast) -> None:
    appointment = appointment_for(cast, "aftercare")
    ill(appointment.client, personal=True)
    message = words(appointment, "aftercare")
    for body in (message.text, message.html):
        assert re.search(r"Heat-pack-name\s*(<[^>]*>\s*)*From (tomorrow|\w+ \d+ \w+) on\.", body)


@pytest.mark.invariant("I9", "I8")
def test_a_scanner_that_opens_every_link_changes_nothing(cast: Cast, client: Browser) -> None:
    def state() -> list[object]:
        tables = (Appointment, Client, PainScore, IntakeRequest, ClientLink, Intake)
        return [sorted(map(str, table.objects.values_list())) for table in tables]

    opened: set[tuple[str, str]] = set()
    for kind in OWED:
        with transaction.atomic():
            appointment = appointment_for(cast, kind)
            message = words(appointment, kind)
            found = {link.replace("&amp;", "&").rstrip(">") for link in LINK.findall(message.text + message.html)}
            links = {link for link in found if link.startswith(settings.SITE_URL)}
            assert links, kind
            before = state()
            for link in sorted(links):
                path = "/" + link.split("/", 3)[3]
                # One of each sort, at each state of an appointment.
                sort = re.sub(r"[\w-]{22,}|=\d+", "", path), appointment.status
                if sort not in opened:
                    opened.add(sort)
                    for follow in (client.get(path, follow=True), client.head(path, follow=True)):
                        assert follow.status_code == 200, path
            assert state() == before, kind
            transaction.set_rollback(True)
    assert len(opened) > 8


def test_the_confirmation_carries_time_place_policy_intake_and_calendar(cast: Cast) -> None:
    appointment = appointment_for(cast, "confirmation")
    message = words(appointment, "confirmation")
    for part in (
        "12:00 to 13:30",
        "Lindenweg 4, 10115 Berlin",
        "Mira Feld",
        "24 hours before",
        "/intake/",
        "/appointment/",
    ):
        assert part in message.text
    assert message.calendar_method == "REQUEST"
    assert (
        message.subject
        == f"Your appointment on {appointment.starts_at:%A} {appointment.starts_at.day} {appointment.starts_at:%B}"
    )


def test_a_request_is_confirmed_as_a_request(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12), status=Status.REQUESTED)
    message = words(appointment, "confirmation")
    assert "We have your request" in message.text
    assert "STATUS:TENTATIVE" in message.calendar


def test_without_an_open_intake_none_is_asked_for(cast: Cast) -> None:
    assert "/intake/" not in words(cast.appointment(cast.at(12)), "confirmation").text


def test_the_reminder_prepares_for_that_service_and_asks_what_may_have_come_up(cast: Cast) -> None:
    hot = words(cast.appointment(cast.at(12), service=cast.hot_stone), "reminder-24h").text
    plain = words(cast.appointment(cast.at(15), client=cast.ben), "reminder-24h").text
    assert "muscle rubs" in hot
    assert "muscle rubs" not in plain
    assert "bring a list" in plain
    for said in (hot, plain):
        assert said.count("Still well?") == 1


def test_the_reminder_says_until_when_it_can_be_changed(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    until = (appointment.starts_at - dt.timedelta(hours=24)).astimezone(cast.zone)
    assert f"until {until:%A} {until.day} {until:%B}, 12:00" in words(appointment, "reminder-24h").text


def test_the_aftercare_is_for_that_service_names_the_therapist_and_says_when_to_call(cast: Cast) -> None:
    hot = words(appointment_for(cast, "aftercare"), "aftercare").text
    assert "Your skin has been warmed" in hot
    assert "Mira Feld" in hot
    assert hot.count("Call us") == 1
    assert "+49 30 5550 101" in hot
    assert "112" in hot
    assert "edge of the table" not in hot


def test_each_number_of_the_pain_question_is_a_link_to_it(cast: Cast) -> None:
    message = words(appointment_for(cast, "pain-check"), "pain-check")
    numbers = [int(link.rpartition("=")[2]) for link in LINK.findall(message.text) if "/pain/" in link]
    assert numbers == list(range(11))


@pytest.mark.parametrize(
    "name",
    [
        "www.cheap-pills.example",
        "Ana http://x.example",
        "<script>alert(1)</script>",
        "{{ practice }}",
        "a@b.org",
        "x" * 50,
    ],
)
def test_a_name_that_is_no_name_is_not_mailed(cast: Cast, name: str) -> None:
    assert greeting_name(name) == ""
    Client.objects.filter(pk=cast.ana.pk).update(first_name=name)
    message = words(cast.appointment(cast.at(12)), "confirmation")
    assert message.text.count("Hello,") == 1
    assert name not in message.text + message.html


@pytest.mark.parametrize("name", ["Ana", "Anne-Marie", "D'Arcy", "Ana María", "يوسف", "José 🙂", "Jr."])
def test_a_name_is_kept_as_it_is(name: str) -> None:
    assert greeting_name(f" {name} ") == name


def test_markup_in_texts_of_the_practice_is_shown_as_typed(cast: Cast) -> None:
    Practice.objects.update(name="Stones & <b>Co</b>", directions="<script>x</script>")
    message = words(cast.appointment(cast.at(12)), "confirmation")
    assert "Stones & <b>Co</b>" in message.text
    assert "Stones &amp; &lt;b&gt;Co&lt;/b&gt;" in message.html
    assert "<script>" not in message.html


def test_in_the_doubled_hour_the_time_names_its_zone() -> None:
    first = dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC).astimezone(BERLIN)
    second = dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC).astimezone(BERLIN)
    clock = formats_of("en-DE").clock
    assert (clock(first), clock(second)) == ("02:30 CEST", "02:30 CET")
    assert clock(dt.datetime(2026, 3, 29, 9, tzinfo=BERLIN)) == "09:00"


def read_one(text: str) -> Part:
    """The only event of the only calendar, by a reader of our own."""
    (calendar,) = calendars(text)
    (event,) = calendar.parts
    return event


@pytest.mark.invariant("I10")
@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (dt.datetime(2027, 3, 28, 10, tzinfo=BERLIN), "20270328T080000Z"),
        (dt.datetime(2027, 3, 27, 10, tzinfo=BERLIN), "20270327T090000Z"),
        (dt.datetime(2027, 10, 31, 2, 30, fold=0, tzinfo=BERLIN), "20271031T003000Z"),
        (dt.datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=BERLIN), "20271031T013000Z"),
        (dt.datetime(2026, 12, 31, 23, 30, tzinfo=BERLIN), "20261231T223000Z"),
    ],
)
def test_the_calendar_file_is_right_over_clock_changes_for_two_readers(
    cast: Cast, local: dt.datetime, utc: str
) -> None:
    appointment = cast.appointment(local.astimezone(dt.UTC), service=cast.hot_stone)
    text = calendar_file(appointment, cast.practice, method="REQUEST")
    read = read_one(text)
    assert read["DTSTART"] == utc
    assert read["CLASS"] == "PRIVATE"
    assert read["SUMMARY"] == "Appointment at Stillwater Massage"
    assert read["LOCATION"] == "Lindenweg 4, 10115 Berlin"
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("dtstart") == appointment.starts_at
    (alarm,) = event.walk("VALARM")
    assert alarm.decoded("trigger") == -ALARM
    assert event.decoded("dtend") == appointment.ends_at
    assert "hot stone" not in text.lower()


def test_one_uid_for_life_and_a_sequence_that_rises(cast: Cast) -> None:
    appointment = cast.appointment(cast.at(12))
    booked = read_one(calendar_file(appointment, cast.practice, method="REQUEST"))
    appointment.revision = 1
    moved = read_one(calendar_file(appointment, cast.practice, method="REQUEST"))
    appointment.revision, appointment.status = 2, Status.CANCELLED
    cancelled = read_one(calendar_file(appointment, cast.practice, method="CANCEL"))
    assert {each["UID"] for each in (booked, moved, cancelled)} == {appointment.calendar_uid}
    assert [each["SEQUENCE"] for each in (booked, moved, cancelled)] == ["0", "1", "2"]
    assert cancelled["STATUS"] == "CANCELLED"


@given(name=st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=90), method=METHODS)
def test_any_name_of_a_practice_reads_back_from_a_well_formed_file(name: str, method: str) -> None:
    starts = dt.datetime(2027, 3, 28, 8, tzinfo=dt.UTC)
    practice = Practice(name=name, street=f"{name}; {name}", city="10115, Berlin", email="hello@stillwater.example")
    appointment = Appointment(
        client=Client(email="ana@example.org"),
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=1),
        changed_at=starts,
        status=Status.CANCELLED if method == "CANCEL" else Status.CONFIRMED,
    )
    read = read_one(calendar_file(appointment, practice, method=method))
    assert read["SUMMARY"] == f"Appointment at {name}"
    assert read["LOCATION"] == practice.address
    assert set(read.parameters("ORGANIZER")) == {"CN"}


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_of_several_appointments_each_is_a_calendar_of_its_own(cast: Cast, method: str) -> None:
    one, two = cast.appointment(cast.at(10)), cast.appointment(cast.at(14))
    found = calendars(calendar_file(one, cast.practice, method=method, others=[two]))
    assert [calendar["METHOD"] for calendar in found] == [method, method]
    assert [event["UID"] for calendar in found for event in calendar.parts] == [one.calendar_uid, two.calendar_uid]


def test_a_line_break_in_the_practices_name_adds_no_line_to_the_calendar(cast: Cast) -> None:
    cast.practice.name = "Stones\r\nATTENDEE:mailto:all@example.org"
    assert "\r\nATTENDEE:mailto:all" not in calendar_file(
        cast.appointment(cast.at(12)), cast.practice, method="REQUEST"
    )
