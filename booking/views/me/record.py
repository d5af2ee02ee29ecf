"""What is held about a client: seen, corrected, downloaded, and the wish to have it erased; which mails come."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.exporting import FILE_NAME, mails_to, zip_of
from booking.forms.me import MailsForm, NameForm, NewAddressForm
from booking.reminders.staff_notices import Notice, tell_staff
from booking.views.me.common import own_page, page_of
from clients.actions.access import BY_LINK, accesses_of
from clients.actions.exporting import BY_CLIENT
from clients.actions.keeping import ask_for_erasure, choose_mails, correct
from clients.models import Client
from clinic.edits import locked
from clinic.errors import Refusal
from clinic.mail.kinds import secret_codes
from clinic.models import AccessEvent
from clinic.posting import post_only
from clinic.throttle import hold_back
from clinic.typed import typed_before

SEEN = 100


@dataclass(frozen=True)
class Held:
    """So many of one kind of record."""

    what: str
    count: int


@own_page
@require_safe
def record(request: HttpRequest, client: Client) -> HttpResponse:
    """All of it on one page. Counts and contact only, no health answer: nothing is logged."""
    return page(request, client)


def page(
    request: HttpRequest,
    client: Client,
    *,
    name_form: NameForm | None = None,
    address_form: NewAddressForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with a form that came back where one did."""
    typed = None
    if request.method != "POST":
        typed = typed_before(request, reverse("booking:me-name", args=[client.public_id]))
    context = {
        "typed_again": typed,
        "client": client,
        "held": held(client),
        "name_form": name_form or NameForm(typed, initial=names_of(client)),
        "address_form": address_form or NewAddressForm(),
        "form": name_form or address_form,
        "back_url": page_of(client),
    }
    return render(request, "booking/me/record.html", context, status=status)


def names_of(client: Client) -> dict[str, str]:
    """Name and phone as they stand."""
    return {name: getattr(client, name) for name in ("first_name", "last_name", "phone")}


def held(client: Client) -> list[Held]:
    """How much there is of each kind; what there is none of is left out."""
    counts = [
        Held(_("visits"), client.appointments.count()),
        Held(_("intakes with your answers"), client.intakes.count()),
        Held(_("safety answers at booking"), client.screenings.count()),
        Held(_("care plans"), client.plans.count()),
        Held(_("pain scores"), client.pain_scores.count()),
        Held(_("consents"), client.consents.count()),
        Held(_("mails to you"), mails_to(client).exclude(kind__in=secret_codes()).count()),
    ]
    return [each for each in counts if each.count]


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest, client: Client) -> HttpResponse:
    """Correct name and phone. A form that came back stands at this address, where a phone may load it anew."""
    if request.method != "POST":
        return redirect("booking:me-record", public_id=client.public_id)
    with transaction.atomic():
        row = locked(client)
        form = NameForm(request.POST, initial=names_of(row))
        if form.is_valid():
            typed = form.cleaned_data
            try:
                correct(row, first_name=typed["first_name"], last_name=typed["last_name"], phone=typed["phone"])
            except Refusal as error:
                form.add_error(None, error.message)
    if form.errors:
        return page(request, client, name_form=form, status=409 if form.conflicts else 422)
    messages.success(request, _("Saved."))
    return redirect("booking:me-record", public_id=client.public_id)


@own_page
@require_safe
def seen(request: HttpRequest, client: Client) -> HttpResponse:
    """Who looked at the record, or changed it, and when: the newest first."""
    events = accesses_of(client).select_related("user").order_by("-at", "-pk")
    themselves = Q(user=None, actor__in=[BY_CLIENT, BY_LINK])
    own, others = (list(found[: SEEN + 1]) for found in (events.filter(themselves), events.exclude(themselves)))
    context = {
        "client": client,
        "own": in_words(own),
        "others": in_words(others),
        "is_more": max(len(own), len(others)) > SEEN,
        "back_url": reverse("booking:me-record", args=[client.public_id]),
    }
    return render(request, "booking/me/seen.html", context)


def in_words(events: list[AccessEvent]) -> list[dict[str, object]]:
    """The newest lines as the page shows them."""
    return [{"at": event.at, "who": who(event), "what": what(event)} for event in events[:SEEN]]


def who(event: AccessEvent) -> str:
    """Who it was, for the client: themselves, someone of the team by name, or the program."""
    if event.user is not None:
        return event.user.name or _("someone of the team")
    if event.actor == BY_LINK:
        return _("you, or whoever had your link")
    return _("you") if event.actor == BY_CLIENT else _("the practice’s program")


def what(event: AccessEvent) -> str:
    """What was done to what, in words."""
    nouns = {
        "client": _("your file"),
        "contact": _("your name and address"),
        "intake": _("your intake"),
        "care plan": _("your care plan and pain"),
        "consent": _("your consent"),
        "appointment": _("a visit"),
        "visit": _("a visit"),
        "session note": _("a session note"),
        "session note signed for a colleague": _("a session note"),
        "screening": _("your safety answers"),
        "safety answers": _("your safety answers"),
        "whole record": _("your whole record"),
        "wish to be erased": _("your wish to be erased"),
    }
    return _("%(did)s %(noun)s") % {"did": event.get_action_display(), "noun": nouns.get(event.noun, event.noun)}


@own_page
@post_only("booking:me-record", "public_id")
def download(request: HttpRequest, client: Client) -> HttpResponse:
    """Everything as a ZIP. A POST, because it is noted; throttled, because it is work."""
    try:
        hold_back(request, scope="export")
    except Refusal as error:
        messages.warning(request, error.message)
        return redirect("booking:me-record", public_id=client.public_id)
    response = HttpResponse(zip_of(client), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@own_page
@post_only("booking:me-record", "public_id")
def erase(request: HttpRequest, client: Client) -> HttpResponse:
    """Ask to be erased. A person of the practice decides and does it: nothing is deleted here."""
    if ask_for_erasure(client):
        notice = Notice(
            therapist=None,
            subject=_("A client asks to be erased"),
            text=_("A client asked on their own page to have their record erased. Please look and answer."),
            url_path=reverse("booking:desk-client", args=[client.public_id]),
        )
        tell_staff(notice, dedupe_key=f"erasure:{client.public_id}")
    messages.success(request, _("We have your wish, and answer you."))
    return redirect("booking:me-record", public_id=client.public_id)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def mails(request: HttpRequest, client: Client) -> HttpResponse:
    """Reminders and tips, on or off."""
    if request.method != "POST":
        return mails_page(request, client, MailsForm(initial=wanted(client)))
    with transaction.atomic():
        row = locked(client)
        form = MailsForm(request.POST, initial=wanted(row))
        if form.is_valid():
            choose_mails(row, reminders=form.cleaned_data["reminders"], tips=form.cleaned_data["tips"])
    if not form.errors:
        messages.success(request, _("Saved."))
        return redirect("booking:me-mails", public_id=client.public_id)
    return mails_page(request, client, form, status=422)


def wanted(client: Client) -> dict[str, bool]:
    """Which mails the client wants."""
    return {"reminders": client.reminders_wanted, "tips": client.tips_wanted}


def mails_page(request: HttpRequest, client: Client, form: MailsForm, status: int = 200) -> HttpResponse:
    """The two switches."""
    context = {"client": client, "form": form, "back_url": page_of(client)}
    return render(request, "booking/me/mails.html", context, status=status)
