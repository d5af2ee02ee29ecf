"""What a mail says of changing the appointment, and of the intake before it: only what is true when it is written."""

import re

import pytest
from django.template.loader import render_to_string

from booking.reminders.combined_lines import appointment_lines
from clients.models import IntakeRequest
from clinic.models import Practice
from tests.booking.reminders.test_messages import LINK, appointment_for, words
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
CHANGEABLE = ["confirmation", "moved", "reminder-48h", "reminder-24h"]


@pytest.mark.parametrize("kind", CHANGEABLE)
def test_a_mail_promises_a_change_only_while_there_is_one(cast: Cast, kind: str) -> None:
    appointment = appointment_for(cast, kind)
    Practice.objects.update(cancel_cutoff_hours=24 * 30)
    late = words(appointment, kind)
    Practice.objects.update(cancel_cutoff_hours=24)
    in_time = words(appointment, kind)
    for page in (late.text, late.html):
        assert "If something comes up, please call us: +49 30 5550 101." in page
        assert not re.search(r"or cancel your|or change your|still move", page)
        assert LINK.search(page), "the page of the appointment is one tap away all the same"
    for page in (in_time.text, in_time.html):
        assert "too late" not in page
        assert re.search(r"move or cancel your|or change your", page)


def test_without_a_telephone_a_late_mail_names_the_address(cast: Cast) -> None:
    Practice.objects.update(cancel_cutoff_hours=24 * 30, phone="")
    late = words(appointment_for(cast, "reminder-24h"), "reminder-24h")
    assert "please write to us: hello@stillwater.example." in late.text


def test_of_several_appointments_only_the_late_ones_are_past_changing(cast: Cast) -> None:
    appointments = [cast.appointment(cast.at(12, ahead=days), service=cast.regular) for days in (7, 21)]
    Practice.objects.update(cancel_cutoff_hours=24 * 15)
    first, second = appointment_lines(
        appointments, Practice.current(), lambda appointment: f"https://example.org/{appointment.pk}"
    )
    assert (first.too_late, second.too_late) == (True, False)
    for name in ("appointments.html", "appointments.txt"):
        page = render_to_string(
            f"emails/includes/{name}", {"appointments": [first, second], "practice": Practice.current(), "service": "x"}
        )
        assert page.count("move or cancel this one") == 1
        assert page.count("It is too late to move or cancel online.") == 1


@pytest.mark.parametrize("kind", ["confirmation", "intake-missing"])
@pytest.mark.parametrize(("short", "minutes"), [(True, "two minutes"), (False, "seven minutes")])
def test_a_mail_that_asks_for_the_intake_says_how_long_it_takes(
    cast: Cast, kind: str, short: bool, minutes: str
) -> None:
    appointment = appointment_for(cast, kind)
    IntakeRequest.objects.update(short=short)
    message = words(appointment, kind)
    assert minutes in message.text
    assert minutes in message.html
