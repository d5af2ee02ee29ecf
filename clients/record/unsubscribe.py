"""Ending tips by e-mail: a page with a button for people, one POST for mail programs (RFC 8058)."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from clients.models import Client
from clinic.models import ClientLink, LinkPurpose
from clinic.web.http import HttpRequest
from clinic.web.links import opened_by_link, uuid_or_none


# A mail program posts without cookies; the token in the address is its right to do so.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_by_token(request: HttpRequest, key: str) -> HttpResponse:
    """The address in the mail. POST with its token acts at once; a person's GET leads to the page without the token."""
    if request.method == "POST" and uuid_or_none(key) is None:
        link = ClientLink.objects.opened_by(key, LinkPurpose.STOP)
        if link is None:
            raise Http404
        end_mails(link.subject, reminders=False)
        return HttpResponse(_("Done. You get no more tips by e-mail."), content_type="text/plain; charset=utf-8")
    return stop_mails_page(request, key)


@opened_by_link(LinkPurpose.STOP)
@csrf_protect
def stop_mails_page(request: HttpRequest, subject: uuid.UUID) -> HttpResponse:
    """What comes by mail, and the button that ends it."""
    client = client_of_stop_link(subject)
    if request.method == "POST":
        end_mails(subject, reminders="reminders" in request.POST)
        messages.success(request, _("Done. You get no more mails of this kind."))
        return redirect("clients:stop-mails", key=str(subject))
    return render(
        request, "clients/record/unsubscribe.html", {"tips": client.tips_wanted, "reminders": client.reminders_wanted}
    )


def end_mails(subject: uuid.UUID, *, reminders: bool) -> None:
    """Switch off tips, and reminders too where asked. Doing it twice changes nothing."""
    client = client_of_stop_link(subject)
    client.tips_wanted = False
    if reminders:
        client.reminders_wanted = False
    client.save(update_fields=["tips_wanted", "reminders_wanted"])


def client_of_stop_link(subject: uuid.UUID) -> Client:
    """The client of a link; an erased one is nobody any more."""
    return get_object_or_404(Client, public_id=subject, erased_at=None).current_file()
