"""What a mail says of changing the visit, and of the intake before it: only what is true when it is written."""

import re

import pytest
from django.template.loader import render_to_string

from booking.reminders.combined_lines import lines
from clients.models import IntakeRequest
from clinic.models import Practice
from tests.booking.messages.test_words import LINK, visit_for, words
from tests.fixtures.cast import House

pytestmark = pytest.mark.django_db
CHANGEABLE = ["confirmation", "moved", "reminder-48h", "reminder-24h"]


@pytest.mark.parametrize("kind", CHANGEABLE)
def test_a_mail_promises_a_change_only_while_there_is_one(house: House, kind: str) -> None:
    visit = visit_for(house, kind)
    Practice.objects.update(cancel_cutoff_hours=24 * 30)
    late = words(visit, kind)
    Practice.objects.update(cancel_cutoff_hours=24)
    in_time = words(visit, kind)
    for page in (late.text, late.html):
        assert "If something comes up, please call us: +49 30 5550 101." in page
        assert not re.search(r"or cancel your|or change your|still move", page)
        assert LINK.search(page), "the page of the visit is one tap away all the same"
    for page in (in_time.text, in_time.html):
        assert "too late" not in page
        assert re.search(r"move or cancel your|or change your", page)


def test_without_a_telephone_a_late_mail_names_the_address(house: House) -> None:
    Practice.objects.update(cancel_cutoff_hours=24 * 30, phone="")
    late = words(visit_for(house, "reminder-24h"), "reminder-24h")
    assert "please write to us: hello@stillwater.example." in late.text


def test_of_several_visits_only_the_late_ones_are_past_changing(house: House) -> None:
    visits = [house.visit(house.at(12, ahead=days), service=house.regular) for days in (7, 21)]
    Practice.objects.update(cancel_cutoff_hours=24 * 15)
    first, second = lines(visits, Practice.current(), lambda visit: f"https://example.org/{visit.pk}")
    assert (first.too_late, second.too_late) == (True, False)
    for name in ("visits.html", "visits.txt"):
        page = render_to_string(
            f"emails/includes/{name}", {"visits": [first, second], "practice": Practice.current(), "service": "x"}
        )
        assert page.count("move or cancel this one") == 1
        assert page.count("It is too late to move or cancel online.") == 1


@pytest.mark.parametrize("kind", ["confirmation", "intake-missing"])
@pytest.mark.parametrize(("short", "minutes"), [(True, "three minutes"), (False, "ten minutes")])
def test_a_mail_that_asks_for_the_intake_says_how_long_it_takes(
    house: House, kind: str, short: bool, minutes: str
) -> None:
    visit = visit_for(house, kind)
    IntakeRequest.objects.update(short=short)
    message = words(visit, kind)
    assert minutes in message.text
    assert minutes in message.html
