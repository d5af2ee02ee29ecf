"""An intake from the first question to the signed answers: asked for, saved step by step, given once."""

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.actions.access import note_access
from clients.actions.answers import Given, missing_steps
from clients.actions.consent import answers_of, must_be_consented, sign, with_age
from clients.actions.plans import make_plan
from clients.actions.steps import Data, check_step
from clients.actions.taking_back import STOPS, put_in_place
from clients.care import Catalogue, Triage
from clients.care.levels import triage_of
from clients.catalogue import Edition, current, edition
from clients.models import BodyMark, Client, Consent, Intake, IntakeRequest, PainScore
from clients.outcomes import PEG, peg_score
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice


def ask_for_intake(
    client: Client, *, technique_slug: str, visit: uuid.UUID | None = None, short: bool = False
) -> IntakeRequest:
    """Ask a client for an intake, whole or `short`.

    Asked again for the same visit it is the same request, also at the same moment.
    """
    if visit is None:
        return IntakeRequest.objects.create(client=client, technique=technique_slug, short=short)
    asked = IntakeRequest(client=client, technique=technique_slug, visit=visit, short=short)
    IntakeRequest.objects.bulk_create([asked], ignore_conflicts=True)
    return IntakeRequest.objects.get(visit=visit)


def save_step(
    request_row: IntakeRequest, *, step: str, data: Data, by_mail: bool = False, now: dt.datetime | None = None
) -> dict[str, Any]:
    """Keep the answers of one step; return them clean.

    `by_mail`: they come from whoever reads the client's mail; from then on only a mailed link opens this intake.
    Raises Refusal with the `field` at fault; `already_given` once the intake was sent.
    """
    clean = check_step(step, data, current())
    with transaction.atomic():
        row = locked(request_row)
        if not row.is_open:
            raise Refusal(_("This intake has already been sent. Thank you."), code="already_given")
        row.answers = {**row.answers, step: clean}
        row.saved_at = now or timezone.now()
        row.by_mail = row.by_mail or by_mail
        row.save(update_fields=["answers", "saved_at", "by_mail"])
    for column in ("answers", "saved_at", "by_mail"):
        setattr(request_row, column, getattr(row, column))
    return clean


def locked(request_row: IntakeRequest) -> IntakeRequest:
    """The row as it stands now, held until the transaction ends: two tabs cannot overwrite each other's steps."""
    return IntakeRequest.objects.select_for_update(of=("self",)).select_related("client").get(pk=request_row.pk)


def submit_intake(request_row: IntakeRequest, *, now: dt.datetime | None = None) -> Intake:
    """Make the saved answers an intake with marks, scores, consent and care plan, all or nothing.

    Sent twice it is the same intake. With an emergency answer it is taken as it stands, unsigned and unfinished, so
    that the therapist knows; otherwise it raises Refusal: `incomplete` with the step as `field`, `consent_changed`
    where the practice's text is no longer the one that was read.
    """
    held, practice = edition(), Practice.current()
    catalogue = held.catalogue
    with transaction.atomic():
        row = locked(request_row)
        if row.intake is not None:
            return row.intake
        given = with_age(row.client, answers_of(row, catalogue), catalogue)
        triage, _flags = triage_of(catalogue, frozenset(given.red_flags))
        moment = now or timezone.now()
        consent = None
        if triage != Triage.EMERGENCY:
            must_be_complete(row, given, catalogue, practice)
            consent = sign(row.client, given, practice, moment)
        intake = write_intake(row, given, held, triage=triage, consent=consent, now=moment)
        make_plan(intake, technique_slug=row.technique, visit=row.visit, now=moment)
        put_in_place(row, intake)
        # Who ticked a sign by mistake answers again without typing the rest once more.
        row.intake, row.answers = intake, row.answers if triage in STOPS else {}
        row.save(update_fields=["intake", "answers"])
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE)
    request_row.intake, request_row.answers = row.intake, row.answers
    return intake


def must_be_complete(row: IntakeRequest, given: Given, catalogue: Catalogue, practice: Practice) -> None:
    """Raise Refusal unless every step is answered and the consent covers this client, this massage and today's text."""
    if missing := missing_steps(given, catalogue):
        raise Refusal(_("A few answers are still missing."), code="incomplete", field=missing[0])
    must_be_consented(row, given, catalogue, practice)


def write_intake(
    row: IntakeRequest,
    given: Given,
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


def scores_of(intake: Intake, given: Given) -> list[PainScore]:
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
