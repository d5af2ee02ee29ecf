"""The question about the pain a day and a half later: the mail's number is chosen on the page, one button stores it.
Every few appointments the page also asks the PEG-3; it is optional, and its three questions are stored as one score."""

import uuid

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clients.catalogue import current_catalogue
from clients.models import Client, PainScore
from clients.pain.follow_up import store_pain
from clients.pain.outcomes import NRS, PEG, PEG_ITEMS, peg_is_due, peg_score
from clients.plans.diary import store_tip_answer
from clients.plans.in_force import newest_plan
from clients.plans.page import plan_page
from clients.plans.progress import SEE_PHYSICIAN
from clients.plans.shown import ShownItem
from clients.plans.wording import ClientWords
from clinic.models import ClientLink, LinkPurpose, Practice
from clinic.web.http import HttpRequest, refusals_told
from clinic.web.links import opened_by_link
from clinic.web.post_only import post_only
from clinic.web.typed import typed_at

# Krebs 2009, `outcome_measures` of the catalogue: the questions of the PEG-3 beside the average pain.
LIFE_QUESTIONS = {
    "enjoyment": gettext_lazy("In the past week, how much has pain interfered with your enjoyment of life?"),
    "activity": gettext_lazy("In the past week, how much has pain interfered with your general activity?"),
}
PAIN_NUMBERS = tuple(str(number) for number in range(11))


@require_http_methods(["GET", "HEAD", "POST"])
@opened_by_link(LinkPurpose.PAIN)
def pain_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """Ask for a number from 0 to 10 for the appointment with this public id. POST stores it, in place of an earlier
    one."""
    client = client_of_link(subject)
    given = PainScore.objects.filter(
        client=client, appointment=subject, measure=NRS, moment=PainScore.Moment.LATER
    ).first()
    asks_peg = peg_due(client)
    error = ""
    if request.method == "POST":
        number = request.POST.get("n", "")
        if number in PAIN_NUMBERS:
            store_pain(client, subject, int(number))
            if asks_peg:
                store_peg(client, subject, request.POST)
            return redirect("clients:pain", key=str(subject))
        error = _("Please choose a number from 0 to 10.")
    typed = None if request.method == "POST" else typed_at(request)
    chosen = (typed or request.GET).get("n", "")
    shown = {
        "value": chosen if chosen in PAIN_NUMBERS else "" if given is None else str(int(given.value)),
        "given": given,
        "error": error,
        "peg": peg_questions(typed or request.POST) if asks_peg else [],
        "typed_again": typed,
        "physician": see_physician(request.practice) if given and given.needs_call else None,
        "tips": tips_of(client, request.practice),
        "appointment": subject,
    }
    return render(request, "clients/pain/pain.html", shown, status=422 if error else 200)


@opened_by_link(LinkPurpose.PAIN)
@post_only("clients:pain", "key")
def pain_tip(request: HttpRequest, subject: uuid.UUID, slug: str) -> HttpResponse:
    """Keep "did it", "helped" or "did not help" for a tip of the client's plan, from the page of the pain."""
    shown = next((each for each in tips_of(client_of_link(subject), request.practice) if each.item.slug == slug), None)
    if shown is None:
        raise Http404
    with refusals_told(request):
        store_tip_answer(shown.item, request.POST.get("answer", ""), note=request.POST.get("note"))
    return redirect(f"{reverse('clients:pain', args=[str(subject)])}#tips")


def client_of_link(appointment: uuid.UUID) -> Client:
    """Whose appointment a link asks about: the link was made for them. Raises Http404 once their file is erased."""
    links = ClientLink.objects.live().filter(purpose=LinkPurpose.PAIN, subject=appointment, client__isnull=False)
    owner = get_object_or_404(links.order_by("-pk")[:1])
    return get_object_or_404(Client, public_id=owner.client, erased_at=None).current_file()


def tips_of(client: Client, practice: Practice) -> list[ShownItem]:
    """What there is to do of the tips that the client's plan shows them now; none while it is stopped or open."""
    plan = newest_plan(client)
    if plan is None:
        return []
    page = plan_page(plan, practice, now=timezone.now())
    return [each for each in (page.one, *page.tips) if each is not None and each.diary is not None]


def see_physician(practice: Practice) -> dict[str, str] | None:
    """What the catalogue says of seeing a doctor; None where the practice has no such tip."""
    catalogue = current_catalogue()
    tip = catalogue.index.home_care.get(SEE_PHYSICIAN)
    words = ClientWords(catalogue, practice)
    return {"name": words.say(tip.name), "text": words.advise(tip.text)} if tip else None


def peg_due(client: Client) -> bool:
    """Whether the PEG-3 is asked again. Each completed session earns one such question, so its links count sessions."""
    score = PainScore.objects.filter(client=client, measure=PEG).order_by("-given_at").first()
    last = score.given_at if score else None
    links = ClientLink.objects.filter(purpose=LinkPurpose.PAIN, client=client.public_id)
    if last is not None:
        links = links.filter(created_at__gt=last)
    return peg_is_due(last, sessions_since=links.values("subject").distinct().count(), now=timezone.now())


def peg_questions(posted: QueryDict) -> list[dict[str, str]]:
    """The three questions with what was chosen, as the template draws them."""
    labels = {"average": _("In the past week, how strong was your pain on average?"), **LIFE_QUESTIONS}
    ends = {"low": _("0: not at all"), "high": _("10: completely")}
    of_pain = {"low": "", "high": ""}
    return [
        {"name": name, "label": str(labels[name]), "value": posted.get(name, "")}
        | (ends if name in LIFE_QUESTIONS else of_pain)
        for name in PEG_ITEMS
    ]


def store_peg(client: Client, appointment: uuid.UUID, posted: QueryDict) -> None:
    """Keep the PEG-3, where enough of it was answered."""
    chosen = {name: posted.get(name, "") for name in PEG_ITEMS}
    answers = {name: int(number) if number in PAIN_NUMBERS else None for name, number in chosen.items()}
    score = peg_score(answers)
    if score is None:
        return
    PainScore.objects.update_or_create(
        appointment=appointment,
        measure=PEG,
        complaint="",
        moment=PainScore.Moment.INTAKE_AVERAGE,
        defaults={"client": client, "value": score.value, "partial": score.partial},
    )
