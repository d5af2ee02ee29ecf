"""Entries of the practice's own, taken back while a service, a session or a file names them: nothing falls over, and
what nobody can judge any more counts as dangerous, not as harmless."""

from typing import Any

import pytest
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.errors import NotSuitable
from booking.models import Appointment, Reminder, ReminderState
from clients.catalogue import shipped_entry
from clients.catalogue.edits import save_edit, withdraw_edit
from clients.models import CatalogueEdit, EntryKind
from tests.booking.website.visitor import Visitor
from tests.clients.plans.given import given
from tests.clients.plans.people import reader_of
from tests.fixtures.actions import book
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.sweeps import sweep_reminders

pytestmark = pytest.mark.django_db


def own(kind: str, like: str, slug: str, **changed: Any) -> None:
    """An entry of the practice's own, like one that ships."""
    entry = shipped_entry(kind, like)
    assert entry
    save_edit(kind, slug, {**entry, "id": slug, **changed}, by=None)


def lose_all() -> None:
    """The practice takes its entries back."""
    for edit in CatalogueEdit.objects.all():
        withdraw_edit(edit)


@pytest.fixture
def own_words(cast: Cast) -> None:
    """A condition and a technique of the practice's own; the hot stones are of that technique."""
    own(EntryKind.CONDITION, "cannot-report", "own-condition", name="Own condition")
    own(EntryKind.TECHNIQUE, "hot-stone", "own-technique", name="Own technique")
    cast.hot_stone.technique = "own-technique"
    cast.hot_stone.save()


def booked_stones(cast: Cast, hour: int, *conditions: str) -> Appointment:
    """Ana books hot stones."""
    answers = SafetyAnswers(conditions=frozenset(conditions))
    return book(
        service=cast.hot_stone,
        start=cast.at(hour),
        client=cast.ana,
        answers=answers,
        policy_accepted=True,
        via="web",
    )


@pytest.mark.invariant("I11")
@pytest.mark.usefixtures("own_words")
def test_a_booking_under_way_asks_again(cast: Cast) -> None:
    visitor = Visitor(Browser())
    ticked = {"comes": "relax", "group-support": "on", "conditions": ["own-condition"]}
    assert visitor.post(f"/book/{cast.hot_stone.slug}/", ticked).status_code == 302
    lose_all()
    start = f"?start={cast.at(12):%Y-%m-%dT%H:%M:%SZ}"
    for service in (cast.hot_stone, cast.regular):
        page = f"/book/{service.slug}/"
        assert visitor.get(page).status_code == 200
        for step in ("outcome/", "times/", f"details/{start}"):
            answer = visitor.get(page + step)
            assert (answer.status_code, answer.headers["Location"].startswith(page)) == (302, True), step
    assert visitor.post(f"/book/{cast.hot_stone.slug}/", ticked).status_code == 422
    assert visitor.post(f"/book/{cast.hot_stone.slug}/", {"comes": "relax"}).status_code == 302


@pytest.mark.invariant("I6")
@pytest.mark.usefixtures("own_words")
def test_a_service_of_a_lost_technique_is_judged_by_every_danger(cast: Cast) -> None:
    lose_all()
    with pytest.raises(NotSuitable):
        booked_stones(cast, 10, "cannot-report")
    assert booked_stones(cast, 10).pk


@pytest.mark.usefixtures("own_words")
def test_pages_and_mails_of_what_is_booked_go_on(cast: Cast, client: Browser) -> None:
    appointment = booked_stones(cast, 10)
    plan = given(cast.ana, "own-condition", technique="own-technique")
    lose_all()
    client.force_login(cast.owner)
    here = f"/desk/appointments/{appointment.public_id}/"
    for page in (here, f"{here}questions/", f"{here}doctor-note/", "/desk/", f"/desk/clients/{cast.ana.public_id}/"):
        assert client.get(page).status_code == 200, page
    for part in ("", "handout/", "label/"):
        assert reader_of(plan).get(f"/care/{plan.public_id}/{part}").status_code == 200
    Reminder.objects.update(due_at=timezone.now())
    assert sweep_reminders()
    assert {each.state for each in Reminder.objects.all()} == {ReminderState.DONE}
