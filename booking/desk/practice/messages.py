"""Messages: every mail and what became of it, those that need a person first."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.appointments.access import (
    appointments_for,
    clients_for,
    log_list_access,
    mail_for,
    mails_for,
    reminders_for,
    team_only,
)
from booking.desk.banners import banners
from booking.desk.practice.appointment_mails import mail_line, raw_server_reply, reminder_line
from booking.models import Appointment, Reminder, ReminderState
from booking.reminders.resend import resend_mail
from clients.models import Client
from clients.record.addresses import mark_email_bounced
from clinic.errors import Refusal
from clinic.mail.kinds import KINDS
from clinic.mail.preview import preview_page
from clinic.models import MailState, OutgoingMail, User
from clinic.models.mail import OutgoingMailQuerySet
from clinic.operations.logs import mask_tokens
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

MESSAGES_PER_PAGE = 50
MOST_UNSENT_SHOWN = 200
# A choice beside the states: everything that a person should act on, however old.
NEEDS_ATTENTION = "needs-you"
# Another: what was owed and did not become a mail.
NOT_SENT = "not-sent"
ATTENTION_WINDOW = dt.timedelta(days=14)


def filter_mails(mails: OutgoingMailQuerySet, words: str, kind: str, state: str) -> OutgoingMailQuerySet:
    """Mails by recipient, kind and state; those of the last two weeks that need a person come first."""
    recipient = Q()
    for word in words.split()[:5]:
        recipient &= Q(to_email__icontains=word) | Q(to_name__icontains=word)
    if words:
        # Mails keep the name that they went to; the files know how it is searched.
        recipient |= Q(to_name__in=[str(each) for each in Client.objects.matching(words)[:MOST_UNSENT_SHOWN]])
    mails = mails.filter(recipient)
    if kind in KINDS:
        mails = mails.filter(kind=kind)
    if state == NEEDS_ATTENTION:
        mails = mails.needing_attention()
    elif state in MailState.values:
        mails = mails.filter(state=state)
    pressing = OutgoingMail.objects.needing_attention().still_urgent(timezone.now() - ATTENTION_WINDOW)
    urgency = Case(When(pk__in=pressing.values("pk"), then=Value(0)), default=Value(1), output_field=IntegerField())
    return mails.annotate(urgency=urgency).order_by("urgency", "-created_at", "-id")


def unsent_reminders(reminders: QuerySet[Reminder], words: str, kind: str) -> QuerySet[Reminder]:
    """Messages that were owed and did not become a mail, by client and kind; the latest decision first."""
    if words:
        reminders = reminders.filter(appointment__client__in=Client.objects.matching(words))
    if kind in KINDS:
        reminders = reminders.filter(kind=kind)
    skipped = reminders.filter(state=ReminderState.SKIPPED).select_related("appointment__client", "mail")
    return skipped.order_by("-settled_at", "-id")


@team_only
@require_safe
def message_list(request: StaffRequest) -> HttpResponse:
    """The list, searched by client, kind and state; those that were never sent, with the reason, are a list besides."""
    asked = {name: request.GET.get(name, "").strip()[:200] for name in ("q", "kind", "state")}
    rows: QuerySet[Any]
    if asked["state"] == NOT_SENT:
        rows = unsent_reminders(reminders_for(request.user), asked["q"], asked["kind"])
    else:
        mails = filter_mails(mails_for(request.user), asked["q"], asked["kind"], asked["state"])
        rows = mails.defer("html", "text", "calendar")
    page = Paginator(rows, MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    unwritten = reminders_for(request.user).filter(Reminder.UNWRITTEN)
    on_top = page.number == 1 and asked["state"] in ("", NEEDS_ATTENTION)
    first = unsent_reminders(unwritten, asked["q"], asked["kind"])[:MESSAGES_PER_PAGE] if on_top else ()
    log_list_access(request.user, "messages")
    context = {
        **asked,
        "page": page,
        "lines": [(reminder_line(row) if isinstance(row, Reminder) else mail_line(row)) for row in (*first, *page)],
        "kinds": [(kind.code, kind.label) for kind in KINDS.values() if not kind.secret],
        "states": [(NEEDS_ATTENTION, _("needs you")), (NOT_SENT, _("not sent, and why")), *MailState.choices],
        "banners": banners(request.user),
    }
    return render(request, "booking/desk/messages.html", context)


@team_only
@require_safe
def message_page(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One mail, as it was written; its links are the recipient's alone."""
    mail = mail_for(request.user, public_id)
    log_list_access(request.user, "message")
    line, appointment = mail_line(mail), appointment_of_mail(request.user, mail)
    context = {
        "mail": mail,
        "words": mask_tokens(mail.text),
        "line": line,
        "server_said": raw_server_reply(line),
        "again": mail.resends.order_by("created_at"),
        "needs_you": OutgoingMail.objects.needing_attention().filter(pk=mail.pk).exists(),
        "appointment": appointment,
        "recipient": appointment.client if appointment else named_recipient(request.user, mail),
        "may_come_back": mail.state == MailState.SENT and Client.objects.at_mailbox(mail.to_email).exists(),
    }
    return render(request, "booking/desk/message.html", context)


def appointment_of_mail(user: User, mail: OutgoingMail) -> Appointment | None:
    """The appointment that a mail is about; of one that was sent again, that of the first."""
    keys = [key for key in (mail.pk, mail.resend_of_id) if key]
    found = appointments_for(user).filter(reminders__mail__in=keys).select_related("client", "service")
    return found.first()


def named_recipient(user: User, mail: OutgoingMail) -> Client | None:
    """The file of the name and the address that a mail went to, where there is one."""
    files = clients_for(user).at_mailbox(mail.to_email)
    return next((each for each in files if str(each) == mail.to_name), None)


@team_only
@require_safe
def message_html(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """One mail as it looked to its recipient. A mail without HTML has no such page."""
    mail = mail_for(request.user, public_id)
    if not mail.html:
        raise Http404
    log_list_access(request.user, "message")
    return preview_page(mail.html)


@team_only
@post_only("booking:desk-message", "public_id")
def resend_message(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Send the same words again, as a mail of its own."""
    mail = mail_for(request.user, public_id)
    try:
        copy = resend_mail(mail)
    except Refusal as refusal:
        messages.error(request, refusal.for_team)
        return redirect("booking:desk-message", public_id=public_id)
    messages.success(request, _("Written again; it goes out within a minute."))
    return redirect("booking:desk-message", public_id=copy.public_id)


@team_only
@post_only("booking:desk-message", "public_id")
def acknowledge_message(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that this person has dealt with a mail that needed somebody: they called, or it does not matter."""
    if mails_for(request.user).filter(pk=mail_for(request.user, public_id).pk).see(request.user):
        messages.success(request, _("Noted: you have dealt with it."))
    return redirect("booking:desk-message", public_id=public_id)


@team_only
@post_only("booking:desk-message", "public_id")
def mark_message_bounced(request: StaffRequest, public_id: uuid.UUID) -> HttpResponse:
    """Note that a mail came back days later, by a report to the practice's own mailbox."""
    if mark_email_bounced(mail_for(request.user, public_id).to_email, by=request.user):
        messages.success(
            request, _("Noted. It stands in the file and on each appointment until the address is changed.")
        )
    else:
        messages.error(request, _("No file has this address any more."))
    return redirect("booking:desk-message", public_id=public_id)
