"""Moving and cancelling by the client: within the rules, on POST only, refused kindly."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.appointments.booking_request import PersonDetails
from booking.appointments.links import mint_appointment_link
from booking.appointments.screening import SafetyAnswers
from booking.appointments.selection import Selection, start_as_text
from booking.models import Appointment, Therapist
from booking.reminders.compose import compose, load_contexts
from clients.models import Client
from clinic.models import ClientLink, Practice
from tests.booking.website.visitor import Visitor, page_text
from tests.fixtures.actions import book, cancel
from tests.fixtures.cast import Cast, works

SPANS = ("starts_at", "ends_at", "blocked_from", "blocked_until", "kit_blocked_until")


@pytest.fixture
def appointment(cast: Cast, visitor: Visitor) -> Appointment:
    """Ana's appointment a week ahead, opened by her in this browser."""
    made = cast.appointment(cast.at(10))
    visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(made)}/"))
    return made


def page_of(appointment: Appointment, step: str = "") -> str:
    """A page of an appointment."""
    return f"/appointment/{appointment.public_id}/{step}"


def offered(visitor: Visitor, cast: Cast, appointment: Appointment) -> dict[str, str]:
    """The times offered on the day of the cast, by label."""
    page = visitor.get(page_of(appointment, f"move/?day={cast.day()}"))
    return {time["label"]: time["url"] for group in page.context["groups"] for time in group["times"]}


def test_an_appointment_moves_in_three_taps(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    looked_at = visitor.get(offered(visitor, cast, appointment)["13:00"])
    assert "Move your appointment?" in page_text(looked_at)
    page = visitor.follow(visitor.post(looked_at.request["PATH_INFO"], {"start": start_as_text(cast.at(13))}))
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.revision, appointment.moves) == (cast.at(13), 1, 1)
    assert "at 13:00" in page_text(page)


def test_its_own_time_is_never_in_its_way(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    times = offered(visitor, cast, appointment)
    assert "09:30" in times, "overlaps the old time"
    assert "10:00" not in times, "where it is already"
    visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(10, 30))})
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10, 30)


def test_after_a_move_the_old_time_is_free_at_once(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(13))})
    assert "10:00" in offered(visitor, cast, appointment)


def test_moving_to_where_it_is_does_nothing(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(10))})
    appointment.refresh_from_db()
    assert (appointment.revision, appointment.moves) == (0, 0)


def test_a_move_may_change_the_therapist(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    chosen = Selection(cast.regular, cast.at(8), cast.tess)
    looked_at = visitor.get(page_of(appointment, "move/") + chosen.query())
    assert "Tess Okafor" in page_text(looked_at)
    visitor.post(page_of(appointment, "move/") + chosen.query(), {"start": start_as_text(cast.at(8))})
    appointment.refresh_from_db()
    assert appointment.therapist == cast.tess


def test_a_time_that_was_just_taken_is_refused_with_times_that_are_free(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    cast.appointment(cast.at(13), client=cast.ben)
    page = visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(13))})
    assert page.status_code == 409
    assert page.context["alternatives"]
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(10)


@pytest.mark.parametrize("start", ["", "soon", "2026-12-01T10:00", "\x00", "9999-12-31T23:59:59Z"])
def test_a_start_that_cannot_be_read_moves_nothing(
    cast: Cast, appointment: Appointment, visitor: Visitor, start: str
) -> None:
    page = visitor.follow(visitor.post(page_of(appointment, "move/"), {"start": start}))
    assert "We could not read that time" in page_text(page)
    appointment.refresh_from_db()
    assert appointment.revision == 0


@pytest.mark.parametrize(("hour", "minute"), [(3, 0), (10, 7), (16, 30)])
def test_a_typed_time_obeys_the_rules(
    cast: Cast, appointment: Appointment, visitor: Visitor, hour: int, minute: int
) -> None:
    page = visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(hour, minute))})
    assert page.status_code == 409
    appointment.refresh_from_db()
    assert appointment.revision == 0


def test_an_appointment_moves_only_as_often_as_the_practice_allows(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    for hour in (11, 12, 13):
        visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(hour))})
    page = visitor.get(page_of(appointment, "move/"))
    assert page.status_code == 409
    assert "as often as possible" in page_text(page)
    refused = visitor.follow(visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(14))}))
    assert "as often as possible" in page_text(refused)
    appointment.refresh_from_db()
    assert appointment.starts_at == cast.at(13)


def test_a_later_time_keeps_the_links_alive(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(10, ahead=60))})
    appointment.refresh_from_db()
    link = ClientLink.objects.get(subject=appointment.public_id)
    assert link.expires_at >= appointment.ends_at + dt.timedelta(days=29)


def test_moving_opens_on_the_week_of_the_appointment(cast: Cast, visitor: Visitor) -> None:
    later = cast.appointment(cast.at(10, ahead=45))
    visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(later)}/"))
    page = visitor.get(page_of(later, "move/"))
    here = later.starts_at.astimezone(cast.zone).date()
    assert page.context["day"] == here
    assert here in {cell["date"] for cell in page.context["calendar"]["weeks"][0]}


def test_a_move_may_be_to_anybody(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    """Any available stands first; a time of the own therapist stays with them, another says with whom it is."""
    own = visitor.get(page_of(appointment, f"move/?day={cast.day()}"))
    anyone, *_others = own.context["therapists"]
    assert (anyone["name"], anyone["selected"]) == ("Any available", False)
    page = visitor.get(anyone["url"])
    assert page.context["therapists"][0]["selected"]
    assert page.context["day"] == cast.day()
    times = {time["label"]: time for group in page.context["groups"] for time in group["times"]}
    assert f"therapist={cast.mira.public_id}" in times["13:00"]["url"]
    assert not times["13:00"]["note"]
    early = times["08:00"]
    assert early["note"] == "with Jonas Weber"
    looked_at = visitor.get(early["url"])
    assert "Jonas Weber" in page_text(looked_at)
    visitor.post(early["url"], {"start": start_as_text(cast.at(8))})
    appointment.refresh_from_db()
    assert (appointment.starts_at, appointment.therapist) == (cast.at(8), cast.jonas)


def test_a_move_to_anybody_costs_as_much_for_many_therapists(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    counts = []
    for therapists in (3, 10):
        for number in range(Therapist.objects.count(), therapists):
            one = Therapist.objects.create(name=f"Therapist {number}", position=number)
            one.services.add(cast.regular)
            works(one, range(7), (9, 18))
        visitor.get(page_of(appointment, "move/?therapist=any"))
        with CaptureQueriesContext(connection) as queries:
            assert visitor.get(page_of(appointment, "move/?therapist=any")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_any_available_stays_chosen_from_week_to_week(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    page = visitor.get(page_of(appointment, "move/?therapist=any"))
    later = visitor.get(page.context["calendar"]["later_url"])
    assert later.context["therapists"][0]["selected"]
    assert later.context["calendar"]["begin"] > page.context["calendar"]["end"]


def test_of_a_time_that_was_just_taken_the_colleague_who_has_it_comes_first(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    cast.appointment(cast.at(12), client=cast.ben)
    page = visitor.post(page_of(appointment, "move/"), {"start": start_as_text(cast.at(12))})
    same, *rest = page.context["alternatives"]
    assert [(time["starts"], time["note"]) for time in same["times"]] == [(cast.at(12), "with Tess Okafor")]
    assert cast.at(12) not in {time["starts"] for group in rest for time in group["times"]}
    assert {time["note"] for group in rest for time in group["times"]} == {""}
    assert page.context["day"] == cast.day()


@pytest.mark.parametrize("query", ["week=soon", "day=2026-02-30"])
def test_a_week_that_cannot_be_read_leads_to_now(appointment: Appointment, visitor: Visitor, query: str) -> None:
    page = visitor.follow(visitor.get(page_of(appointment, f"move/?{query}")))
    assert "We could not read that day" in page_text(page)


def test_cancelling_says_what_it_means_and_frees_the_time(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    Appointment.objects.filter(pk=appointment.pk).update(policy_text="Half of the price is due after that.")
    asked = visitor.get(page_of(appointment, "cancel/"))
    assert "free of charge" in page_text(asked)
    assert "Half of the price is due after that." in page_text(asked)
    page = visitor.follow(visitor.post(page_of(appointment, "cancel/"), {"reason": "A cold"}))
    appointment.refresh_from_db()
    assert (appointment.status, appointment.reason) == ("cancelled", "A cold")
    assert "cancelled" in page_text(page)
    assert "Move it" not in page_text(page)
    cast.appointment(cast.at(10), client=cast.ben)


def test_who_cancelled_the_wrong_one_has_it_back_in_one_tap(appointment: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(appointment, "cancel/"), {"reason": "A cold"})
    undo = page_of(appointment, "uncancel/")
    assert f'action="{undo}"' in visitor.get(page_of(appointment)).content.decode()
    assert visitor.get(undo).status_code in {302, 405}
    appointment.refresh_from_db()
    assert appointment.status == "cancelled", "nothing changes on GET"
    for _tap in ("once", "twice"):
        visitor.post(undo, {})
        appointment.refresh_from_db()
        assert (appointment.status, appointment.cancelled_by_client, appointment.reason) == ("confirmed", False, "")
    assert appointment.starts_at > timezone.now()


def test_a_time_that_somebody_has_by_now_stays_theirs(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(appointment, "cancel/"), {})
    theirs = cast.appointment(cast.at(10), client=cast.ben)
    page = page_text(visitor.follow(visitor.post(page_of(appointment, "uncancel/"), {})))
    appointment.refresh_from_db()
    theirs.refresh_from_db()
    assert (appointment.status, theirs.status) == ("cancelled", "confirmed")
    assert "taken" in page


def test_what_was_cancelled_long_ago_or_by_us_is_booked_anew(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    visitor.post(page_of(appointment, "cancel/"), {})
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=11)):
        assert "uncancel" not in visitor.get(page_of(appointment)).content.decode()
        visitor.post(page_of(appointment, "uncancel/"), {})
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"
    ours = cast.appointment(cast.at(14))
    visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(ours)}/"))
    cancel(ours, reason="", via=Appointment.Via.DESK)
    assert "uncancel" not in visitor.get(page_of(ours)).content.decode()
    visitor.post(page_of(ours, "uncancel/"), {})
    ours.refresh_from_db()
    assert ours.status == "cancelled"


@pytest.mark.parametrize("bar", ["limit", "by hand"])
def test_an_undo_is_no_way_around_what_one_client_may_book(
    cast: Cast, appointment: Appointment, visitor: Visitor, bar: str
) -> None:
    visitor.post(page_of(appointment, "cancel/"), {})
    if bar == "limit":
        Practice.objects.update(appointments_ahead=1)
        other = cast.appointment(cast.at(14))
        Appointment.objects.filter(pk=other.pk).update(via=Appointment.Via.WEB)
    else:
        Client.objects.filter(pk=cast.ana.pk).update(may_book_online=False)
    visitor.post(page_of(appointment, "uncancel/"), {})
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


def test_who_is_at_the_limit_has_the_same_one_back(cast: Cast, appointment: Appointment, visitor: Visitor) -> None:
    Practice.objects.update(appointments_ahead=1)
    Appointment.objects.filter(pk=appointment.pk).update(via=Appointment.Via.WEB)
    visitor.post(page_of(appointment, "cancel/"), {})
    visitor.post(page_of(appointment, "uncancel/"), {})
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"


def test_an_undo_works_once_so_that_nobody_is_flooded_with_mails(appointment: Appointment, visitor: Visitor) -> None:
    for step in ("cancel/", "uncancel/", "cancel/"):
        visitor.post(page_of(appointment, step), {})
    assert "uncancel" not in visitor.get(page_of(appointment)).content.decode()
    visitor.post(page_of(appointment, "uncancel/"), {})
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


@pytest.mark.invariant("I8")
def test_an_undo_tells_nobody_why_a_request_waits_and_keeps_it_for_the_team(cast: Cast, visitor: Visitor) -> None:
    Client.objects.filter(pk=cast.ana.pk).update(may_book_online=False)
    named = {name: getattr(cast.ana, name) for name in ("first_name", "last_name", "email", "phone")}
    asked = book(
        service=cast.regular,
        start=cast.at(10),
        therapist=cast.mira,
        client=PersonDetails(**named),
        answers=SafetyAnswers(),
        policy_accepted=True,
        via=Appointment.Via.WEB,
        is_stranger=True,
    )
    waits_for = asked.reason
    assert (asked.status, asked.client, bool(waits_for)) == ("requested", cast.ana, True)
    visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(asked)}/"))
    visitor.post(page_of(asked, "cancel/"), {"reason": "A cold"})
    page = page_text(visitor.follow(visitor.post(page_of(asked, "uncancel/"), {})))
    asked.refresh_from_db()
    assert (asked.status, asked.reason) == ("requested", waits_for)
    assert "online for you" not in page


@pytest.mark.invariant("I8")
@pytest.mark.parametrize("by_mail", [True, False], ids=["the client", "a stranger"])
def test_only_who_reads_the_mail_learns_that_the_client_is_elsewhere_then(
    cast: Cast, visitor: Visitor, by_mail: bool
) -> None:
    appointment, other = cast.appointment(cast.at(10)), cast.appointment(cast.at(14), therapist=cast.tess)
    link = mint_appointment_link(appointment)
    ClientLink.objects.filter(subject=appointment.public_id).update(by_mail=by_mail)
    visitor.follow(visitor.get(f"/appointment/{link}/"))
    says = "already have an appointment at that time"
    moved = visitor.post(page_of(appointment, "move/"), {"start": start_as_text(other.starts_at)})
    assert moved.status_code == 409
    assert (says in page_text(moved)) == by_mail
    visitor.post(page_of(appointment, "cancel/"), {})
    cast.appointment(cast.at(10), therapist=cast.tess, room=cast.blue_room)
    page = page_text(visitor.follow(visitor.post(page_of(appointment, "uncancel/"), {})))
    assert (says in page) == by_mail
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


@pytest.mark.parametrize("reason", ["x" * 301, "a\x00b"])
def test_a_reason_that_cannot_be_kept_is_named(appointment: Appointment, visitor: Visitor, reason: str) -> None:
    assert visitor.post(page_of(appointment, "cancel/"), {"reason": reason}).status_code == 422
    appointment.refresh_from_db()
    assert appointment.status == "confirmed"


def test_cancelling_twice_is_refused_kindly(appointment: Appointment, visitor: Visitor) -> None:
    visitor.post(page_of(appointment, "cancel/"), {})
    page = visitor.follow(visitor.post(page_of(appointment, "cancel/"), {}))
    assert "already cancelled" in page_text(page)
    appointment.refresh_from_db()
    assert appointment.revision == 1


@pytest.mark.parametrize("step", ["move/", "cancel/"])
def test_after_the_cutoff_only_a_call_helps(cast: Cast, appointment: Appointment, visitor: Visitor, step: str) -> None:
    with time_machine.travel(appointment.starts_at - dt.timedelta(hours=23, minutes=59), tick=False):
        visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(appointment)}/"))
        page = visitor.get(page_of(appointment, step))
        assert page.status_code == 409
        assert "+49 30 5550 101" in page_text(page)
        refused = visitor.follow(visitor.post(page_of(appointment, step), {"start": start_as_text(cast.at(13))}))
    assert "too late" in page_text(refused)
    appointment.refresh_from_db()
    assert (appointment.status, appointment.revision) == ("confirmed", 0)


def test_until_the_very_cutoff_it_is_allowed(appointment: Appointment, visitor: Visitor) -> None:
    with time_machine.travel(appointment.starts_at - dt.timedelta(hours=24), tick=False):
        visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(appointment)}/"))
        visitor.post(page_of(appointment, "cancel/"), {})
    appointment.refresh_from_db()
    assert appointment.status == "cancelled"


@pytest.mark.parametrize("step", ["move/", "cancel/"])
def test_an_appointment_of_the_past_cannot_be_changed(
    cast: Cast, appointment: Appointment, visitor: Visitor, step: str
) -> None:
    with time_machine.travel(appointment.ends_at + dt.timedelta(days=1), tick=False):
        visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(appointment)}/"))
        assert visitor.get(page_of(appointment, step)).status_code == 409
        visitor.post(page_of(appointment, step), {"start": start_as_text(appointment.ends_at + dt.timedelta(days=9))})
    appointment.refresh_from_db()
    assert (appointment.status, appointment.revision) == ("confirmed", 0)


def test_what_a_late_cancellation_costs_stands_where_it_matters(cast: Cast, visitor: Visitor) -> None:
    Practice.objects.update(policy_text="Come on time.", fee_text="Cancelled late, 30 euros are due.")
    visitor.answers(cast.regular)
    page = visitor.get(f"/book/{cast.regular.slug}/details/{Selection(cast.regular, cast.at(10)).query()}")
    assert "Come on time. Cancelled late, 30 euros are due." in page_text(page)
    appointment = visitor.has_booked(cast.regular, cast.at(10))
    Practice.objects.update(fee_text="Now it is dearer.")
    cancel = page_text(visitor.get(f"/appointment/{appointment.public_id}/cancel/"))
    assert "Cancelled late, 30 euros are due." in cancel
    assert "dearer" not in cancel
    facts = load_contexts(Appointment.objects.with_people().filter(pk=appointment.pk), Practice.current())[
        appointment.pk
    ]
    message = compose("confirmation", facts)
    for body in (message.text, message.html):
        assert "Cancelled late, 30 euros are due." in body


def test_a_move_past_the_cutoff_says_so_before_it_is_made(
    cast: Cast, appointment: Appointment, visitor: Visitor
) -> None:
    looked_at = offered(visitor, cast, appointment)["13:00"]
    soon = "cannot be moved or cancelled online any more"
    assert soon not in page_text(visitor.get(looked_at))
    with time_machine.travel(cast.at(13) - dt.timedelta(hours=23), tick=False):
        Appointment.objects.filter(pk=appointment.pk).update(
            **{name: getattr(appointment, name) + dt.timedelta(days=7) for name in SPANS}
        )
        visitor.follow(visitor.get(f"/appointment/{mint_appointment_link(appointment)}/"))
        assert soon in page_text(visitor.get(looked_at))
