"""The safety question for a signed-in client with a health form: shown to be confirmed, and asked only what is new."""

import datetime as dt

import pytest
from django.utils import timezone

from booking.models import Appointment
from clients.catalogue import current_edition
from clients.models import Client, Intake
from clinic.models import AccessEvent
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import filled

pytestmark = pytest.mark.django_db
STONES = "/book/hot-stone-90/"


def told(client: Client, **answers: object) -> Intake:
    """A health form of today's catalogue."""
    given = {"catalogue_version": current_edition().label, "triage": "ok", **answers}
    return Intake.objects.create(client=client, **given)


def test_it_is_shown_and_only_what_is_of_today_is_asked(cast: Cast, ana: Browser) -> None:
    told(cast.ana, conditions=["epilepsy"])
    page = ana.get(STONES)
    html = page.content.decode()
    assert "From your health form of" in page_text(page)
    assert "Epilepsy" in page_text(page)
    assert 'value="sunburn"' in html, "how somebody is today is asked each time"
    assert 'value="reduced-sensation"' not in html
    assert 'name="comes"' in html, "and why they come"
    assert AccessEvent.objects.filter(client=cast.ana.public_id, action=AccessEvent.Action.VIEW).exists()


def test_confirmed_it_counts_as_told_now(cast: Cast, ana: Browser) -> None:
    told(cast.ana, conditions=["epilepsy"], weeks=None)
    sent = filled(ana.get(STONES))
    onward = ana.post(STONES, {**sent, "comes": "relax", "conditions": ["sunburn"], "where-sunburn": ["foot-ankle"]})
    assert onward["Location"].startswith(f"{STONES}outcome/"), "epilepsy asks for a doctor's word before heat"
    visitor = Visitor(ana)
    visitor.follow(visitor.books(cast.hot_stone, cast.at(10)))
    kept = Appointment.objects.get().screening
    assert kept is not None
    assert (set(kept.conditions), kept.where) == ({"epilepsy", "sunburn"}, {"sunburn": ["foot-ankle"]})


def test_the_weeks_go_on(cast: Cast, ana: Browser) -> None:
    told(cast.ana, conditions=["pregnancy"], weeks=11, given_at=timezone.now() - dt.timedelta(days=29))
    address = "/book/regular-60/"
    sent = {**filled(ana.get(address)), "comes": "relax"}
    assert ana.post(address, sent)["Location"] == f"{address}times/", "no longer the first 12 weeks"
    assert ana.session["booking"]["weeks"] == 15


def test_for_somebody_else_everything_is_asked(cast: Cast, ana: Browser) -> None:
    told(cast.ana, conditions=["epilepsy"])
    html = ana.get(f"{STONES}?again=1").content.decode()
    assert 'value="reduced-sensation"' in html
    assert 'name="known"' not in html
    assert " checked" not in html


def test_where_a_family_shares_the_mailbox_nobody_is_taken_for_another(cast: Cast, ana: Browser) -> None:
    Client.objects.create(first_name="Mia", last_name="Berg", email=cast.ana.email)
    told(cast.ana, conditions=["epilepsy"])
    html = ana.get(STONES).content.decode()
    assert 'name="known"' not in html
    assert "From your health form" not in html


@pytest.mark.invariant("I8")
def test_a_stranger_sees_nothing_of_it(cast: Cast, client: Browser) -> None:
    told(cast.ana, conditions=["epilepsy"])
    assert 'name="known"' not in client.get(STONES).content.decode()


@pytest.mark.invariant("I7")
def test_after_a_stop_everything_is_asked(cast: Cast, ana: Browser) -> None:
    told(cast.ana, red_flags=["dvt-signs"], triage="doctor-before-massage")
    assert 'name="known"' not in ana.get(STONES).content.decode()


def test_an_older_edition_asks_what_it_did_not_say(cast: Cast, ana: Browser) -> None:
    told(cast.ana, conditions=["epilepsy"], catalogue_version="0.9")
    html = ana.get(STONES).content.decode()
    assert 'value="reduced-sensation"' in html
    assert 'value="epilepsy"' not in html
