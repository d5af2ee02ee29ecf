"""The recall list: who has not come for long, the mail to them, and who came back."""

import uuid
from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.appointments.access import log_list_access, team_only
from booking.appointments.recall import (
    lapsed,
    lapsed_clients,
    note_no,
    recalled_clients,
    send_recalls,
    take_back_recalls,
)
from booking.desk.reports.counts import planned_for_the_dates
from booking.desk.reports.rights import report_scope
from booking.reminders.kinds.recall import recall_message
from booking.reminders.message import Message
from clinic.models import OutgoingMail, Practice
from clinic.operations.logs import mask_tokens
from clinic.web.http import StaffRequest
from clinic.web.links import uuid_or_none
from clinic.web.post_only import post_only

WEEKS = (4, 6, 8, 12, 26, 52)
USUAL_WEEKS = 12
CLIENTS_PER_PAGE = 50
MOST_RECALLED_SHOWN = 200


def number_chosen(text: str, choices: Collection[int], usual: int) -> int:
    """The number that an address or a form names, where it is a choice; else the usual one."""
    return int(text) if text.isdecimal() and int(text) in choices else usual


def chosen_weeks(query: QueryDict) -> int:
    """For how many weeks who is listed has not come."""
    return number_chosen(query.get("weeks", ""), WEEKS, USUAL_WEEKS)


@team_only
@require_safe
def recall_page(request: StaffRequest) -> HttpResponse:
    """The list of one page, with the mail as it would go, and who was asked lately."""
    weeks, scope = chosen_weeks(request.GET), report_scope(request.user)
    with planned_for_the_dates():
        page = Paginator(lapsed(weeks, therapist=scope.therapist), CLIENTS_PER_PAGE).get_page(request.GET.get("page"))
        people = lapsed_clients(page, weeks=weeks)
    log_list_access(request.user, "recall list")
    asked = recalled_clients(therapist=scope.therapist, limit=MOST_RECALLED_SHOWN)
    free = [each for each in people if not each.obstacle]
    context: dict[str, Any] = {
        "weeks": weeks,
        "choices": WEEKS,
        "page": page,
        "people": people,
        "count": page.paginator.count,
        "free": len(free),
        "mail": preview(free[0].last, request.practice) if free else None,
        "asked": asked,
        "booked": sum(each.booked is not None for each in asked),
        "waiting": sum(each.mail.state in OutgoingMail.PENDING for each in asked),
    }
    return render(request, "booking/desk/reports/recall.html", context)


def preview(last: Any, practice: Practice) -> Message:
    """The mail as the first of the list would get it; its links open nothing."""
    message = recall_message(last, practice, stop_url="")
    return Message(message.subject, mask_tokens(message.text), "")


def chosen(request: StaffRequest) -> set[uuid.UUID]:
    """The clients that were ticked."""
    found = (uuid_or_none(text) for text in request.POST.getlist("client")[: 2 * CLIENTS_PER_PAGE])
    return {each for each in found if each is not None}


def back(request: StaffRequest) -> HttpResponse:
    """To the list that the form stood on."""
    weeks = chosen_weeks(request.POST)
    return redirect(f"{reverse('booking:desk-recall')}?weeks={weeks}")


@team_only
@post_only("booking:desk-recall")
def send_recall_mails(request: StaffRequest) -> HttpResponse:
    """Mail those who were ticked, and say how many were left out and why."""
    clients = chosen(request)
    if not clients:
        messages.error(request, _("Please tick whom to ask."))
        return back(request)
    weeks, scope = chosen_weeks(request.POST), report_scope(request.user)
    sent, left_out = send_recalls(
        clients, weeks=weeks, practice=request.practice, by=request.user, therapist=scope.therapist
    )
    for each in left_out:
        messages.warning(request, _("%(client)s: %(why)s") % {"client": each.client, "why": each.obstacle})
    if sent:
        said = ngettext("One mail goes out in a few minutes.", "%(count)d mails go out in a few minutes.", len(sent))
        messages.success(request, said % {"count": len(sent)})
    elif not left_out:
        messages.warning(request, _("Nobody of them needs to be asked any more."))
    return back(request)


@team_only
@post_only("booking:desk-recall")
def note_refusal(request: StaffRequest) -> HttpResponse:
    """Those who were ticked said no: they get no such mails, nor tips."""
    count = note_no(chosen(request), by=request.user)
    if count:
        said = ngettext(
            "Noted. One client gets no invitations and no tips by mail any more.",
            "Noted. %(count)d clients get no invitations and no tips by mail any more.",
            count,
        )
        messages.success(request, said % {"count": count})
    else:
        messages.error(request, _("Please tick who said no."))
    return back(request)


@team_only
@post_only("booking:desk-recall")
def withdraw_recall_mails(request: StaffRequest) -> HttpResponse:
    """Withdraw what has not gone."""
    asked = recalled_clients(therapist=report_scope(request.user).therapist, limit=MOST_RECALLED_SHOWN)
    count = take_back_recalls(asked)
    said = ngettext("Taken back: one mail.", "Taken back: %(count)d mails.", count) % {"count": count}
    messages.success(request, said if count else _("All of them have gone by now."))
    return back(request)
