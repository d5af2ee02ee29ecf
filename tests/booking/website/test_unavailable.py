"""A service switched off, renamed or deleted while somebody books it: no dead end, and nothing typed is lost (I11)."""

from collections.abc import Callable

import pytest

from booking.appointments.selection import Selection
from booking.models import AddOn, Appointment, Service
from tests.booking.desk.test_booking import form
from tests.booking.website.visitor import NORA, Visitor
from tests.fixtures.add_ons import Extras
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

TYPED = {**NORA, "note": "Two flights up"}


def switched_off(service: Service) -> None:
    """The owner unticks *bookable*."""
    Service.objects.filter(pk=service.pk).update(active=False)


def deleted(service: Service) -> None:
    """The owner deletes it: nobody has booked it yet."""
    service.delete()


def without_therapist(service: Service) -> None:
    """Nobody gives it any more."""
    service.therapists.clear()


def is_kept(page: str) -> bool:
    """Whether a page of details holds what was typed."""
    return all(value in page for value in ("Nora", "Vale", "nora@example.org", "Two flights up"))


@pytest.mark.parametrize("change", [switched_off, deleted, without_therapist])
def test_the_form_leads_to_what_is_offered_and_keeps_what_was_typed(
    cast: Cast, client: Browser, change: Callable[[Service], None]
) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    address = f"/book/{cast.regular.slug}/details/{Selection(cast.regular, cast.at(10), cast.mira).query()}"
    key = visitor.key(visitor.get(address))
    change(cast.regular)
    gone = visitor.post(address, {**TYPED, "key": key})
    text = gone.content.decode()
    assert gone.status_code == 410
    assert "What you typed is kept." in text
    assert f"/book/{cast.regular_90.slug}/" in text
    assert not Appointment.objects.exists()
    # Another one is chosen: its question, its times, and the details as they were typed.
    times = visitor.answers(cast.regular_90)
    assert visitor.follow(times).status_code == 200
    assert is_kept(
        visitor.get(
            f"/book/{cast.regular_90.slug}/details/{Selection(cast.regular_90, cast.at(10)).query()}"
        ).content.decode()
    )


def test_a_new_address_of_the_same_service_is_followed(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    query = Selection(cast.regular, cast.at(10), cast.mira).query()
    page = visitor.get(f"/book/{cast.regular.slug}/details/{query}")
    Service.objects.filter(pk=cast.regular.pk).update(slug="classic-60", name="Classic massage")
    led_on = visitor.post(f"/book/{cast.regular.slug}/details/{query}", {**TYPED, "key": visitor.key(page)})
    assert led_on["Location"].startswith("/book/classic-60/details/")
    again = visitor.follow(led_on)
    text = again.content.decode()
    assert "Classic massage" in text
    assert "changed meanwhile" in text
    assert is_kept(text)
    booked = visitor.post(led_on["Location"], {**TYPED, "key": visitor.key(again)})
    assert booked.status_code == 302
    assert Appointment.objects.get().service_id == cast.regular.pk


def test_a_step_that_is_only_looked_at_is_followed_too(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    Service.objects.filter(pk=cast.regular.pk).update(slug="classic-60")
    assert visitor.get("/book/regular-60/times/?day=2027-01-04")["Location"] == "/book/classic-60/times/?day=2027-01-04"
    switched_off(cast.regular)
    assert visitor.get("/book/regular-60/times/").status_code == 410


def test_somebody_who_books_nothing_finds_nothing_there(cast: Cast, client: Browser) -> None:
    switched_off(cast.regular)
    for path in ("", "times/", "details/", "add-ons/", "outcome/", "waitlist/"):
        for slug in (cast.regular.slug, "never-was"):
            assert client.get(f"/book/{slug}/{path}").status_code == 404


def test_the_form_of_the_waitlist_keeps_what_was_typed(cast: Cast, client: Browser) -> None:
    visitor = Visitor(client)
    visitor.answers(cast.regular)
    address = f"/book/{cast.regular.slug}/waitlist/"
    assert visitor.get(address).status_code == 200
    switched_off(cast.regular)
    sent = {**TYPED, "weekdays": ["1", "3"], "from_time": "10:00", "until_time": "15:00"}
    assert visitor.post(address, sent).status_code == 410
    visitor.answers(cast.regular_90)
    page = visitor.get(f"/book/{cast.regular_90.slug}/waitlist/").content.decode()
    for value in ("Nora", "nora@example.org", 'value="10:00"', 'value="15:00"'):
        assert value in page


def test_something_added_that_went_off_is_chosen_again_with_the_details_kept(
    cast: Cast, extras: Extras, client: Browser
) -> None:
    visitor, added = Visitor(client), (extras.towel,)
    visitor.answers(cast.regular, chosen=Selection(cast.regular, add_ons=added))
    address = f"/book/{cast.regular.slug}/details/{Selection(cast.regular, cast.at(10), cast.mira, added).query()}"
    key = visitor.key(visitor.get(address))
    AddOn.objects.filter(pk=extras.towel.pk).update(active=False)
    again = visitor.follow(visitor.post(address, {**TYPED, "key": key}))
    assert "not offered with this massage any more" in again.content.decode()
    without = f"/book/{cast.regular.slug}/details/{Selection(cast.regular, cast.at(10), cast.mira).query()}"
    assert is_kept(visitor.get(without).content.decode())


def test_at_the_desk_the_service_is_said_to_be_gone_beside_it(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    switched_off(cast.regular)
    refused = client.post("/desk/book/", form(cast, note="rings twice"))
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "That is not offered any more" in text
    assert "rings twice" in text
    assert not Appointment.objects.exists()
