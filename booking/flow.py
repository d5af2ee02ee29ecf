"""What a visitor's session keeps between the steps of a booking; written only on POST.

Until the visit is booked, health answers live nowhere else (I10).
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from booking.actions import Answers
from booking.models import Service

PLACE = "booking"
# Answers such as "a fever today" age quickly; after this long they are asked anew.
ANSWERS_LAST = dt.timedelta(hours=12)
# What was typed is for the person who is still at it; the next one at a shared browser must not find it.
DRAFT_LASTS = dt.timedelta(minutes=30)


def kept(request: HttpRequest) -> dict[str, Any]:
    """What this session holds of the booking under way."""
    found = request.session.get(PLACE)
    return found if isinstance(found, dict) else {}


def keep(request: HttpRequest, **parts: object) -> None:
    """Set some parts of the booking under way."""
    request.session[PLACE] = {**kept(request), **parts}


def keep_answers(request: HttpRequest, answers: Answers, *, asked: Iterable[str]) -> None:
    """Keep the answers to the safety question, and what was asked, until the booking is made.

    Whoever answers it begins a booking of their own: what somebody typed before is forgotten, unless it was their own
    form that led back to the question (`interrupt`). What was ticked in the
    half hour before, asked again and not ticked any more is kept beside it, for the therapist to read.
    """
    asked = set(asked)
    keep(
        request,
        draft=draft(request) if interrupted(request) else {},
        onward="",
        taken_back=sorted((ticked_lately(request) & asked) - answers.conditions - answers.red_flags),
        conditions=sorted(answers.conditions),
        red_flags=sorted(answers.red_flags),
        asked=sorted(asked),
        at=timezone.now().isoformat(),
    )


def ticked_lately(request: HttpRequest) -> set[str]:
    """Everything that was ticked in this session in the last half hour, taken back or not."""
    held = kept(request)
    if "at" not in held or timezone.now() - dt.datetime.fromisoformat(held["at"]) > DRAFT_LASTS:
        return set()
    return {*held["conditions"], *held["red_flags"], *held.get("taken_back", [])}


def answers(request: HttpRequest, *, asking: Iterable[str]) -> Answers | None:
    """The answers given, or None where they are too old or leave something open that this service asks."""
    held = kept(request)
    if "at" not in held or timezone.now() - dt.datetime.fromisoformat(held["at"]) > ANSWERS_LAST:
        return None
    if not set(asking) <= set(held["asked"]):
        return None
    return Answers(
        conditions=frozenset(held["conditions"]),
        red_flags=frozenset(held["red_flags"]),
        taken_back=frozenset(held.get("taken_back", [])),
    )


def keep_wanted(request: HttpRequest, service: Service) -> None:
    """Remember which service is being booked under this slug, in case it gets another one meanwhile."""
    keep(request, wanted=[service.slug, service.pk])


def wanted_as(request: HttpRequest, slug: str) -> int | None:
    """The key of the service that this session was booking under a slug, or None."""
    held = kept(request).get("wanted")
    return held[1] if isinstance(held, list) and held[:1] == [slug] else None


def is_under_way(request: HttpRequest) -> bool:
    """Whether this session is at a booking: the safety question was answered for it."""
    return "at" in kept(request)


def keep_draft(request: HttpRequest, typed: Mapping[str, Any]) -> None:
    """Keep what was typed into the details, so that another time can be chosen without typing it again."""
    keep(request, draft=dict(typed), typed_at=timezone.now().isoformat())


def interrupt(request: HttpRequest, typed: Mapping[str, Any], *, onward: str) -> None:
    """The answers are gone while somebody fills the form named `onward`: keep what they typed over the question."""
    keep_draft(request, typed)
    keep(request, onward=onward)


def interrupted(request: HttpRequest) -> str:
    """The name of the form that led back to the safety question; empty where none did."""
    return str(kept(request).get("onward", ""))


def draft(request: HttpRequest) -> dict[str, Any]:
    """What was typed into the details in the last half hour."""
    held = kept(request)
    found = held.get("draft")
    if not isinstance(found, dict) or "typed_at" not in held:
        return {}
    fresh = timezone.now() - dt.datetime.fromisoformat(held["typed_at"]) <= DRAFT_LASTS
    return found if fresh else {}


def finish(request: HttpRequest, visit: uuid.UUID) -> None:
    """Forget answers and details once the visit is booked; remember only that this browser booked it."""
    booked = [*kept(request).get("booked", []), str(visit)]
    request.session[PLACE] = {"booked": booked[-5:]}


def forget(request: HttpRequest) -> None:
    """Forget answers and details: they went where they belong. What this browser booked is remembered."""
    request.session[PLACE] = {"booked": kept(request).get("booked", [])}


def booked_here(request: HttpRequest, visit: uuid.UUID) -> bool:
    """Whether this browser booked that visit just now."""
    return str(visit) in kept(request).get("booked", [])


def booked_lately(request: HttpRequest) -> list[str]:
    """The public ids of what this browser booked in this session, the newest last."""
    return list(kept(request).get("booked", []))
