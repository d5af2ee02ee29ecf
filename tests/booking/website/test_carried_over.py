"""What was answered at booking stands in the health form, to be confirmed: nothing is asked twice."""

from typing import Any

from booking.models import Appointment
from clients.intake.actions import save_step
from clients.models import IntakeRequest, Screening
from tests.booking.website.visitor import Visitor
from tests.clients.answers import SORE_BACK
from tests.fixtures.cast import Cast
from tests.fixtures.forms import filled

NUMB_HAND: dict[str, Any] = {"comes": "pain", "no_flags": "on", "where-reduced-sensation": ["forearm-hand"]}


def ticked(html: str, name: str, value: str) -> bool:
    """Whether a choice stands ticked on a page."""
    tags = [tag.partition(">")[0] for tag in html.split("<input")]
    return any(f'name="{name}"' in tag and f'value="{value}"' in tag and " checked" in tag for tag in tags)


def form_after_booking(cast: Cast, visitor: Visitor, **typed: str) -> IntakeRequest:
    """Nora comes with pain and a numb hand, books, and goes on to the health form in the same browser."""
    visitor.follow(visitor.answers(cast.hot_stone, "reduced-sensation", also=NUMB_HAND))
    visitor.follow(visitor.books(cast.hot_stone, cast.at(10), **typed))
    appointment = Appointment.objects.get()
    visitor.follow(visitor.post(f"/appointment/{appointment.public_id}/intake/", {}))
    return IntakeRequest.objects.get(appointment=appointment.public_id)


def test_why_they_come_and_what_they_told_is_not_asked_twice(cast: Cast, visitor: Visitor) -> None:
    row = form_after_booking(cast, visitor)

    def page(step: str) -> str:
        return str(visitor.get(f"/intake/{row.public_id}/{step}/").content.decode())

    complaint = page("complaint")
    assert ticked(complaint, "brings", "pain-or-tightness")
    assert "Filled in with your answers" in complaint
    health = page("health")
    assert ticked(health, "gate-nerves-feeling", "yes")
    assert ticked(health, "conditions", "reduced-sensation")
    assert ticked(health, "where-reduced-sensation", "forearm-hand")
    assert not ticked(health, "gate-skin", "no"), "a no at booking was no no to all of it"
    for step in ("complaint", "where", "since"):
        save_step(row, step=step, data=SORE_BACK[step])
    signs = page("signs")
    asked, _details, settled = signs.partition("When you booked:")
    told = Screening.objects.get()
    assert 'value="ces-bladder-bowel"' in settled
    assert not [slug for slug in told.denied if f'value="{slug}"' in asked], "what was denied is not asked again"
    row.refresh_from_db()
    assert "signs" not in row.answers, "shown to be confirmed, not taken as said"
    visitor.post(
        f"/intake/{row.public_id}/signs/",
        {**filled(visitor.get(f"/intake/{row.public_id}/signs/")), "red_flags": "none"},
    )
    row.refresh_from_db()
    assert "ces-bladder-bowel" in row.answers["signs"]["asked"]


def test_what_was_told_for_somebody_else_is_shown_to_no_other_mailbox(cast: Cast, visitor: Visitor) -> None:
    row = form_after_booking(cast, visitor)
    row.client.mailbox_is_anothers = True
    row.client.save()
    html = visitor.get(f"/intake/{row.public_id}/health/").content.decode()
    assert not ticked(html, "conditions", "reduced-sensation")
    assert "Filled in with" not in html
