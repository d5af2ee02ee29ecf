"""Who comes in to a client's own pages, and what all of them share."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from clients.record.access import mailbox_of, own_file
from clinic.accounts.second_factor import is_team_member
from clinic.models import User
from clinic.web.http import HttpRequest
from clinic.web.post_only import form_page_of_path
from clinic.web.typed import forget_typed, keep_typed_form

P = ParamSpec("P")
MailboxView = Callable[Concatenate[HttpRequest, P], HttpResponse]
FileView = Callable[Concatenate[HttpRequest, Client, P], HttpResponse]
AddressView = Callable[Concatenate[HttpRequest, uuid.UUID, P], HttpResponse]


def signed_in_only(view: MailboxView[P]) -> MailboxView[P]:
    """Let in whoever proved a mailbox; lead others to the sign-in by code. The team gets a 404: theirs is the desk.

    What was typed when the sign-in had ended is kept, and the sign-in leads back to it.
    """

    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if isinstance(request.user, User) and is_team_member(request.user):
            raise Http404
        if not mailbox_of(request):
            if request.method == "POST":
                keep_typed_form(request)
            # Back to the page of the form, where it finds what was typed.
            query = "?" + urlencode({"next": form_page_of_path(request.get_full_path())})
            return HttpResponseRedirect(reverse("booking:me-sign-in") + query)
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            forget_typed(request)
        return response

    return wrapped


def own_file_only(view: FileView[P]) -> AddressView[P]:
    """Let in whoever proved the mailbox of this client's file. Another's is a 404 (I8).

    The file of somebody for whom the mailbox's owner only booked opens no page but the one with its appointments.
    """

    @signed_in_only
    @wraps(view)
    def wrapped(request: HttpRequest, /, public_id: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        client = own_file(request, public_id)
        if client.hides_health:
            said = _("Only %(name)s sees this. They can ask us, and give us a mailbox of their own.")
            messages.info(request, said % {"name": client.called})
            return redirect(client_home_url(client))
        return view(request, client, *args, **kwargs)

    return wrapped  # type: ignore[return-value] # Django passes `public_id` by name


def appointments_of_own_file(view: FileView[P]) -> AddressView[P]:
    """Let in whoever proved the mailbox, also of somebody for whom they booked: for a page without health answers."""

    @signed_in_only
    @wraps(view)
    def wrapped(request: HttpRequest, /, public_id: uuid.UUID, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, own_file(request, public_id), *args, **kwargs)

    return wrapped  # type: ignore[return-value] # Django passes `public_id` by name


def client_home_url(client: Client) -> str:
    """The address of a client's own first page."""
    return reverse("booking:me-file", args=[client.public_id])
