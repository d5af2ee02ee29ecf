"""The open safety questions of a plan, answered on its page: the answers are new, and so is the plan they make."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import make_care_plan
from clients.catalogue import current_catalogue, current_edition
from clients.models import BodyMark, CarePlan, Intake, IntakeRequest, IntakeRetraction
from clients.plans.actions import make_plan
from clients.plans.answers import engine_answers
from clients.plans.recheck import newest_intake
from clients.plans.sessions import session_context
from clients.plans.writer import STOPS
from clients.record.access_log import note_access
from clients.record.export import BY_CLIENT
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User

YES, NO, CHECKED = "yes", "no", "checked"
# How long ago a doctor may have looked for it to count (docs/care.md, "Screening").
CHECKED_WITHIN = dt.timedelta(days=366)
# What a new intake has of its own; everything else is copied from the one that was answered before.
OWN_COLUMNS = frozenset(
    {"id", "public_id", "given_at", "entered_by", "catalogue_version", "triage", "red_flags", "denied", "checked"}
)


class QuestionErrors(Exception):  # noqa: N818 - a set of messages, each beside its question
    """Answers that are missing or cannot be: a message for each slug."""

    def __init__(self, messages: Mapping[str, str]) -> None:
        super().__init__(", ".join(messages))
        self.messages = messages


def answer_questions(
    plan: CarePlan, asked: Sequence[str], posted: Mapping[str, str], *, practice: Practice, by: User | None = None
) -> CarePlan:
    """Store the answers to the open questions as a new intake, and make the plan anew from it.

    `posted`: for each slug "yes", "no" or "checked", and under "<slug>-on" the day on which a doctor looked, as an ISO
    date. `by`: who of the team asked; without, the client answered. What was answered before is never changed.

    Raises QuestionErrors unless each of `asked` is answered, Refusal (`already_given`) where newer answers have come.
    """
    moment = timezone.now()
    answers = read_open_answers(
        asked, posted, since=earliest_look(newest_intake(plan), moment), today=timezone.localdate(moment)
    )
    with transaction.atomic():
        row = CarePlan.objects.select_for_update(of=("self",)).select_related("client", "intake").get(pk=plan.pk)
        if CarePlan.objects.filter(client=row.client_id, made_at__gt=row.made_at).exists():
            raise Refusal(_("These questions have been answered. Thank you."), code="already_given")
        before = newest_intake(row)
        intake = intake_with(row, before, answers, practice=practice, by=by, now=moment)
        made = make_plan(
            intake, practice=practice, technique_slug=row.technique, appointment=row.appointment, now=moment
        )
        stand_in(before, intake)
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE, user=by, actor=BY_CLIENT)
    return made


def asked_again(question: dict[str, Any], typed: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    """A question with what can be chosen, what was, and what is wrong with it."""
    slug = question["slug"]
    options = [(YES, _("Yes")), *([(CHECKED, _("Yes, and a doctor has looked at it"))] if question["checked"] else [])]
    chosen = {"value": typed.get(slug, ""), "on": typed.get(f"{slug}-on", "")}
    return {**question, **chosen, "options": [(NO, _("No")), *options], "error": errors.get(slug, "")}


def earliest_look(intake: Intake, now: dt.datetime) -> dt.date:
    """The first day on which a doctor's look counts: a year ago, and not before the complaint began."""
    onsets = current_catalogue().index.onsets
    spans = [onsets[slug].max_days for slug in intake.onset if slug in onsets and not onsets[slug].modifier]
    days = [days for days in spans if days is not None]
    began = dt.timedelta(days=max(days)) if days and len(days) == len(spans) else CHECKED_WITHIN
    return timezone.localdate(intake.given_at - began) if began < CHECKED_WITHIN else timezone.localdate(now - began)


def read_open_answers(
    asked: Sequence[str], posted: Mapping[str, str], *, since: dt.date, today: dt.date
) -> dict[str, str]:
    """ "yes", "no" or the ISO date of a doctor's look for each question. Raises QuestionErrors."""
    flags = current_catalogue().index.red_flags
    found: dict[str, str] = {}
    errors: dict[str, str] = {}
    for slug in asked:
        answer = posted.get(slug, "")
        if answer in (YES, NO):
            found[slug] = answer
        elif answer == CHECKED and flags[slug].checked is not None:
            day = day_in(posted.get(f"{slug}-on", ""))
            if day is not None and since <= day <= today:
                found[slug] = day.isoformat()
            else:
                errors[slug] = _("Please give the day on which a doctor looked at it, since it began.")
        else:
            errors[slug] = _("Please answer with yes or no.")
    if errors:
        raise QuestionErrors(errors)
    return found


def day_in(text: str) -> dt.date | None:
    """A day as a date field sends it; None for anything else."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def intake_with(
    plan: CarePlan,
    before: Intake,
    answers: Mapping[str, str],
    *,
    practice: Practice,
    by: User | None,
    now: dt.datetime,
) -> Intake:
    """A new intake: the one before with these answers to warning signs, and the triage that they make."""
    held = current_edition()
    yes = {slug for slug, answer in answers.items() if answer == YES}
    no = {slug for slug, answer in answers.items() if answer == NO}
    looked_at = {slug: day for slug, day in answers.items() if day not in (YES, NO)}
    signs: dict[str, Any] = {
        "red_flags": sorted({*before.red_flags, *yes} - no),
        "denied": sorted({*before.denied, *no} - yes),
        "checked": {slug: day for slug, day in {**before.checked, **looked_at}.items() if slug not in yes},
    }
    sessions = session_context(plan.client, practice, plan.appointment)
    known = engine_answers(before, held.catalogue, plan.technique, region=practice.country, at=now, sessions=sessions)
    flags = (known.red_flags | yes) - no
    checked = {slug: day for slug, day in {**known.checked, **looked_at}.items() if slug not in yes}
    judged = replace(known, red_flags=flags, denied=known.denied | no, checked=checked)
    copied = {
        field.attname: getattr(before, field.attname)
        for field in Intake._meta.concrete_fields
        if field.name not in OWN_COLUMNS
    }
    intake = Intake.objects.create(
        **copied,
        **signs,
        given_at=now,
        entered_by=by,
        catalogue_version=held.label,
        triage=make_care_plan(held.catalogue, judged).triage.action,
    )
    marks = [BodyMark(intake=intake, area=mark.area, side=mark.side) for mark in before.marks.all()]
    BodyMark.objects.bulk_create(marks)
    return intake


def stand_in(before: Intake, after: Intake) -> None:
    """Let the new answers stand where the old ones did: the form they came with leads to them, and a stop that was
    only assumed asks nobody to call any more."""
    request = IntakeRequest.objects.select_for_update(of=("self",)).filter(intake=before).first()
    if request is None:
        return
    request.intake = after
    request.save(update_fields=["intake"])
    if before.triage in STOPS:
        IntakeRetraction.objects.create(intake=before, request=request, at=after.given_at, replaced_by=after)
