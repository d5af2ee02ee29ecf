"""Who a mail and its calendar come from: the practice, whatever its name holds; and one name in calendars for life."""

import email.policy

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import Settings

from booking.appointments.feed import therapist_feed
from booking.reminders.calendar_file import calendar_file
from clinic.mail import ledger
from clinic.mail.message import as_bytes
from clinic.models import Practice
from tests.fixtures.cast import Cast
from tests.fixtures.rfc5545 import calendars

NAMES = [
    "Stillwater Massage",
    "Praxis für Körper & Söhne, Müller",
    'Mira "Hands" Feld',
    "Stones\r\nBcc: all@example.org",
    "Line\u2028Break",
    "ü" * 120,
    "a very " * 17,
    "🙂🙂🙂",
    "a <b@c.example>",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.django_db
def test_a_mail_comes_from_the_practice_whatever_its_name_holds(name: str, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Warmstone <hello@example.org>"
    practice = Practice(name=name, email="desk@example.org")
    mail = ledger.queue_mail(kind="staff", to="mira@example.org", subject="A request", text="Please look.")
    wire = as_bytes(mail, practice)
    read = email.message_from_bytes(wire, policy=email.policy.default)
    assert [each.addr_spec for each in read["From"].addresses] == ["hello@example.org"]
    assert "".join(read["From"].addresses[0].display_name.split()) == "".join(name.split())
    assert [each.addr_spec for each in read["Reply-To"].addresses] == ["desk@example.org"]
    assert read["Bcc"] is None
    assert [each.addr_spec for each in read["To"].addresses] == ["mira@example.org"]
    assert all(len(line) <= 998 for line in wire.split(b"\r\n"))


@pytest.mark.parametrize("name", NAMES)
def test_the_calendar_names_the_sender_as_organizer(cast: Cast, settings: Settings, name: str) -> None:
    settings.DEFAULT_FROM_EMAIL = "Warmstone <hello@example.org>"
    cast.practice.name = name
    (calendar,) = calendars(calendar_file(cast.appointment(cast.at(10)), cast.practice, method="REQUEST"))
    assert calendar.parts[0]["ORGANIZER"] == "mailto:hello@example.org"


@pytest.mark.parametrize("name", ["Stones\nBcc: all@example.org", "Stones\r", "Line\u2028Break", "Tab\tbed"])
@pytest.mark.django_db
def test_a_name_that_does_not_fit_in_one_line_is_refused(name: str) -> None:
    practice = Practice.current()
    practice.name = name
    with pytest.raises(ValidationError) as refused:
        practice.full_clean()
    assert set(refused.value.message_dict) == {"name"}


def test_a_move_to_another_host_makes_no_second_entry(cast: Cast, settings: Settings) -> None:
    appointment = cast.appointment(cast.at(10))
    before, feed = appointment.calendar_uid, therapist_feed(cast.mira, timezone.now())
    settings.SITE_URL = "https://massage.example.org"
    appointment.refresh_from_db()
    for method in ("REQUEST", "CANCEL"):
        (calendar,) = calendars(calendar_file(appointment, cast.practice, method=method))
        assert calendar.parts[0]["UID"] == before
    assert therapist_feed(cast.mira, timezone.now()) == feed
    assert cast.appointment(cast.at(14)).calendar_uid.endswith("@massage.example.org")
