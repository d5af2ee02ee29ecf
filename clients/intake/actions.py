"""An intake from the first question to the signed answers: asked for, saved step by step, given once."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Triage
from clients.catalogue import Edition, current_catalogue, current_edition
from clients.intake.answers import LIST_COLUMNS, IntakeAnswers, missing_steps, triage_so_far
from clients.intake.checks import StepData
from clients.intake.consent import answers_with_consent, must_have_consent, sign_consent
from clients.intake.prefill import CONFIRMED_AT_ONCE, answered_today, is_of_today, prefilled_step
from clients.intake.retraction import replace_retracted
from clients.intake.steps import INTAKE_STEPS, check_step
from clients.intake.stops import STOPPING_TRIAGES
from clients.models import BodyMark, Client, Consent, Intake, IntakeRequest, PainScore
from clients.plans.actions import make_plan
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User


def request_intake(
    client: Client, *, technique_slug: str, appointment: uuid.UUID | None = None, short: bool = False
) -> IntakeRequest:
    """Ask a client for an intake, whole or `short`: once for an appointment, however often it is asked."""
    if appointment is None:
        return IntakeRequest.objects.create(client=client, technique=technique_slug, short=short)
    asked = IntakeRequest(client=client, technique=technique_slug, appointment=appointment, short=short)
    IntakeRequest.objects.bulk_create([asked], ignore_conflicts=True)
    return IntakeRequest.objects.get(appointment=appointment)


def is_being_corrected(row: IntakeRequest) -> bool:
    """Whether a form that was sent, and stopped nothing, holds answers again: those sent count until they replace
    them."""
    return row.intake is not None and bool(row.answers) and row.intake.triage not in STOPPING_TRIAGES


def save_step(
    request_row: IntakeRequest,
    *,
    step: str,
    data: StepData,
    by_mail: bool = False,
    reopens: bool = False,
    now: dt.datetime | None = None,
) -> dict[str, Any]:
    """Keep the answers of one step; return them clean.

    `reopens`: to correct what was sent.
    `by_mail`: they come from whoever reads the client's mail; from then on only a mailed link opens this intake.
    Raises Refusal with the `field` at fault; `already_given` once the intake was sent.
    """
    clean = check_step(step, data, current_catalogue())
    with transaction.atomic():
        row = lock_request(request_row)
        if not (row.is_open or reopens or is_being_corrected(row)):
            raise Refusal(_("This health form has already been sent. Thank you."), code="already_given")
        row.answers = {**row.answers, step: clean}
        row.saved_at = now or timezone.now()
        row.by_mail = row.by_mail or by_mail
        row.save(update_fields=["answers", "saved_at", "by_mail"])
    for column in ("answers", "saved_at", "by_mail"):
        setattr(request_row, column, getattr(row, column))
    return clean


def confirm_unchanged(request_row: IntakeRequest, last: Intake, *, by_mail: bool = True, reopens: bool = False) -> None:
    """Keep last time's answers to the pages that hold what lasts, as the client has confirmed them. What was saved
    since stays. `by_mail` and `reopens` as in `save_step`.

    Pain, warning signs and today's health are left to be asked, unless last time was today; a page whose old answers no
    longer pass is asked too.
    """
    held = current_edition()
    taken, told = (INTAKE_STEPS, answered_today) if is_of_today(last) else (CONFIRMED_AT_ONCE, prefilled_step)
    for step in (each for each in taken if each not in request_row.answers):
        data = told(last, held.catalogue, step=step, edition=held.label)
        try:
            save_step(request_row, step=step, data=data, by_mail=by_mail, reopens=reopens)
        except Refusal:
            continue


def lock_request(request_row: IntakeRequest) -> IntakeRequest:
    """The row as it stands now, held until the transaction ends: two tabs cannot overwrite each other's steps."""
    return IntakeRequest.objects.select_for_update(of=("self",)).select_related("client").get(pk=request_row.pk)


def submit_intake(
    request_row: IntakeRequest, *, entered_by: User | None = None, now: dt.datetime | None = None
) -> Intake:
    """Make the saved answers an intake with marks, scores, consent and care plan, all or nothing.

    `entered_by`: who of the team entered them with the client.

    Sent twice it is the same intake. With an emergency answer it is taken as it stands, unsigned and unfinished, so
    that the therapist knows; otherwise it raises Refusal: `incomplete` with the step as `field`, `consent_changed`
    where the practice's text is no longer the one that was read.
    """
    held, practice = current_edition(), Practice.current()
    catalogue = held.catalogue
    with transaction.atomic():
        row = lock_request(request_row)
        if row.intake is not None and not is_being_corrected(row):
            return row.intake
        given = answers_with_consent(row, catalogue, practice)
        triage = triage_so_far(given, catalogue).action
        moment = now or timezone.now()
        consent = None
        if triage != Triage.EMERGENCY:
            if missing := missing_steps(given, catalogue):
                raise Refusal(_("A few answers are still missing."), code="incomplete", field=missing[0])
            must_have_consent(row, given, catalogue, practice)
            consent = sign_consent(row.client, given, practice, moment)
        keep_birthday(row, given)
        if row.intake is not None:
            # As after a session: a number said again takes the place of the one before, or the trend shows both.
            PainScore.objects.filter(intake=row.intake).delete()
        intake = write_intake(row, given, held, triage=triage, consent=consent, entered_by=entered_by, now=moment)
        # First: what was taken back is no longer known of the client when the plan is made.
        replace_retracted(row, intake)
        make_plan(intake, practice=practice, technique_slug=row.technique, appointment=row.appointment, now=moment)
        # Who ticked a sign by mistake answers again without typing the rest once more.
        row.intake, row.answers = intake, row.answers if triage in STOPPING_TRIAGES else {}
        row.save(update_fields=["intake", "answers"])
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE, user=entered_by)
    request_row.intake, request_row.answers = row.intake, row.answers
    return intake


def keep_birthday(row: IntakeRequest, given: IntakeAnswers) -> None:
    """Put the date of birth into the file: where it was empty, or where it is the client who says so."""
    client = row.client
    if given.born_on is not None and given.born_on != client.born_on and (row.by_mail or client.born_on is None):
        client.born_on = given.born_on
        client.save(update_fields=["born_on"])


def write_intake(
    row: IntakeRequest,
    given: IntakeAnswers,
    held: Edition,
    *,
    triage: Triage,
    consent: Consent | None,
    entered_by: User | None,
    now: dt.datetime,
) -> Intake:
    """The intake with its marks on the body and its pain score."""
    intake = Intake.objects.create(
        client=row.client,
        given_at=now,
        catalogue_version=held.label,
        consent=consent,
        entered_by=entered_by,
        technique=row.technique,
        brings=given.brings,
        where={slug: list(areas) for slug, areas in given.where.items()},
        checked=dict(given.checked),
        age=given.age,
        weeks=given.weeks,
        pain=given.pain,
        triage=triage,
        **{name: list(getattr(given, name)) for name in (*LIST_COLUMNS, "denied")},
        **given.plain,
    )
    BodyMark.objects.bulk_create(BodyMark(intake=intake, area=area, side=side) for area, side in given.marks)
    if given.pain is not None:
        PainScore.objects.create(
            client=row.client, intake=intake, moment=PainScore.Moment.INTAKE_NOW, value=given.pain, given_at=now
        )
    return intake
