"""Mails around a session are short, and say nothing that may not meet: for people as they come (`personas.jsonl`)."""

import datetime as dt
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Appointment, Room, Service, Status, StoneKit, Therapist
from booking.reminders.compose import compose, load_contexts
from booking.reminders.message import Message, Unneeded
from clients.care import shipped
from clients.models import CarePlanItem, Client, Consent, Intake
from clients.plans.actions import make_plan
from clinic.models import Practice
from tests.fixtures.cast import Cast
from tests.fixtures.examples import examples

pytestmark = pytest.mark.django_db
STILL_WELL = "Still well? A fever, something catching, sunburn, a heat rub, alcohol: please tell us first."
LIMITS = {
    "reminder-48h": "reminder",
    "reminder-24h": "reminder",
    "aftercare": "aftercare",
    "next-day": "next_day",
}
PERSONAS = Path(__file__).parents[2] / "clients" / "care" / "personas.jsonl"
PEOPLE: dict[str, dict[str, Any]] = {
    person["id"]: person["answers"] for person in map(json.loads, PERSONAS.read_text("utf-8").splitlines())
}
ANSWERED = ("symptoms", "onset", "causes", "conditions", "red_flags", "aggravating", "relieving")
INDEX = shipped().index


def came(cast: Cast, answers: dict[str, Any], service: Service) -> Intake:
    """A new client with these answers, every question answered, who agreed to tips and had this session today."""
    client = Client.objects.create(
        first_name="Marta-Magdalena",
        last_name="Kellermann",
        email=f"m{cast.mira.pk}@example.org",
        personal_tips_wanted=True,
    )
    Consent.objects.create(client=client, version=1, text="t", text_hash="h", personal_tips=True, signature="M")
    starts_at = timezone.now() - dt.timedelta(minutes=service.minutes)
    said = {name: sorted(answers.get(name, ())) for name in ANSWERED}
    intake = Intake.objects.create(
        client=client,
        catalogue_version="2",
        triage="ok",
        given_at=starts_at - dt.timedelta(hours=1),
        denied=sorted(INDEX.red_flags.keys() - set(said["red_flags"])),
        **said,
        **{name: answers.get(name) for name in ("age", "weeks", "pain")},
    )
    for area in answers.get("areas", ()):
        intake.marks.create(area=area, side="both")
    cast.appointment(starts_at, client=client, service=service, status=Status.COMPLETED)
    make_plan(intake, technique_slug=service.technique, practice=Practice.current())
    CarePlanItem.objects.filter(state="waiting").update(state="released")
    return intake


def mails(intakes: Sequence[Intake], *kinds: str) -> list[dict[str, Message]]:
    """For each of these clients the mails of some kinds, before their session and after; not where there is nothing to
    say."""
    made: dict[int, dict[str, Message]] = {intake.client_id: {} for intake in intakes}
    for status, before in ((Status.CONFIRMED, True), (Status.COMPLETED, False)):
        wanted = [kind for kind in kinds if kind.startswith("reminder") == before]
        rows = list(Appointment.objects.with_people().filter(client__in=made)) if wanted else []
        for each in rows:
            each.status = status
        contexts = load_contexts(rows, Practice.current()) if wanted else {}
        for each, kind in product(rows, wanted):
            with suppress(Unneeded):
                made[each.client_id][kind] = compose(kind, contexts[each.pk])
    return list(made.values())


def mail(intake: Intake, kind: str) -> Message | None:
    """The mail of one kind; None where there is nothing to say."""
    return mails([intake], kind)[0].get(kind)


def texts_in(message: Message) -> list[Any]:
    """The tips and texts of the catalogue that a mail holds."""
    flat = " ".join(message.text.split())
    items = (*INDEX.texts.values(), *INDEX.home_care.values(), *INDEX.oils.values())
    return [item for item in items if " ".join(item.text.split()).replace("{emergency}", "112") in flat]


def test_no_mail_is_longer_than_the_catalogue_allows(cast: Cast) -> None:
    # All come at the same hour, so each has a therapist, a room and a kit of their own; every other for hot stones.
    therapists = Therapist.objects.bulk_create(Therapist(name=cast.mira.name) for _person in PEOPLE)
    rooms = Room.objects.bulk_create(Room(name=f"Room {person}") for person in PEOPLE)
    kits = StoneKit.objects.bulk_create(StoneKit(name=f"Kit {person}") for person in PEOPLE)
    intakes = [
        came(replace(cast, mira=therapist, green_room=room, kit=kit), answers, service)
        for therapist, room, kit, answers, service in zip(
            therapists, rooms, kits, PEOPLE.values(), cycle([cast.regular, cast.hot_stone]), strict=False
        )
    ]
    for person, messages in zip(PEOPLE, mails(intakes, *LIMITS), strict=True):
        for kind, message in messages.items():
            assert len(message.text.split()) <= shipped().mail_rules.words[LIMITS[kind]], (person, message.text)


@pytest.mark.parametrize("kind", ["aftercare", "next-day"])
def test_the_way_there_is_no_allowance_for_a_mail_that_does_not_tell_it(cast: Cast, kind: str) -> None:
    Practice.objects.update(directions="Through the courtyard and up the stairs. " * 5)
    message = mail(came(cast, PEOPLE["relax-stones"], cast.regular), kind)
    assert message is not None
    assert "courtyard" not in message.text
    assert len(message.text.split()) <= shipped().mail_rules.words[LIMITS[kind]]


CONDITIONS = sorted(INDEX.conditions)
SYMPTOMS = sorted(INDEX.symptoms)


@pytest.mark.invariant("I6")
@examples(5, 15)
@given(
    conditions=st.sets(st.sampled_from(CONDITIONS), max_size=4),
    symptoms=st.sets(st.sampled_from(SYMPTOMS), max_size=3),
    areas=st.sets(st.sampled_from(sorted(INDEX.areas)), max_size=2),
    stones=st.booleans(),
)
def test_no_warmth_after_warmth_no_medicine_and_nothing_kept_from_mail_is_ever_mailed(
    cast: Cast, conditions: set[str], symptoms: set[str], areas: set[str], stones: bool
) -> None:
    answers = {"conditions": conditions, "symptoms": symptoms, "areas": areas, "onset": ["chronic"]}
    with transaction.atomic():
        intake = came(cast, answers, cast.hot_stone if stones else cast.regular)
        messages = mails([intake], *LIMITS)[0].values()
        transaction.set_rollback(True)
    for message in messages:
        flat = " ".join(message.text.split())
        for item in texts_in(message):
            assert "drug" not in item.tags
            assert getattr(item, "email", True)
            assert item.id not in INDEX.oils
            if stones and "heat" in item.tags:
                assert re.search(r"From (tomorrow|\w+ \d+ \w+) on\. " + re.escape(item.text[:20]), flat)


def test_nothing_is_said_in_two_of_the_mails_around_a_session(cast: Cast) -> None:
    intake = came(cast, next(iter(PEOPLE.values())), cast.regular)
    said = [item.id for message in mails([intake], *LIMITS)[0].values() for item in texts_in(message)]
    assert said
    assert len(said) == len(set(said))


@pytest.mark.parametrize("stones", [False, True], ids=["by hand", "with hot stones"])
def test_who_comes_to_relax_reads_of_no_condition_score_or_warning_sign_before_the_session(
    cast: Cast, stones: bool
) -> None:
    intake = came(cast, {"causes": ["stress"]}, cast.hot_stone if stones else cast.regular)
    message = mail(intake, "reminder-24h")
    assert message is not None
    said = f"{message.text} {message.html}".lower()
    asked_of_all = " ".join(STILL_WELL.split()).lower()
    assert asked_of_all in " ".join(said.split())
    said = " ".join(said.split()).replace(asked_of_all, "")
    for name in (*(each.name for each in shipped().conditions), *(each.question for each in shipped().red_flags)):
        assert name.lower() not in said
    assert not re.search(r"emergency|\b112\b|\bpain\b|stress", said)


def test_the_dose_and_the_least_text_give_way_and_the_burn_stays(cast: Cast) -> None:
    answers = {"symptoms": ["stiffness"], "areas": ["lower-back"], "onset": ["chronic"], "causes": ["computer-work"]}
    intake = came(cast, answers, cast.hot_stone)
    message = mail(intake, "aftercare")
    assert message is not None
    found = {item.id for item in texts_in(message)}
    assert {"post-no-heat-cream", "post-check-skin", "call-hot"} <= found
    assert "One thing this week:" in message.text
