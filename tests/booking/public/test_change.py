"""Moving and cancelling by the client: within the rules, on POST only, refused kindly."""

import datetime as dt

import pytest
import time_machine

from booking.models import Appointment
from booking.reminders.compose import compose
from booking.reminders.context import load_contexts
from booking.views.public.wishes import Chosen, as_text
from booking.visit_links import mint_visit
from clinic.models import ClientLink, Practice
from tests.booking.public.visitor import Visitor, said
from tests.fixtures.cast import House

SPANS = ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")


@pytest.fixture
def visit(house: House, visitor: Visitor) -> Appointment:
    """Ana's visit a week ahead, opened by her in this browser."""
    made = house.visit(house.at(10))
    visitor.follow(visitor.get(f"/visit/{mint_visit(made)}/"))
    return made


def page_of(visit: Appointment, step: str = "") -> str:
    """A page of a visit."""
    return f"/visit/{visit.public_id}/{step}"


def offered(visitor: Visitor, house: House, visit: Appointment) -> dict[str, str]:
    """The times offered on the day of the cast, by label."""
    page = visitor.get(page_of(visit, f"move/?day={house.day()}"))
    return {time["label"]: time["url"] for group in page.context["groups"] for time in group["times"]}


def test_a_visit_moves_in_three_taps(house: House, visit: Appointment, visitor: Visitor) -> None:
    looked_at = visitor.get(offered(visitor, house, visit)["13:00"])
    assert "Move your appointment?" in said(looked_at)
    page = visitor.follow(visitor.post(looked_at.request["PATH_INFO"], {"start": as_text(house.at(13))}))
    visit.refresh_from_db()
    assert (visit.starts_at, visit.revision, visit.moves) == (house.at(13), 1, 1)
    assert "at 13:00" in said(page)


def test_its_own_time_is_never_in_its_way(house: House, visit: Appointment, visitor: Visitor) -> None:
    times = offered(visitor, house, visit)
    assert "09:30" in times, "overlaps the old time"
    assert "10:00" not in times, "where it is already"
    visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(10, 30))})
    visit.refresh_from_db()
    assert visit.starts_at == house.at(10, 30)


def test_after_a_move_the_old_time_is_free_at_once(house: House, visit: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(13))})
    assert "10:00" in offered(visitor, house, visit)


def test_moving_to_where_it_is_does_nothing(house: House, visit: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(10))})
    visit.refresh_from_db()
    assert (visit.revision, visit.moves) == (0, 0)


def test_a_move_may_change_the_therapist(house: House, visit: Appointment, visitor: Visitor) -> None:
    chosen = Chosen(house.at(8), house.tess)
    looked_at = visitor.get(page_of(visit, "move/") + chosen.query())
    assert "Tess Okafor" in said(looked_at)
    visitor.post(page_of(visit, "move/") + chosen.query(), {"start": as_text(house.at(8))})
    visit.refresh_from_db()
    assert visit.therapist == house.tess


def test_a_time_that_was_just_taken_is_refused_with_times_that_are_free(
    house: House, visit: Appointment, visitor: Visitor
) -> None:
    house.visit(house.at(13), client=house.ben)
    page = visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(13))})
    assert page.status_code == 409
    assert page.context["alternatives"]
    visit.refresh_from_db()
    assert visit.starts_at == house.at(10)


@pytest.mark.parametrize("start", ["", "soon", "2026-12-01T10:00", "\x00", "9999-12-31T23:59:59Z"])
def test_a_start_that_cannot_be_read_moves_nothing(
    house: House, visit: Appointment, visitor: Visitor, start: str
) -> None:
    page = visitor.follow(visitor.post(page_of(visit, "move/"), {"start": start}))
    assert "We could not read that time" in said(page)
    visit.refresh_from_db()
    assert visit.revision == 0


@pytest.mark.parametrize(("hour", "minute"), [(3, 0), (10, 7), (16, 30)])
def test_a_typed_time_obeys_the_rules(
    house: House, visit: Appointment, visitor: Visitor, hour: int, minute: int
) -> None:
    page = visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(hour, minute))})
    assert page.status_code == 409
    visit.refresh_from_db()
    assert visit.revision == 0


def test_a_visit_moves_only_as_often_as_the_practice_allows(house: House, visit: Appointment, visitor: Visitor) -> None:
    for hour in (11, 12, 13):
        visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(hour))})
    page = visitor.get(page_of(visit, "move/"))
    assert page.status_code == 409
    assert "as often as possible" in said(page)
    refused = visitor.follow(visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(14))}))
    assert "as often as possible" in said(refused)
    visit.refresh_from_db()
    assert visit.starts_at == house.at(13)


def test_a_later_time_keeps_the_links_alive(house: House, visit: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(visit, "move/"), {"start": as_text(house.at(10, ahead=60))})
    visit.refresh_from_db()
    link = ClientLink.objects.get(subject=visit.public_id)
    assert link.expires_at >= visit.ends_at + dt.timedelta(days=29)


@pytest.mark.parametrize("query", ["month=soon", "day=2026-02-30"])
def test_a_month_that_cannot_be_read_leads_to_now(visit: Appointment, visitor: Visitor, query: str) -> None:
    page = visitor.follow(visitor.get(page_of(visit, f"move/?{query}")))
    assert "We could not read that day" in said(page)


def test_cancelling_says_what_it_means_and_frees_the_time(house: House, visit: Appointment, visitor: Visitor) -> None:
    Appointment.objects.filter(pk=visit.pk).update(policy_text="Half of the price is due after that.")
    asked = visitor.get(page_of(visit, "cancel/"))
    assert "free of charge" in said(asked)
    assert "Half of the price is due after that." in said(asked)
    page = visitor.follow(visitor.post(page_of(visit, "cancel/"), {"reason": "A cold"}))
    visit.refresh_from_db()
    assert (visit.status, visit.reason) == ("cancelled", "A cold")
    assert "cancelled" in said(page)
    assert "Move it" not in said(page)
    house.visit(house.at(10), client=house.ben)


@pytest.mark.parametrize("reason", ["x" * 301, "a\x00b"])
def test_a_reason_that_cannot_be_kept_is_named(visit: Appointment, visitor: Visitor, reason: str) -> None:
    assert visitor.post(page_of(visit, "cancel/"), {"reason": reason}).status_code == 422
    visit.refresh_from_db()
    assert visit.status == "confirmed"


def test_cancelling_twice_is_refused_kindly(visit: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(visit, "cancel/"), {})
    page = visitor.follow(visitor.post(page_of(visit, "cancel/"), {}))
    assert "already cancelled" in said(page)
    visit.refresh_from_db()
    assert visit.revision == 1


@pytest.mark.parametrize("step", ["move/", "cancel/"])
def test_after_the_cutoff_only_a_call_helps(house: House, visit: Appointment, visitor: Visitor, step: str) -> None:
    with time_machine.travel(visit.starts_at - dt.timedelta(hours=23, minutes=59), tick=False):
        visitor.follow(visitor.get(f"/visit/{mint_visit(visit)}/"))
        page = visitor.get(page_of(visit, step))
        assert page.status_code == 409
        assert "+49 30 5550 101" in said(page)
        refused = visitor.follow(visitor.post(page_of(visit, step), {"start": as_text(house.at(13))}))
    assert "too late" in said(refused)
    visit.refresh_from_db()
    assert (visit.status, visit.revision) == ("confirmed", 0)


def test_until_the_very_cutoff_it_is_allowed(visit: Appointment, visitor: Visitor) -> None:
    with time_machine.travel(visit.starts_at - dt.timedelta(hours=24), tick=False):
        visitor.follow(visitor.get(f"/visit/{mint_visit(visit)}/"))
        visitor.post(page_of(visit, "cancel/"), {})
    visit.refresh_from_db()
    assert visit.status == "cancelled"


@pytest.mark.parametrize("step", ["move/", "cancel/"])
def test_a_visit_of_the_past_cannot_be_changed(house: House, visit: Appointment, visitor: Visitor, step: str) -> None:
    with time_machine.travel(visit.ends_at + dt.timedelta(days=1), tick=False):
        visitor.follow(visitor.get(f"/visit/{mint_visit(visit)}/"))
        assert visitor.get(page_of(visit, step)).status_code == 409
        visitor.post(page_of(visit, step), {"start": as_text(visit.ends_at + dt.timedelta(days=9))})
    visit.refresh_from_db()
    assert (visit.status, visit.revision) == ("confirmed", 0)


def test_what_a_late_cancellation_costs_stands_where_it_matters(house: House, visitor: Visitor) -> None:
    Practice.objects.update(policy_text="Come on time.", fee_text="Cancelled late, 30 euros are due.")
    visitor.answers(house.regular)
    page = visitor.get(f"/book/{house.regular.slug}/details/{Chosen(house.at(10)).query()}")
    assert "Come on time. Cancelled late, 30 euros are due." in said(page)
    visit = visitor.has_booked(house.regular, house.at(10))
    Practice.objects.update(fee_text="Now it is dearer.")
    cancel = said(visitor.get(f"/visit/{visit.public_id}/cancel/"))
    assert "Cancelled late, 30 euros are due." in cancel
    assert "dearer" not in cancel
    facts = load_contexts(Appointment.objects.with_people().filter(pk=visit.pk), Practice.current())[visit.pk]
    message = compose("confirmation", facts, [])
    for body in (message.text, message.html):
        assert "Cancelled late, 30 euros are due." in body


def test_a_move_past_the_cutoff_says_so_before_it_is_made(house: House, visit: Appointment, visitor: Visitor) -> None:
    looked_at = offered(visitor, house, visit)["13:00"]
    soon = "cannot be moved or cancelled online any more"
    assert soon not in said(visitor.get(looked_at))
    with time_machine.travel(house.at(13) - dt.timedelta(hours=23), tick=False):
        Appointment.objects.filter(pk=visit.pk).update(
            **{name: getattr(visit, name) + dt.timedelta(days=7) for name in SPANS}
        )
        visitor.follow(visitor.get(f"/visit/{mint_visit(visit)}/"))
        assert soon in said(visitor.get(looked_at))
