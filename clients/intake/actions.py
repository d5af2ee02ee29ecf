"""An intake from the first question to the signed answers: asked for, saved step by step, given once."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Catalogue, Triage
from clients.care.levels import triage_of
from clients.catalogue import Edition, current_catalogue, current_edition
from clients.intake.answers import IntakeAnswers, missing_steps
from clients.intake.consent import answers_with_consent, must_have_consent, sign_consent, with_age_condition
from clients.intake.retraction import STOPPING_TRIAGES, replace_retracted
from clients.intake.steps import StepData, check_step
from clients.models import BodyMark, Client, Consent, Intake, IntakeRequest, PainScore
from clients.pain.outcomes import PEG, peg_score
from clients.plans.actions import make_plan
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice


def request_intake(
    client: Client, *, technique_slug: str, appointment: uuid.UUID | None = None, short: bool = False
) -> IntakeRequest:
    """Ask a client for an intake, whole or `short`.

    Asked again for the same appointment it is the same request, also at the same moment.
    """
    if appointment is None:
        return IntakeRequest.objects.create(client=client, technique=technique_slug, short=short)
    asked = IntakeRequest(client=client, technique=technique_slug, appointment=appointment, short=short)
    IntakeRequest.objects.bulk_create([asked], ignore_conflicts=True)
    return IntakeRequest.objects.get(appointment=appointment)


def save_step(
    request_row: IntakeRequest, *, step: str, data: StepData, by_mail: bool = False, now: dt.datetime | None = None
) -> dict[str, Any]:
    """Keep the answers of one step; return them clean.

    `by_mail`: they come from whoever reads the client's mail; from then on only a mailed link opens this intake.
    Raises Refusal with the `field` at fault; `already_given` once the intake was sent.
    """
    clean = check_step(step, data, current_catalogue())
    with transaction.atomic():
        row = lock_request(request_row)
        if not row.is_open:
            raise Refusal(_("This health form has already been sent. Thank you."), code="already_given")
        row.answers = {**row.answers, step: clean}
        row.saved_at = now or timezone.now()
        row.by_mail = row.by_mail or by_mail
        row.save(update_fields=["answers", "saved_at", "by_mail"])
    for column in ("answers", "saved_at", "by_mail"):
        setattr(request_row, column, getattr(row, column))
    return clean


def lock_request(request_row: IntakeRequest) -> IntakeRequest:
    """The row as it stands now, held until the transaction ends: two tabs cannot overwrite each other's steps."""
    return IntakeRequest.objects.select_for_update(of=("self",)).select_related("client").get(pk=request_row.pk)


def submit_intake(request_row: IntakeRequest, *, now: dt.datetime | None = None) -> Intake:
    """Make the saved answers an intake with marks, scores, consent and care plan, all or nothing.

    Sent twice it is the same intake. With an emergency answer it is taken as it stands, unsigned and unfinished, so
    that the therapist knows; otherwise it raises Refusal: `incomplete` with the step as `field`, `consent_changed`
    where the practice's text is no longer the one that was read.
    """
    held, practice = current_edition(), Practice.current()
    catalogue = held.catalogue
    with transaction.atomic():
        row = lock_request(request_row)
        if row.intake is not None:
            return row.intake
        given = with_age_condition(row.client, answers_with_consent(row, catalogue), catalogue)
        triage, _flags = triage_of(catalogue, frozenset(given.red_flags))
        moment = now or timezone.now()
        consent = None
        if triage != Triage.EMERGENCY:
            must_be_complete_intake(row, given, catalogue, practice)
            consent = sign_consent(row.client, given, practice, moment)
        intake = write_intake(row, given, held, triage=triage, consent=consent, now=moment)
        make_plan(intake, technique_slug=row.technique, appointment=row.appointment, now=moment)
        replace_retracted(row, intake)
        # Who ticked a sign by mistake answers again without typing the rest once more.
        row.intake, row.answers = intake, row.answers if triage in STOPPING_TRIAGES else {}
        row.save(update_fields=["intake", "answers"])
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE)
    request_row.intake, request_row.answers = row.intake, row.answers
    return intake


def must_be_complete_intake(row: IntakeRequest, given: IntakeAnswers, catalogue: Catalogue, practice: Practice) -> None:
    """Raise Refusal unless every step is answered and the consent covers this client, this massage and today's text."""
    if missing := missing_steps(given, catalogue):
        raise Refusal(_("A few answers are still missing."), code="incomplete", field=missing[0])
    must_have_consent(row, given, catalogue, practice)


def write_intake(
    row: IntakeRequest,
    given: IntakeAnswers,
    held: Edition,
    *,
    triage: Triage,
    consent: Consent | None,
    now: dt.datetime,
) -> Intake:
    """The intake with its marks on the body and its pain scores."""
    intake = Intake.objects.create(
        client=row.client,
        given_at=now,
        catalogue_version=held.label,
        consent=consent,
        technique=row.technique,
        symptoms=list(given.symptoms),
        onset=list(given.onset),
        causes=list(given.causes),
        aggravating=list(given.aggravating),
        relieving=list(given.relieving),
        conditions=list(given.conditions),
        red_flags=list(given.red_flags),
        triage=triage,
        **given.texts,
    )
    BodyMark.objects.bulk_create(BodyMark(intake=intake, area=area, side=side) for area, side in given.marks)
    PainScore.objects.bulk_create(scores_of(intake, given))
    return intake


def scores_of(intake: Intake, given: IntakeAnswers) -> list[PainScore]:
    """The numbers of an intake, unsaved: the pain as a whole, at each place where there are several, and the PEG-3."""
    about = {"client": intake.client, "intake": intake, "given_at": intake.given_at}
    scores = [PainScore(moment=moment, value=value, **about) for moment, value in given.pain.items()]
    if len(given.areas) > 1:
        scores += [
            PainScore(complaint=area, moment=PainScore.Moment.INTAKE_NOW, value=value, **about)
            for area, value in given.area_pain.items()
            if area in given.areas
        ]
    peg = peg_score({**given.pain, **given.life})
    if peg is not None:
        moment = PainScore.Moment.INTAKE_AVERAGE
        scores.append(PainScore(measure=PEG, moment=moment, value=peg.value, partial=peg.partial, **about))
    return scores
