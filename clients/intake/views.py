"""The intake, opened by its link: a welcome, one page per thought, a last look, and thanks."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clients.care import Triage
from clients.catalogue import current_catalogue, current_edition
from clients.catalogue.texts import client_text
from clients.intake.actions import confirm_unchanged, save_step, submit_intake
from clients.intake.addresses import CHECK_STEP, first_open_page, step_url
from clients.intake.answers import (
    IntakeAnswers,
    is_open,
    missing_steps,
    needs_hot_stone_consent,
    signs_of_step,
    steps_for,
    triage_so_far,
)
from clients.intake.at_practice import (
    entered_by,
    form_at_practice,
    is_vouched_for,
    lock_once_signed,
    may_fill,
    note_form_read,
    note_page_saved,
    page_after_sending,
)
from clients.intake.changes import answers_of_intake, answers_so_far, changes_between
from clients.intake.consent import answers_with_consent, is_minor, purposes_in_words
from clients.intake.correction import can_be_corrected, is_closed, note_sent, reopen_sent
from clients.intake.forms.steps import Asking, StepForm
from clients.intake.pages import STEP_PAGES
from clients.intake.prefill import answers_from_intake, earlier_intake, is_of_today, prefilled_step, with_booking
from clients.intake.renamed import draft_of_version_1
from clients.intake.retraction import page_to_answer_again, retract_answer
from clients.intake.steps import SIGNS_STEPS
from clients.intake.stops import STOPPING_TRIAGES, is_for_today, reasons_to_stop, stop_texts, stops_at
from clients.intake.summary import chart_areas, last_answers, summary_of
from clients.models import Consent, Intake, IntakeRequest, Screening
from clients.plans.sessions import BookedSession, session_context
from clients.record.access import owns_intake
from clinic.accounts.handover import TABLET, is_late
from clinic.errors import Refusal
from clinic.models.links import LinkPurpose
from clinic.web.http import HttpRequest
from clinic.web.links import NotByThisLink, came_by_mail, mint_link, opened_by_link
from clinic.web.post_only import post_only
from clinic.web.typed import keep_typed_form, typed_at

CARE_LINK_LASTS = dt.timedelta(days=90)
SEE_PHYSICIAN = "see-physician"


def request_of_link(request: HttpRequest, subject: uuid.UUID) -> IntakeRequest:
    """The intake that this browser's link opens; 404 once the client's file is erased. Once answers came through a
    mailed link, a link shown on a page opens it no more: it may be a stranger's."""
    rows = IntakeRequest.objects.select_related("client", "intake").filter(client__erased_at=None)
    row = get_object_or_404(rows, public_id=subject)
    if row.by_mail and not is_the_client(request, row):
        raise NotByThisLink
    return row


def is_the_client(request: HttpRequest, row: IntakeRequest) -> bool:
    """Whether a mailed link was opened, a mailed code typed, or the team vouches for them, so that the reader may see
    what the file holds."""
    return (
        came_by_mail(request, LinkPurpose.INTAKE, row.public_id)
        or owns_intake(request, row.public_id)
        or is_vouched_for(request, row.public_id)
    )


def earlier_answers(request: HttpRequest, row: IntakeRequest) -> Intake | None:
    """The client's earlier intake, where this is the client: not whoever else reads the mailbox of the link."""
    if row.client.hides_health and not is_vouched_for(request, row.public_id):
        return None
    return earlier_intake(row.client) if is_the_client(request, row) else None


def session_booked(request: HttpRequest, row: IntakeRequest) -> BookedSession | None:
    """The appointment for which this form was asked, with the safety answers of its booking; not for whoever else reads
    the mailbox."""
    if row.appointment is None or (row.client.hides_health and not is_vouched_for(request, row.public_id)):
        return None
    booked = session_context(row.client, request.practice, row.appointment).booked
    return booked if booked and booked.public_id == row.appointment else None


@require_safe
@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
def intake_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The welcome; once sent, the thanks, or only the emergency text."""
    row = request_of_link(request, subject)
    if row.intake is not None:
        return render_sent(request, row, row.intake)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue, request.practice)
    missing = missing_steps(given, catalogue)
    last = earlier_answers(request, row)
    if last is not None:
        note_form_read(request, row)
    begun = bool(row.answers)
    context = {
        "client": row.client,
        "begun": begun,
        "last": last,
        "is_of_today": last is not None and is_of_today(last),
        "answers": last_answers(answers_from_intake(last, catalogue), catalogue) if last else [],
        "next_url": step_url(row, missing[0] if missing else CHECK_STEP),
        "unchanged_url": reverse("clients:intake-unchanged", args=[row.public_id]) if last and not begun else "",
        "short": row.short,
        "hot_stone": needs_hot_stone_consent(catalogue, row.technique),
    }
    return form_page(request, row, "clients/intake/welcome.html", context)


@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
@post_only("clients:intake", "key")
def unchanged(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The client says that what they told last time is still so, but for the page they change, if any: only that one
    and what is asked afresh is left."""
    row = request_of_link(request, subject)
    last = earlier_answers(request, row)
    if row.intake is None and last is not None:
        confirm_unchanged(row, last)
    if row.intake is not None:
        return redirect("clients:intake", key=row.public_id)
    change = request.POST.get("change")
    return HttpResponseRedirect(
        step_url(row, change) if change in STEP_PAGES else first_open_page(row, request.practice)
    )


def form_page(request: HttpRequest, row: IntakeRequest, template: str, context: Mapping[str, object]) -> HttpResponse:
    """A page of the form, with how it is filled where that is at the practice."""
    return render(request, template, {**context, "at_practice": form_at_practice(request, row)})


def render_sent(request: HttpRequest, row: IntakeRequest, given: Intake) -> HttpResponse:
    """What a sent intake shows: nothing of its answers, but what an emergency or a doctor's look asks for."""
    stops_here = given.triage == Triage.EMERGENCY
    if not stops_here and (away := page_after_sending(request, row)) is not None:
        return away
    note_form_read(request, row)
    # The words that stood when the answers were sent: a later edit of the catalogue changes nothing that was said.
    plan = given.plans.order_by("made_at", "pk").last()
    stopping = given.triage in STOPPING_TRIAGES
    texts = [each["text"] for each in plan.warnings if each["action"] == given.triage] if plan and stopping else []
    mistake_url = reverse("clients:intake-correct", args=[row.public_id])
    if stops_here:
        return form_page(request, row, "clients/intake/emergency.html", {"texts": texts, "mistake_url": mistake_url})
    context = {
        "mistake_url": mistake_url,
        "client": row.client,
        "doctor": texts,
        "can_correct": can_be_corrected(request, row),
        "doctor_note": plan.doctor_note if plan else "",
        # Whoever reads the mailbox may open the link once more after the client has sent the form.
        "plan_url": "" if row.client.hides_health else reverse("clients:intake-plan", args=[row.public_id]),
    }
    return form_page(request, row, "clients/intake/sent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
def step_page_view(request: HttpRequest, subject: uuid.UUID, step: str) -> HttpResponse:
    """One page of the intake: asked, or saved and on to the next."""
    row = request_of_link(request, subject)
    if is_closed(request, row):
        return redirect("clients:intake", key=row.public_id)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue, request.practice)
    if step not in STEP_PAGES:
        raise Http404
    if request.method != "POST" and step not in steps_for(given, catalogue):
        # The answers call for this page no more. What is typed on it in another tab is kept all the same, should they.
        return HttpResponseRedirect(first_open_page(row, request.practice))
    saved = row.answers.get(step) or draft_of_version_1(row.answers, step) or None
    saved, last = (saved, None) if saved is not None else filled_in(request, row, step, given)
    typed = typed_at(request) if request.method != "POST" else None
    posted = request.POST if request.method == "POST" else typed
    asking = asking_of(request, row, step, given, from_last=bool(last))
    form = STEP_PAGES[step].form(posted, saved=saved or {}, asking=asking)
    if request.method == "POST" and form.is_valid():
        try:
            before = triage_so_far(given, catalogue)
            save_step(row, step=step, data=form.answers(), by_mail=is_the_client(request, row))
            note_page_saved(request)
            return HttpResponseRedirect(page_after(request, row, step, stopped_before=stops_at(before)))
        except Refusal as error:
            form.refuse(error.field, error.message)
    if is_late(request):
        keep_typed_form(request)
        return redirect(TABLET)
    if row.answers or last:
        note_form_read(request, row)
    return render_step(request, row, step, form, given, last=last, typed=typed)


def filled_in(
    request: HttpRequest, row: IntakeRequest, step: str, given: IntakeAnswers
) -> tuple[Mapping[str, Any], Intake | Screening | None]:
    """What a page that was not saved yet is filled in with, and from which answers: those of last time, and those of
    the booking, which are newer."""
    catalogue = current_catalogue()
    last, booked = earlier_answers(request, row), session_booked(request, row)
    before: Mapping[str, Any] = {}
    if last is not None:
        before = prefilled_step(last, catalogue, step=step, edition=current_edition().label, now=given)
    signs = signs_of_step(given, catalogue, step) if step in SIGNS_STEPS else ()
    if booked is None or booked.screening is None:
        return before, last if any(before.values()) else None
    told = booked.screening
    both = with_booking(before, told, catalogue, step=step, signs=signs, asked_why=booked.asked_why)
    source = last if both == before else told
    return both, source if any(both.values()) else None


def render_step(
    request: HttpRequest,
    row: IntakeRequest,
    step: str,
    form: StepForm,
    given: IntakeAnswers,
    *,
    last: Intake | Screening | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    """Render one page; a refused one comes back as it was typed. `last`: the answers that are filled in. `typed` is
    what was typed when the link had ended."""
    catalogue = current_catalogue()
    steps = steps_for(given, catalogue)
    page = STEP_PAGES[step]
    place = steps.index(step) if step in steps else 0
    ticked = form["areas"].value() or [] if "areas" in form.fields else []
    context = {
        "form": form,
        "step": step,
        "words": page,
        "last": None if typed else last,
        "typed_again": typed,
        "progress": {"step": place + 1, "of": len(steps) + 1},
        "back_url": step_url(row, steps[place - 1]) if place else reverse("clients:intake", args=[row.public_id]),
        "areas": chart_areas(catalogue, ticked) if step == "where" else [],
        "consent_text": request.practice.consent_text if step == "consent" else "",
        "consent_version": request.practice.consent_version,
        "standing": given.standing if step == "consent" else None,
    }
    return form_page(request, row, page.template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
def check_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """A last look at all answers, and the one button that sends them."""
    row = request_of_link(request, subject)
    if is_closed(request, row):
        return redirect("clients:intake", key=row.public_id)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue, request.practice)
    missing = missing_steps(given, catalogue)
    if missing:
        return HttpResponseRedirect(step_url(row, missing[0]))
    refused = ""
    if request.method == "POST":
        try:
            submit_intake(row, entered_by=entered_by(request, row.public_id))
            note_sent(request, row)
            lock_once_signed(request, row)
            return redirect("clients:intake", key=row.public_id)
        except Refusal as error:
            refused = error.message
    note_form_read(request, row)
    steps = steps_for(given, catalogue)
    last = earlier_answers(request, row)
    changes = changes_between(answers_of_intake(last), answers_so_far(given)) if last else []
    context = {
        "summary": summary_of(given, catalogue, row, changes),
        "last": last,
        "refused": refused,
        "standing": given.standing,
        "agreed": purposes_in_words(given.standing) if given.standing else [],
        "consent_url": step_url(row, "consent"),
        "progress": {"step": len(steps) + 1, "of": len(steps) + 1},
        "back_url": step_url(row, steps[-1]),
    }
    return form_page(request, row, "clients/intake/check.html", context)


@require_safe
@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
def doctor_first(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """An answer asks for a doctor before any massage: said at once and kindly, before the questions go on."""
    row = request_of_link(request, subject)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue, request.practice)
    triage = triage_so_far(given, catalogue)
    if is_closed(request, row) or not stops_at(triage):
        return redirect("clients:intake", key=row.public_id)
    note_form_read(request, row)
    context = {
        "is_for_today": is_for_today(triage, catalogue),
        "texts": stop_texts(triage, catalogue, request.practice),
        "advice": client_text(catalogue.index.home_care[SEE_PHYSICIAN].stop_text, request.practice)
        if SEE_PHYSICIAN in catalogue.index.home_care
        else "",
        "next_url": first_open_page(row, request.practice),
        "back_url": step_url(row, page_to_answer_again(triage, given)),
    }
    return form_page(request, row, "clients/intake/doctor_first.html", context)


@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
@post_only("clients:intake", "key")
def correct_answer(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """An answer was ticked by mistake: its page again, with everything else as it was answered. What was just sent here
    and stopped nothing opens at the last look, to correct any page of it."""
    row = request_of_link(request, subject)
    if can_be_corrected(request, row):
        return HttpResponseRedirect(
            first_open_page(reopen_sent(row, by_mail=is_the_client(request, row)), request.practice)
        )
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue, request.practice)
    page = page_to_answer_again(triage_so_far(given, catalogue), given)
    try:
        row = retract_answer(row)
    except Refusal as error:
        messages.warning(request, error.message)
        return redirect("clients:intake", key=row.public_id)
    return HttpResponseRedirect(step_url(row, page))


@opened_by_link(LinkPurpose.INTAKE, or_by=may_fill)
@post_only("clients:intake", "key")
def show_plan(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Open the care plan made from this intake, with a link of its own. A POST, because a link is a new row."""
    row = request_of_link(request, subject)
    if row.intake is None or row.client.hides_health:
        return redirect("clients:intake", key=row.public_id)
    care_plan = row.intake.plans.order_by("made_at", "pk").last()
    if care_plan is None:
        raise Http404
    token = mint_link(purpose=LinkPurpose.CARE, subject=care_plan.public_id, lasts=CARE_LINK_LASTS)
    return redirect("clients:care", key=token)


def asking_of(request: HttpRequest, row: IntakeRequest, step: str, given: IntakeAnswers, *, from_last: bool) -> Asking:
    """What the form of one page needs to know beside what was saved on it."""
    catalogue = current_catalogue()
    return Asking(
        step=step,
        catalogue=catalogue,
        given=given,
        words=partial(client_text, practice=request.practice),
        signs=signs_of_step(given, catalogue, step) if step in SIGNS_STEPS else (),
        # A date on file is shown to the client alone.
        ask_birth=row.client.born_on is None or (is_the_client(request, row) and not row.client.hides_health),
        hot_stone=needs_hot_stone_consent(catalogue, row.technique),
        minor=is_minor(given, catalogue),
        text_hash=Consent.hash_of(request.practice.consent_text),
        from_last=from_last,
    )


def page_after(request: HttpRequest, row: IntakeRequest, step: str, *, stopped_before: bool) -> str:
    """Where to go once a page is saved. An emergency answer goes to the therapist at once and ends it (I7)."""
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue, request.practice)
    triage = triage_so_far(given, catalogue)
    if stops_at(triage):
        if reasons_to_stop(triage)[0].action == Triage.EMERGENCY:
            submit_intake(row, entered_by=entered_by(request, row.public_id))
            return reverse("clients:intake", args=[row.public_id])
        if not stopped_before:
            return reverse("clients:intake-doctor", args=[row.public_id])
    steps = steps_for(given, catalogue)
    following = steps[steps.index(step) + 1 :] if step in steps else []
    if following and (following[0] not in given.done or is_open(given, catalogue, following[0])):
        return step_url(row, following[0])
    return first_open_page(row, request.practice)
