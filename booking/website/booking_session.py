"""What a visitor's session keeps between the steps, written on POST: nowhere else are the answers (I10)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from booking.appointments.screening import SafetyAnswers
from booking.models import Service

SESSION_KEY = "booking"
# Answers such as "a fever today" age quickly; after this long they are asked anew.
ANSWERS_VALID_FOR = dt.timedelta(hours=12)
# What was typed is for the person who is still at it; the next one at a shared browser must not find it.
DRAFT_VALID_FOR = dt.timedelta(minutes=30)


def booking_in_progress(request: HttpRequest) -> dict[str, Any]:
    """What this session holds of the booking under way."""
    found = request.session.get(SESSION_KEY)
    return found if isinstance(found, dict) else {}


def update_booking(request: HttpRequest, **parts: object) -> None:
    """Set some parts of the booking under way."""
    request.session[SESSION_KEY] = {**booking_in_progress(request), **parts}


def store_answers(request: HttpRequest, answers: SafetyAnswers, *, asked: Iterable[str], for_other: bool) -> None:
    """Keep the answers to the safety question, and what was asked, until the booking is made.

    Whoever answers it begins a booking of their own: what somebody typed before is forgotten, unless it was their own
    form that led back to the question (`interrupt`). What was ticked in the
    half hour before, asked again and not ticked any more is kept beside it, for the therapist to read. `for_other`:
    they are of somebody for whom this browser books; what was ticked for another person is nobody's retraction.
    """
    asked = set(asked)
    ticked = ticked_in_session(request) if is_for_other(request) == for_other else set()
    update_booking(
        request,
        draft=details_draft(request) if interrupted_form(request) else {},
        onward="",
        retracted=sorted((ticked & asked) - answers.ticked),
        for_other=for_other,
        conditions=sorted(answers.conditions),
        red_flags=sorted(answers.red_flags),
        checked=dict(answers.checked),
        where={slug: sorted(places) for slug, places in answers.where.items()},
        weeks=answers.weeks,
        with_pain=answers.with_pain,
        asked=sorted(asked),
        at=timezone.now().isoformat(),
    )


def is_for_other(request: HttpRequest) -> bool:
    """Whether the answers that this session holds are of somebody else than who books."""
    return bool(booking_in_progress(request).get("for_other", False))


def ticked_in_session(request: HttpRequest) -> set[str]:
    """Everything that was ticked in this session in the last half hour, taken back or not."""
    held = booking_in_progress(request)
    if "at" not in held or timezone.now() - dt.datetime.fromisoformat(held["at"]) > DRAFT_VALID_FOR:
        return set()
    return {*held["conditions"], *held["red_flags"], *held.get("checked", {}), *held.get("retracted", [])}


def valid_answers(request: HttpRequest, *, asking: Iterable[str]) -> SafetyAnswers | None:
    """The answers given, or None where they are too old or leave something open that this service asks."""
    found = fresh_answers(request)
    return found[0] if found is not None and set(asking) <= found[1] else None


def fresh_answers(request: HttpRequest) -> tuple[SafetyAnswers, frozenset[str]] | None:
    """The answers given in the last hours with all that was asked; None where there are none, or where the practice
    has taken a word of theirs out of its catalogue since: then it is asked anew."""
    held = booking_in_progress(request)
    if "at" not in held or timezone.now() - dt.datetime.fromisoformat(held["at"]) > ANSWERS_VALID_FOR:
        return None
    answers = SafetyAnswers(
        conditions=frozenset(held["conditions"]),
        red_flags=frozenset(held["red_flags"]),
        checked=held.get("checked", {}),
        where={slug: frozenset(places) for slug, places in held.get("where", {}).items()},
        weeks=held.get("weeks"),
        with_pain=held.get("with_pain", False),
        retracted=frozenset(held.get("retracted", [])),
        told_at=dt.datetime.fromisoformat(held["at"]),
    )
    return (answers.with_the_rest_denied(), frozenset(held["asked"])) if answers.is_known else None


def store_service(request: HttpRequest, service: Service) -> None:
    """Remember which service is being booked under this slug, in case it gets another one meanwhile."""
    update_booking(request, wanted=[service.slug, service.pk])


def stored_service(request: HttpRequest, slug: str) -> int | None:
    """The key of the service that this session was booking under a slug, or None."""
    held = booking_in_progress(request).get("wanted")
    return held[1] if isinstance(held, list) and held[:1] == [slug] else None


def booking_started(request: HttpRequest) -> bool:
    """Whether this session is at a booking: the safety question was answered for it."""
    return "at" in booking_in_progress(request)


def store_details_draft(request: HttpRequest, typed: Mapping[str, Any]) -> None:
    """Keep what was typed into the details, so that another time can be chosen without typing it again."""
    update_booking(request, draft=dict(typed), typed_at=timezone.now().isoformat())


def store_interruption(request: HttpRequest, typed: Mapping[str, Any], *, onward: str) -> None:
    """The answers are gone while somebody fills the form named `onward`: keep what they typed over the question."""
    store_details_draft(request, typed)
    update_booking(request, onward=onward)


def interrupted_form(request: HttpRequest) -> str:
    """The name of the form that led back to the safety question; empty where none did."""
    return str(booking_in_progress(request).get("onward", ""))


def details_draft(request: HttpRequest) -> dict[str, Any]:
    """What was typed into the details in the last half hour."""
    held = booking_in_progress(request)
    found = held.get("draft")
    if not isinstance(found, dict) or "typed_at" not in held:
        return {}
    fresh = timezone.now() - dt.datetime.fromisoformat(held["typed_at"]) <= DRAFT_VALID_FOR
    return found if fresh else {}


def finish_booking(request: HttpRequest, appointment: uuid.UUID) -> None:
    """Forget answers and details once the appointment is booked; remember only that this browser booked it."""
    booked = [*booking_in_progress(request).get("booked", []), str(appointment)]
    request.session[SESSION_KEY] = {"booked": booked[-5:]}


def clear_booking(request: HttpRequest) -> None:
    """Forget answers and details: they went where they belong. What this browser booked is remembered."""
    request.session[SESSION_KEY] = {"booked": booking_in_progress(request).get("booked", [])}


def was_booked_here(request: HttpRequest, appointment: uuid.UUID) -> bool:
    """Whether this browser booked that appointment just now."""
    return str(appointment) in booking_in_progress(request).get("booked", [])


def booked_in_session(request: HttpRequest) -> list[str]:
    """The public ids of what this browser booked in this session, the newest last."""
    return list(booking_in_progress(request).get("booked", []))
