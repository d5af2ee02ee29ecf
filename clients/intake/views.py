"""The intake, opened by its link: a welcome, one page per thought, a last look, and thanks."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.care import Catalogue, Triage
from clients.care.levels import triage_of
from clients.catalogue import current_catalogue, current_edition
from clients.intake.actions import save_step, submit_intake
from clients.intake.answers import (
    IntakeAnswers,
    missing_steps,
    needs_hot_stone_consent,
    steps_for,
    warning_signs_to_ask,
)
from clients.intake.changes import answers_of_intake, answers_so_far, changes_between
from clients.intake.consent import answers_with_consent, is_minor, purposes_in_words
from clients.intake.forms.intake import FORMS, StepForm
from clients.intake.page_texts import STEP_PAGES, StepWords
from clients.intake.prefill import answers_from_intake, earlier_intake, prefilled_step
from clients.intake.retraction import SIGNS_STEP, retract_answer
from clients.intake.screening import flag_texts
from clients.intake.steps import StepData
from clients.intake.summary import chart_areas, last_answers, summary_of
from clients.models import Consent, Intake, IntakeRequest
from clients.record.access import owns_intake, reader_label
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent
from clinic.models.links import LinkPurpose
from clinic.web.http import HttpRequest
from clinic.web.links import NotByThisLink, came_by_mail, mint_link, opened_by_link
from clinic.web.post_only import post_only
from clinic.web.typed import typed_at

CARE_LINK_LASTS = dt.timedelta(days=90)
CHECK_STEP = "check"


def request_of_link(request: HttpRequest, subject: uuid.UUID) -> IntakeRequest:
    """The intake that this browser's link opens; 404 once the client's file is erased.

    Once answers came through a mailed link, a link shown on a page opens it no more: it may be a stranger's.
    """
    rows = IntakeRequest.objects.select_related("client", "intake").filter(client__erased_at=None)
    row = get_object_or_404(rows, public_id=subject)
    if row.by_mail and not is_the_client(request, row):
        raise NotByThisLink
    return row


def is_the_client(request: HttpRequest, row: IntakeRequest) -> bool:
    """Whether a mailed link was opened or a mailed code typed, so that the reader may see what the file holds."""
    return came_by_mail(request, LinkPurpose.INTAKE, row.public_id) or owns_intake(request, row.public_id)


def earlier_answers(request: HttpRequest, row: IntakeRequest) -> Intake | None:
    """The client's earlier intake, where this is the client."""
    return earlier_intake(row.client) if is_the_client(request, row) else None


@require_safe
@opened_by_link(LinkPurpose.INTAKE, or_by=owns_intake)
def intake_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """The welcome; once sent, the thanks, or only the emergency text."""
    row = request_of_link(request, subject)
    if row.intake is not None:
        return render_sent(request, row, row.intake)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue)
    missing = missing_steps(given, catalogue)
    last = earlier_answers(request, row)
    if last is not None:
        note_access(row.client, noun="intake", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    context = {
        "client": row.client,
        "begun": bool(given.done),
        "last": last,
        "answers": last_answers(answers_from_intake(last, catalogue), catalogue) if last else [],
        "next_url": step_url(row, missing[0] if missing else CHECK_STEP),
        "steps": len(steps_for(given)) + 1,
        "short": row.short,
        "hot_stone": needs_hot_stone_consent(catalogue, row.technique),
    }
    return render(request, "clients/intake/welcome.html", context)


def render_sent(request: HttpRequest, row: IntakeRequest, given: Intake) -> HttpResponse:
    """What a sent intake shows: nothing of its answers, but what an emergency or a doctor's look asks for."""
    note_access(row.client, noun="intake", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    # The words that stood when the answers were sent: a later edit of the catalogue changes nothing that was said.
    plan = given.plans.order_by("made_at", "pk").last()
    texts = plan.warning_texts if plan else []
    mistake_url = reverse("clients:intake-correct", args=[row.public_id])
    if given.triage == Triage.EMERGENCY:
        return render(request, "clients/intake/emergency.html", {"texts": texts, "mistake_url": mistake_url})
    context = {
        "mistake_url": mistake_url,
        "client": row.client,
        "doctor": texts,
        "doctor_note": plan.doctor_note if plan else "",
        "plan_url": reverse("clients:intake-plan", args=[row.public_id]),
    }
    return render(request, "clients/intake/sent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link(LinkPurpose.INTAKE, or_by=owns_intake)
def step_page_view(request: HttpRequest, subject: uuid.UUID, step: str) -> HttpResponse:
    """One page of the intake: asked, or saved and on to the next."""
    row = request_of_link(request, subject)
    if row.intake is not None:
        return redirect("clients:intake", key=row.public_id)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue)
    if step not in steps_for(given):
        raise Http404
    saved = row.answers.get(step)
    last = earlier_answers(request, row) if saved is None else None
    if last is not None:
        saved = prefilled_step(last, catalogue, step=step, edition=current_edition().label)
        last = last if any(saved.values()) else None
    typed = typed_at(request) if request.method != "POST" else None
    posted = request.POST if request.method == "POST" else typed
    consent_text = request.practice.consent_text
    form = form_of_step(row, step, given, catalogue, posted, saved=saved or {}, consent_text=consent_text)
    if request.method == "POST" and form.is_valid():
        try:
            save_step(row, step=step, data=form.answers(), by_mail=is_the_client(request, row))
            return HttpResponseRedirect(page_after(row, step, catalogue))
        except Refusal as error:
            form.refuse(error.field, error.message)
    if row.answers or last:
        note_access(row.client, noun="intake", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    return render_step(request, row, step, form, given, last=last, typed=typed)


def render_step(
    request: HttpRequest,
    row: IntakeRequest,
    step: str,
    form: StepForm,
    given: IntakeAnswers,
    *,
    last: Intake | None = None,
    typed: QueryDict | None = None,
) -> HttpResponse:
    """Render one page; a refused one comes back as it was typed. `last`: the intake whose answers are filled in.

    `typed` is what was typed when the link had ended.
    """
    steps = steps_for(given)
    words: StepWords = STEP_PAGES[step]
    place = steps.index(step)
    ticked = form["areas"].value() or [] if step == "where" else []
    context = {
        "form": form,
        "step": step,
        "words": words,
        "last": None if typed else last,
        "typed_again": typed,
        "progress": {"step": place + 1, "of": len(steps) + 1, "label": words.label},
        "back_url": step_url(row, steps[place - 1]) if place else reverse("clients:intake", args=[row.public_id]),
        "areas": chart_areas(current_catalogue(), ticked) if step == "where" else [],
        "consent_text": request.practice.consent_text if step == "consent" else "",
        "consent_version": request.practice.consent_version,
        "standing": given.standing if step == "consent" else None,
    }
    return render(request, words.template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link(LinkPurpose.INTAKE, or_by=owns_intake)
def check_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """A last look at all answers, and the one button that sends them."""
    row = request_of_link(request, subject)
    if row.intake is not None:
        return redirect("clients:intake", key=row.public_id)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue)
    missing = missing_steps(given, catalogue)
    if missing:
        return HttpResponseRedirect(step_url(row, missing[0]))
    refused = ""
    if request.method == "POST":
        try:
            submit_intake(row)
            return redirect("clients:intake", key=row.public_id)
        except Refusal as error:
            refused = error.message
    note_access(row.client, noun="intake", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    steps = steps_for(given)
    last = earlier_answers(request, row)
    changes = changes_between(answers_of_intake(last), answers_so_far(given)) if last else []
    context = {
        "summary": summary_of(given, catalogue, row, changes),
        "last": last,
        "refused": refused,
        "standing": given.standing,
        "agreed": purposes_in_words(given.standing) if given.standing else [],
        "consent_url": step_url(row, "consent"),
        "progress": {"step": len(steps) + 1, "of": len(steps) + 1, "label": _("Check and send")},
        "back_url": step_url(row, steps[-1]),
    }
    return render(request, "clients/intake/check.html", context)


@require_safe
@opened_by_link(LinkPurpose.INTAKE, or_by=owns_intake)
def doctor_first(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """A warning sign asks for a doctor before any massage: said at once and kindly, before the questions go on."""
    row = request_of_link(request, subject)
    catalogue = current_catalogue()
    given = answers_with_consent(row, catalogue)
    triage, flags = triage_of(catalogue, frozenset(given.red_flags))
    if row.intake is not None or triage != Triage.DOCTOR:
        return redirect("clients:intake", key=row.public_id)
    missing = missing_steps(given, catalogue)
    note_access(row.client, noun="intake", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    context = {
        "texts": flag_texts(catalogue, flags),
        "next_url": step_url(row, missing[0] if missing else CHECK_STEP),
        "back_url": step_url(row, "signs"),
    }
    return render(request, "clients/intake/doctor_first.html", context)


@opened_by_link(LinkPurpose.INTAKE, or_by=owns_intake)
@post_only("clients:intake", "key")
def correct_answer(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """A sign was ticked by mistake: the page of the signs again, with everything else as it was answered."""
    row = request_of_link(request, subject)
    try:
        row = retract_answer(row)
    except Refusal as error:
        messages.warning(request, error.message)
        return redirect("clients:intake", key=row.public_id)
    return HttpResponseRedirect(step_url(row, SIGNS_STEP))


@opened_by_link(LinkPurpose.INTAKE, or_by=owns_intake)
@post_only("clients:intake", "key")
def show_plan(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Open the care plan made from this intake, with a link of its own. A POST, because a link is a new row."""
    row = request_of_link(request, subject)
    if row.intake is None:
        return redirect("clients:intake", key=row.public_id)
    care_plan = row.intake.plans.order_by("made_at", "pk").last()
    if care_plan is None:
        raise Http404
    token = mint_link(purpose=LinkPurpose.CARE, subject=care_plan.public_id, lasts=CARE_LINK_LASTS)
    return redirect("clients:care", key=token)


def form_of_step(
    row: IntakeRequest,
    step: str,
    given: IntakeAnswers,
    catalogue: Catalogue,
    posted: QueryDict | None,
    *,
    saved: StepData,
    consent_text: str,
) -> StepForm:
    """The form of one page with what was saved on it, and what it needs of earlier answers."""
    more: dict[str, Any] = {"step": step}
    if step == "signs":
        more["asked"] = warning_signs_to_ask(given, catalogue)
    if step == "life":
        more["areas"] = given.areas
    if step == "consent":
        more["hot_stone"] = needs_hot_stone_consent(catalogue, row.technique)
        more["minor"] = is_minor(row.client, given, catalogue)
        more["ask_birth"] = row.client.born_on is None
        more["text_hash"] = Consent.hash_of(consent_text)
    return FORMS[step](posted, catalogue=catalogue, saved=saved, **more)


def page_after(row: IntakeRequest, step: str, catalogue: Catalogue) -> str:
    """Where to go once a page is saved. An emergency answer goes to the therapist at once and ends it (I7)."""
    given = answers_with_consent(row, catalogue)
    if step == "signs":
        triage, _flags = triage_of(catalogue, frozenset(given.red_flags))
        if triage == Triage.EMERGENCY:
            submit_intake(row)
            return reverse("clients:intake", args=[row.public_id])
        if triage == Triage.DOCTOR:
            return reverse("clients:intake-doctor", args=[row.public_id])
    steps = steps_for(given)
    following = steps[steps.index(step) + 1 :]
    if following and following[0] not in given.done:
        return step_url(row, following[0])
    missing = missing_steps(given, catalogue)
    return step_url(row, missing[0] if missing else CHECK_STEP)


def step_url(row: IntakeRequest, step: str) -> str:
    """The address of one page."""
    if step == CHECK_STEP:
        return reverse("clients:intake-check", args=[row.public_id])
    return reverse("clients:intake-step", args=[row.public_id, step])
