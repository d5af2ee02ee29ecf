"""Joining from the booking pages: behind the safety question, once, and nobody learns who waits already."""

import datetime as dt
import re
from typing import Any

import pytest

from booking.models import HoursOverride, Service, WaitlistEntry
from booking.waitlist.forms import PreferencesForm, preferences_as_typed
from clients.models import Client, Screening
from clinic.models import ClientLink, LinkPurpose, OutgoingMail
from tests.booking.waitlist.conftest import Waits
from tests.booking.website.visitor import Visitor, database, page_text
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import errors_of

ANA = {"first_name": "Ana", "last_name": "Lind", "email": "ana@example.org", "phone": ""}


@pytest.fixture
def visitor() -> Visitor:
    """Somebody new, with a browser of their own."""
    return Visitor(Browser())


def typed(**more: Any) -> dict[str, Any]:
    """Tuesdays and Thursdays in the morning, for four weeks."""
    today = dt.date.today()  # noqa: DTZ011 - a date to type
    return {
        "weekdays": ["1", "3"],
        "from_time": "09:00",
        "until_time": "13:00",
        "first_date": str(today + dt.timedelta(days=1)),
        "last_date": str(today + dt.timedelta(days=28)),
        "therapist": "",
        "seen_free": "1",
        **ANA,
        **more,
    }


def joins(visitor: Visitor, service: Service, **more: Any) -> Any:
    """Answer the safety question, fill the form, send it."""
    visitor.answers(service)
    address = f"/book/{service.slug}/waitlist/"
    form = visitor.get(address)
    return visitor.post(address, {"key": visitor.key(form), **typed(**more)})


def test_the_list_of_times_leads_to_it(awake: Cast, visitor: Visitor) -> None:
    visitor.answers(awake.regular)
    page = visitor.get(f"/book/regular-60/times/?therapist={awake.mira.public_id}")
    assert f"/book/regular-60/waitlist/?therapist={awake.mira.public_id}" in page.content.decode()


def test_nobody_joins_before_the_safety_question(awake: Cast, visitor: Visitor) -> None:
    assert visitor.get("/book/regular-60/waitlist/")["Location"] == "/book/regular-60/"
    assert visitor.post("/book/regular-60/waitlist/", typed())["Location"] == "/book/regular-60/"
    assert not WaitlistEntry.objects.exists()


def test_an_unsafe_service_has_no_waitlist(awake: Cast, visitor: Visitor) -> None:
    visitor.answers(awake.hot_stone, "pregnancy")
    assert visitor.get("/book/hot-stone-90/waitlist/")["Location"].startswith("/book/hot-stone-90/outcome/")


def test_joining_writes_the_entry_with_its_screening_and_mails_the_link(awake: Cast, visitor: Visitor) -> None:
    done = visitor.follow(joins(visitor, awake.regular, therapist=str(awake.mira.public_id)))
    assert "You are on the waitlist" in page_text(done)
    entry = WaitlistEntry.objects.get()
    assert (entry.client, entry.service, entry.therapist) == (awake.ana, awake.regular, awake.mira)
    assert (entry.weekdays, entry.from_time, entry.until_time) == ([1, 3], dt.time(9), dt.time(13))
    assert entry.screening == Screening.objects.get()
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.to_email, mail.subject) == ("waitlist-joined", "ana@example.org", "You are on our waitlist")
    assert "Tuesday, Thursday" in mail.text
    link = ClientLink.objects.get()
    assert (link.purpose, link.subject, link.by_mail) == (LinkPurpose.WAITLIST, entry.public_id, True)


@pytest.mark.invariant("I10")
def test_no_link_and_no_answer_stands_on_the_page_or_in_the_address(awake: Cast, visitor: Visitor) -> None:
    visitor.answers(awake.regular, "cancer-current")
    address = "/book/regular-60/waitlist/"
    form = visitor.get(address)
    done = visitor.follow(visitor.post(address, {"key": visitor.key(form), **typed()}))
    assert not re.search(r"/waitlist/[0-9a-zA-Z_-]{20,}", done.content.decode())
    assert not [each for each in visitor.addresses if "cancer" in each]
    mail = OutgoingMail.objects.get()
    assert "cancer" not in (mail.text + mail.html + mail.subject).lower()


@pytest.mark.invariant("I4")
def test_the_same_form_twice_is_one_entry_and_one_mail(awake: Cast, visitor: Visitor) -> None:
    visitor.answers(awake.regular)
    address = "/book/regular-60/waitlist/"
    data = {"key": visitor.key(visitor.get(address)), **typed()}
    visitor.post(address, data)
    visitor.answers(awake.regular)
    assert visitor.post(address, data)["Location"] == "/waitlist/joined/"
    assert WaitlistEntry.objects.count() == OutgoingMail.objects.count() == 1


@pytest.mark.invariant("I8")
def test_a_stranger_with_a_clients_name_changes_nothing_and_learns_nothing(
    awake: Cast, visitor: Visitor, waits: Waits
) -> None:
    entry = waits()
    stranger = Visitor(Browser())
    answer = joins(stranger, awake.regular, weekdays=["6"])
    known = page_text(stranger.follow(answer))
    assert known == page_text(visitor.follow(joins(visitor, awake.regular, email="new@example.org")))
    entry.refresh_from_db()
    assert 1 in entry.weekdays
    again = OutgoingMail.objects.filter(to_email="ana@example.org").latest("created_at")
    assert "on it already" in again.text


def test_a_new_person_gets_a_file(awake: Cast, visitor: Visitor) -> None:
    joins(visitor, awake.regular, first_name="Nora", last_name="Vale", email="nora@example.org")
    assert WaitlistEntry.objects.get().client == Client.objects.get(email="nora@example.org")


def test_one_client_may_wait_for_two_services(awake: Cast, visitor: Visitor) -> None:
    joins(visitor, awake.regular)
    joins(visitor, awake.hot_stone, until_time="18:00")
    assert WaitlistEntry.objects.live().count() == 2


def test_what_cannot_be_is_said_beside_the_field(awake: Cast, visitor: Visitor) -> None:
    page = joins(visitor, awake.regular, weekdays=[])
    assert page.status_code == 422
    assert not WaitlistEntry.objects.exists()
    wrong: dict[str, Any]
    for wrong, field in (
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9"]}, "weekdays"),
        ({"until_time": "09:00"}, "until_time"),
        ({"until_time": "09:30"}, "until_time"),
        ({"last_date": "2020-01-01"}, "last_date"),
        ({"last_date": "2199-01-01"}, "last_date"),
        ({"first_date": "not a day"}, "first_date"),
        ({"email": "nonsense"}, "email"),
        ({"first_name": "", "last_name": ""}, "first_name"),
        ({"therapist": "nobody"}, "therapist"),
        ({"from_time": "09:13"}, "from_time"),
    ):
        assert list(errors_of(page.context["form"], **{"weekdays": ["1", "3"], **wrong})) == [field], wrong


def test_days_that_do_not_lie_between_the_dates_are_refused(awake: Cast, visitor: Visitor) -> None:
    monday = dt.date.today() + dt.timedelta(days=(7 - dt.date.today().weekday()))  # noqa: DTZ011 - a date to type
    page = joins(visitor, awake.regular, first_date=str(monday), last_date=str(monday), weekdays=["2"])
    assert "weekdays" in page.context["form"].errors


@pytest.mark.usefixtures("within_the_hour")
def test_joining_is_throttled_like_booking(awake: Cast, visitor: Visitor, settings: Any) -> None:
    settings.THROTTLE_BOOKING = "1/h"
    joins(visitor, awake.regular)
    page = joins(visitor, awake.regular_90)
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0


@pytest.mark.invariant("I9")
def test_looking_at_the_form_changes_nothing(awake: Cast, visitor: Visitor) -> None:
    visitor.answers(awake.regular)
    before = database()
    visitor.get("/book/regular-60/waitlist/")
    visitor.get("/waitlist/joined/")
    assert database() == before


def offered_hours(page: Any) -> tuple[list[str], list[str]]:
    """The hours that a page offers."""
    return hours_of(page.context["form"])


def hours_of(form: Any) -> tuple[list[str], list[str]]:
    """The hours to choose from: not before, and over by."""
    first, last = ([value for value, _name in form.fields[name].choices] for name in ("from_time", "until_time"))
    return first, last


def test_only_hours_at_which_somebody_works_are_offered_in_the_practices_step(awake: Cast, visitor: Visitor) -> None:
    visitor.answers(awake.regular)
    first, last = offered_hours(visitor.get("/book/regular-60/waitlist/"))
    # Jonas and Tess begin at eight, Jonas goes home at twenty.
    assert (first[0], first[1], first[-1]) == ("08:00", "08:30", "19:30")
    assert (last[0], last[-1]) == ("08:30", "20:00")
    Service.objects.filter(pk=awake.regular.pk).update(step_minutes=45)
    awake.regular.therapists.set([awake.mira])
    first, last = offered_hours(visitor.get("/book/regular-60/waitlist/"))
    assert (first[:2], last[-1]) == (["09:00", "09:45"], "17:15")
    HoursOverride.objects.create(therapist=awake.mira, date=awake.day(), starts=dt.time(6), ends=dt.time(9))
    assert offered_hours(visitor.get("/book/regular-60/waitlist/"))[0][0] == "06:00"
    awake.mira.hours.all().delete()
    HoursOverride.objects.all().delete()
    assert offered_hours(visitor.get("/book/regular-60/waitlist/"))[1][-1] == "23:59", "no hours yet: any"


def test_hours_that_somebody_waits_for_stay_choosable_after_the_practice_has_shorter_ones(
    awake: Cast, waits: Waits
) -> None:
    entry = waits()
    first, last = hours_of(
        PreferencesForm(service=awake.regular, practice=awake.practice, initial=preferences_as_typed(entry))
    )
    assert (first[0], last[-1]) == ("06:00", "22:00")


def days_of(form: Any) -> list[int]:
    """The weekdays to choose from."""
    return [value for value, _name in form.fields["weekdays"].choices]


def test_only_weekdays_on_which_somebody_gives_it_are_offered_and_taken(awake: Cast, visitor: Visitor) -> None:
    awake.regular.therapists.set([awake.jonas, awake.tess])  # both from Monday to Friday
    visitor.answers(awake.regular)
    form = visitor.get("/book/regular-60/waitlist/").context["form"]
    assert days_of(form) == [0, 1, 2, 3, 4]
    assert joins(visitor, awake.regular, weekdays=["1", "6"]).status_code == 422
    assert not WaitlistEntry.objects.exists()
    awake.jonas.hours.filter(weekday__in=[0, 2]).delete()
    awake.tess.hours.all().delete()
    HoursOverride.objects.create(
        therapist=awake.tess, date=awake.day() + dt.timedelta(days=5), starts=dt.time(9), ends=dt.time(12)
    )
    form = visitor.get("/book/regular-60/waitlist/").context["form"]
    assert days_of(form) == [1, 3, 4, 6], "and the one Sunday on which Tess comes in"
    assert form.initial["weekdays"] == [1, 3, 4]


def test_hours_over_midnight_are_of_two_weekdays(awake: Cast) -> None:
    awake.regular.therapists.set([awake.mira])
    awake.mira.hours.exclude(weekday=6).delete()
    awake.mira.hours.update(starts=dt.time(20), ends=dt.time(0))
    assert days_of(PreferencesForm(service=awake.regular, practice=awake.practice)) == [6]
    awake.mira.hours.update(ends=dt.time(2), over_midnight=True)
    form = PreferencesForm(service=awake.regular, practice=awake.practice)
    assert (days_of(form), form.initial["weekdays"]) == ([0, 6], [0])


def test_days_that_the_chosen_therapist_never_works_are_refused(awake: Cast, visitor: Visitor) -> None:
    page = joins(visitor, awake.regular, weekdays=["5", "6"], therapist=str(awake.tess.public_id))
    assert "Tess Okafor does not work on these days." in page_text(page)
    assert not WaitlistEntry.objects.exists()
    joins(visitor, awake.regular, weekdays=["4", "5"], therapist=str(awake.tess.public_id))
    assert WaitlistEntry.objects.get().weekdays == [4, 5]


def test_days_that_somebody_waits_for_stay_theirs_after_nobody_works_then(awake: Cast, waits: Waits) -> None:
    entry = waits(weekdays=frozenset({1, 6}))
    awake.regular.therapists.set([awake.jonas])
    kept = {**preferences_as_typed(entry), "from_time": "09:00", "until_time": "13:00"}
    form = PreferencesForm(kept, service=awake.regular, practice=awake.practice, initial=preferences_as_typed(entry))
    assert days_of(form) == [0, 1, 2, 3, 4, 6]
    assert form.is_valid(), form.errors
    assert form.suits().weekdays == {1, 6}
    only_sunday = PreferencesForm(
        {**kept, "weekdays": [6]}, service=awake.regular, practice=awake.practice, initial=preferences_as_typed(entry)
    )
    assert "Nobody who gives this massage works on these days." in str(only_sunday.errors)


def test_the_page_says_plainly_what_is_not_waited_for(awake: Cast, extras: Extras, visitor: Visitor) -> None:
    visitor.answers(awake.regular)
    times = visitor.get(f"/book/regular-60/times/?add_ons={extras.feet.slug}").content.decode()
    address = f"/book/regular-60/waitlist/?add_ons={extras.feet.slug}"
    assert address in times
    page = visitor.get(address)
    assert f"You wait for the massage alone, without {extras.feet.name}." in page_text(page)
    assert page.context["back_url"].endswith(f"?add_ons={extras.feet.slug}")
    assert "massage alone" not in page_text(visitor.get("/book/regular-60/waitlist/"))
    refused = visitor.post(address, {"key": visitor.key(page), **typed(email="")})
    assert "massage alone" in page_text(refused)
