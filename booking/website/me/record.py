"""What is held about a client: seen, corrected, downloaded, and the wish to have it erased; which mails come."""

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from booking.records.client_export import FILE_NAME, mails_to, record_zip
from booking.records.erasure import RecordCount
from booking.reminders.staff_notices import Notice, desk_page, mail_staff
from booking.website.me.access import client_home_url, own_file_only
from booking.website.me.forms import MailsForm, NameForm, NewAddressForm
from clients.models import Client
from clients.record.access_log import CLIENT_BY_LINK, access_events_of
from clients.record.data_requests import DataRequest, request_data
from clients.record.export import BY_CLIENT
from clients.record.self_service import correct_contact, set_mail_preferences
from clinic.errors import Refusal
from clinic.mail.kinds import secret_codes
from clinic.models import AccessEvent
from clinic.web.edits import locked_row
from clinic.web.http import HttpRequest
from clinic.web.post_only import post_only
from clinic.web.throttle import throttle_request
from clinic.web.typed import typed_at

MOST_ACCESSES_SHOWN = 100


@own_file_only
@require_safe
def record_page(request: HttpRequest, client: Client) -> HttpResponse:
    """All of it on one page. Counts and contact only, no health answer: nothing is logged."""
    return render_record(request, client)


def render_record(
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
        typed = typed_at(request, reverse("booking:me-name", args=[client.public_id]))
    context = {
        "typed_again": typed,
        "client": client,
        "held": held_counts(client),
        "name_form": name_form or NameForm(typed, initial=name_and_phone(client)),
        "address_form": address_form or NewAddressForm(),
        "form": name_form or address_form,
        "back_url": client_home_url(client),
    }
    return render(request, "booking/website/me/record.html", context, status=status)


def name_and_phone(client: Client) -> dict[str, str]:
    """Name and phone as they stand."""
    return {name: getattr(client, name) for name in ("first_name", "last_name", "phone")}


def held_counts(client: Client) -> list[RecordCount]:
    """How much there is of each kind; what there is none of is left out."""
    counts = [
        RecordCount(_("appointments"), client.appointments.count()),
        RecordCount(_("health forms with your answers"), client.intakes.count()),
        RecordCount(_("safety answers at booking"), client.screenings.count()),
        RecordCount(_("care plans"), client.plans.count()),
        RecordCount(_("pain scores"), client.pain_scores.count()),
        RecordCount(_("consents"), client.consents.count()),
        RecordCount(_("mails to you"), mails_to(client).exclude(kind__in=secret_codes()).count()),
    ]
    return [each for each in counts if each.count]


@own_file_only
@require_http_methods(["GET", "HEAD", "POST"])
def correct_name(request: HttpRequest, client: Client) -> HttpResponse:
    """Correct name and phone. A form that came back stands at this address, where a phone may load it anew."""
    if request.method != "POST":
        return redirect("booking:me-record", public_id=client.public_id)
    with transaction.atomic():
        row = locked_row(client)
        form = NameForm(request.POST, initial=name_and_phone(row))
        if form.is_valid():
            typed = form.cleaned_data
            try:
                correct_contact(row, first_name=typed["first_name"], last_name=typed["last_name"], phone=typed["phone"])
            except Refusal as error:
                form.add_error(None, error.message)
    if form.errors:
        return render_record(request, client, name_form=form, status=409 if form.conflicts else 422)
    messages.success(request, _("Saved."))
    return redirect("booking:me-record", public_id=client.public_id)


@own_file_only
@require_safe
def access_history(request: HttpRequest, client: Client) -> HttpResponse:
    """Who looked at the record, or changed it, and when: the newest first."""
    events = access_events_of(client).select_related("user").order_by("-at", "-pk")
    themselves = Q(user=None, actor__in=[BY_CLIENT, CLIENT_BY_LINK])
    own, others = (
        list(found[: MOST_ACCESSES_SHOWN + 1]) for found in (events.filter(themselves), events.exclude(themselves))
    )
    context = {
        "client": client,
        "own": access_lines(own),
        "others": access_lines(others),
        "is_more": max(len(own), len(others)) > MOST_ACCESSES_SHOWN,
        "back_url": reverse("booking:me-record", args=[client.public_id]),
    }
    return render(request, "booking/website/me/access_history.html", context)


def access_lines(events: list[AccessEvent]) -> list[dict[str, object]]:
    """The newest lines as the page shows them."""
    return [
        {"at": event.at, "who": accessed_by(event), "what": accessed_what(event)}
        for event in events[:MOST_ACCESSES_SHOWN]
    ]


def accessed_by(event: AccessEvent) -> str:
    """Who it was, for the client: themselves, someone of the team by name, or the program."""
    if event.user is not None:
        return event.user.name or _("someone of the team")
    if event.actor == CLIENT_BY_LINK:
        return _("you, or whoever had your link")
    return _("you") if event.actor == BY_CLIENT else _("the practice’s program")


def accessed_what(event: AccessEvent) -> str:
    """What was done to what, in words."""
    nouns = {
        "client": _("your file"),
        "contact": _("your name and address"),
        "intake": _("your health form"),
        "care plan": _("your care plan and pain"),
        "consent": _("your consent"),
        "appointment": _("an appointment"),
        "session note": _("a session note"),
        "session note signed for a colleague": _("a session note"),
        "screening": _("your safety answers"),
        "safety answers": _("your safety answers"),
        "whole record": _("your whole record"),
        "wish to be erased": _("your wish to be erased"),
    }
    return _("%(did)s %(noun)s") % {"did": event.get_action_display(), "noun": nouns.get(event.noun, event.noun)}


@own_file_only
@post_only("booking:me-record", "public_id")
def download_record(request: HttpRequest, client: Client) -> HttpResponse:
    """Everything as a ZIP. A POST, because it is noted; throttled, because it is work."""
    try:
        throttle_request(request, scope="export")
    except Refusal as error:
        messages.warning(request, error.message)
        return redirect("booking:me-record", public_id=client.public_id)
    response = HttpResponse(record_zip(client, practice=request.practice), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


@own_file_only
@post_only("booking:me-record", "public_id")
def request_erasure(request: HttpRequest, client: Client) -> HttpResponse:
    """Ask to be erased. A person of the practice decides and does it: nothing is deleted here."""
    if request_data(client, DataRequest.ERASURE):
        mail_staff(
            Notice(
                key=f"erasure:{client.public_id}",
                subject=_("A client asks to be erased"),
                text=_("A client asked on their own page to have their record erased. Please look and answer."),
                url_path=desk_page(client),
            ),
            request.practice,
        )
    messages.success(request, _("We have your wish, and answer you."))
    return redirect("booking:me-record", public_id=client.public_id)


@own_file_only
@require_http_methods(["GET", "HEAD", "POST"])
def mail_preferences(request: HttpRequest, client: Client) -> HttpResponse:
    """Reminders and tips, on or off."""
    if request.method != "POST":
        return render_mail_preferences(request, client, MailsForm(initial=wanted_mails(client)))
    with transaction.atomic():
        row = locked_row(client)
        form = MailsForm(request.POST, initial=wanted_mails(row))
        if form.is_valid():
            set_mail_preferences(row, reminders=form.cleaned_data["reminders"], tips=form.cleaned_data["tips"])
    if not form.errors:
        messages.success(request, _("Saved."))
        return redirect("booking:me-mails", public_id=client.public_id)
    return render_mail_preferences(request, client, form, status=422)


def wanted_mails(client: Client) -> dict[str, bool]:
    """Which mails the client wants."""
    return {"reminders": client.reminders_wanted, "tips": client.tips_wanted}


def render_mail_preferences(request: HttpRequest, client: Client, form: MailsForm, status: int = 200) -> HttpResponse:
    """The page with the switches for reminders and tips."""
    context = {"client": client, "form": form, "back_url": client_home_url(client)}
    return render(request, "booking/website/me/mails.html", context, status=status)
