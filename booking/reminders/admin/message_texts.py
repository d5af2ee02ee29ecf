"""How the practice words its mails: written here, looked at before anyone gets them, sent to oneself to try."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.models import Appointment, MessageText
from booking.reminders.kind import variables_of, worded_kinds
from booking.reminders.kinds.staff import Staff
from booking.reminders.sample import latest_appointment, sample_mail
from booking.reminders.standalone import queue_message
from booking.reminders.wording import VARIABLES
from clients.record.access_log import note_access
from clinic.admin.base import Admin, MergedForm
from clinic.mail.preview import preview_page
from clinic.models import AccessEvent, User
from clinic.operations.worker_signals import wake_worker
from clinic.web.http import practice_of
from clinic.web.post_only import post_only


class MessageTextForm(MergedForm):
    """The words of one kind; the model says what is wrong with them."""

    class Meta:
        model = MessageText
        fields = ["kind", "active", "subject", "opening", "closing"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.code, kind.label) for kind in worded_kinds()]  # type: ignore[attr-defined] # a choice field


@admin.register(MessageText)
class MessageTextAdmin(Admin[MessageText]):
    """Subject, opening and closing of each kind of mail."""

    form = MessageTextForm
    list_display = ("kind", "active", "subject", "changed_at")
    change_form_template = "booking/admin/message_text.html"

    def get_fieldsets(self, request: HttpRequest, obj: MessageText | None = None) -> Any:
        """The fields, with the variables that this kind of mail knows; a new row is told those of most kinds."""
        known = variables_of(obj.kind) if obj else VARIABLES
        description = format_html(
            "{} {}.",
            _(
                "Empty fields are said as Warmstone says them. An empty line begins a new paragraph. The greeting, "
                "time and place, tips, buttons, codes and calendar file come by themselves. You can use:"
            ),
            ", ".join(f"{{{name}}}" for name in known),
        )
        words = {"description": description, "fields": ("subject", "opening", "closing")}
        return ((None, {"fields": ("kind", "active")}), (_("Your words"), words))

    def get_readonly_fields(self, request: HttpRequest, obj: MessageText | None = None) -> Any:
        """A row stays with its kind."""
        return ("kind",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: MessageText, form: object, change: bool) -> None:
        """Save, with the moment."""
        obj.changed_at = timezone.now()
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        """The preview and its button, beside the usual pages."""
        wrap = self.admin_site.admin_view
        to_preview = post_only("admin:booking_messagetext_preview", "key")
        return [
            path("<int:key>/preview/", wrap(require_safe(self.preview)), name="booking_messagetext_preview"),
            path("<int:key>/preview/html/", wrap(require_safe(self.preview_html)), name="booking_messagetext_html"),
            path("<int:key>/send/", wrap(to_preview(self.send)), name="booking_messagetext_send"),
            *super().get_urls(),
        ]

    def text(self, request: HttpRequest, key: int) -> MessageText:
        """The row, for someone who may change it. Raises Http404 or PermissionDenied."""
        text = self.get_object(request, str(key))
        if text is None:
            raise Http404
        if not self.has_change_permission(request, text):
            raise PermissionDenied
        return text

    def preview(self, request: HttpRequest, key: int) -> HttpResponse:
        """The mail in text, with the way to its HTML."""
        text = self.text(request, key)
        appointment = appointment_to_show(request, text)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Preview: %(kind)s") % {"kind": text.get_kind_display()},
            "opts": self.opts,
            "text": text,
            "message": sample_mail(text, practice_of(request), appointment),
            "appointment": appointment,
            "made_up": appointment is None and "first_name" in variables_of(text.kind),
        }
        return render(request, "booking/admin/message_preview.html", context)

    def preview_html(self, request: HttpRequest, key: int) -> HttpResponse:
        """The HTML body of the mail as a page, as a mail program shows it."""
        text = self.text(request, key)
        return preview_page(sample_mail(text, practice_of(request), appointment_to_show(request, text)).html)

    def send(self, request: HttpRequest, key: int) -> HttpResponse:
        """Mail it to the person who asks: about a client who is nobody, because a client's mail is that client's."""
        text = self.text(request, key)
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        # As a notice: neither calendar file, headers nor links, which would be about an appointment that is nowhere.
        message = replace(
            sample_mail(text, practice_of(request)), calendar="", calendar_method="", headers={}, links=()
        )
        queue_message(Staff.code, message, to=request.user.email, name=str(request.user))
        wake_worker("clinic.tasks.send_mail")
        messages.success(request, _("On its way to %(address)s.") % {"address": request.user.email})
        return HttpResponseRedirect(reverse("admin:booking_messagetext_preview", args=[text.pk]))


def appointment_to_show(request: HttpRequest, text: MessageText) -> Appointment | None:
    """The latest appointment that fits, with a line in the access log: its mail may carry the client's own tips."""
    appointment = latest_appointment(text.kind)
    if appointment is not None:
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        note_access(appointment.client, noun="mail preview", action=AccessEvent.Action.VIEW, user=request.user)
    return appointment
