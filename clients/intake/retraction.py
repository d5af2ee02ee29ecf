"""A warning sign that was ticked by mistake: the client answers again, and what was said first stays in the history.
The first answer stands, with everything that it stops, until the second one has come in."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care.plans import CONDITION, TriageResult
from clients.intake.answers import IntakeAnswers
from clients.intake.steps import SIGNS_STEPS
from clients.intake.stops import STOPPING_TRIAGES, reasons_to_stop
from clients.models import Intake, IntakeRequest, IntakeRetraction, Screening
from clients.record.access_log import note_access
from clients.record.export import BY_CLIENT
from clinic.errors import Refusal
from clinic.models import AccessEvent


def retract_answer(request_row: IntakeRequest) -> IntakeRequest:
    """Open an intake again whose answer was a stop, with all that was answered but the warning signs. Twice is once.
    Raises Refusal (`nothing_to_take_back`) for an intake that stopped nothing."""
    with transaction.atomic():
        rows = IntakeRequest.objects.select_for_update(of=("self",)).select_related("client", "intake")
        row = rows.get(pk=request_row.pk)
        if row.intake is None:
            return row
        if row.intake.triage not in STOPPING_TRIAGES:
            said = _("There is nothing to withdraw. Tell your therapist when you come, or call us.")
            raise Refusal(said, code="nothing_to_take_back")
        IntakeRetraction.objects.create(intake=row.intake, request=row, at=timezone.now())
        row.intake = None
        row.answers = {step: given for step, given in row.answers.items() if step not in SIGNS_STEPS}
        row.save(update_fields=["intake", "answers"])
        note_access(row.client, noun="intake", action=AccessEvent.Action.CHANGE, actor=BY_CLIENT)
    return row


def page_to_answer_again(triage: TriageResult, given: IntakeAnswers) -> str:
    """The page on which the answer that stops was given: one of the two of warning signs, or the health questions."""
    stopping = reasons_to_stop(triage)
    flags = [each.slug for each in stopping if each.kind != CONDITION]
    if not flags:
        return "confirm" if stopping and stopping[0].slug not in given.told and given.proposals else "health"
    first, second = SIGNS_STEPS
    return second if flags[0] in given.asked.get(second, ()) else first


def replace_retracted(row: IntakeRequest, intake: Intake) -> None:
    """Let a new intake stand in the place of those of its request that were taken back."""
    for taken in IntakeRetraction.objects.filter(request=row, replaced_by=None).select_related("intake"):
        taken.replaced_by = intake
        taken.red_flags = sorted(set(taken.intake.red_flags) - set(intake.red_flags))
        taken.save(update_fields=["replaced_by", "red_flags"])


def standing_warning_signs(screenings: Iterable[Screening]) -> frozenset[str]:
    """The warning signs of a client's safety answers, without those that they took back since."""
    ticked = [each for each in screenings if each.red_flags]
    if not ticked:
        return frozenset()
    taken = IntakeRetraction.objects.replaced().filter(intake__client=ticked[0].client_id)
    return without_retracted(ticked, list(taken))


def without_retracted(screenings: Iterable[Screening], taken: Iterable[IntakeRetraction]) -> frozenset[str]:
    """The warning signs of these safety answers without those that were taken back."""
    return frozenset(
        flag
        for each in screenings
        for flag in each.red_flags
        if not any(back.settles(flag, said_at=each.given_at) for back in taken)
    )
