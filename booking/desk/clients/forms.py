"""The forms of a client's file at the desk: how to reach them, the alert, a document."""

import datetime as dt
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.appointments.doctor_note import NoteFileForm
from booking.appointments.forms import DATE, LaidOut, form_helper
from clients.models import Attachment, Client
from clinic.models import AccessEvent
from clinic.web.edits import Editor, MergedRowForm

CONTACT_FIELDS = ("client", "contact")


class MergesFiles(MergedRowForm):
    """A form over a client's file."""

    instance: Client

    def editor(self, since: dt.datetime | None) -> Editor | None:
        """Who saved the file since the page was shown: somebody of the team, or the client."""
        found = [super().editor(since), self.last_change(since)]
        return max((each for each in found if each is not None), key=lambda each: each.at, default=None)

    def last_change(self, since: dt.datetime | None) -> Editor | None:
        """The last line of the access log that tells of a change."""
        changes = AccessEvent.objects.filter(client=self.instance.public_id, noun__in=CONTACT_FIELDS, action="change")
        last = changes.filter(at__gte=since).select_related("user").order_by("-at").first() if since else None
        return Editor(str(last.user or self.instance), last.at) if last is not None else None


# What only those see and change who read health records.
OF_HEALTH = ("physician",)


class ContactForm(MergesFiles):
    """How to reach a client, whom to call for them, and the note for the desk."""

    class Meta:
        model = Client
        fields = (
            *("first_name", "last_name", "email", "mailbox_is_anothers", "phone", "born_on"),
            *("emergency_contact", "physician", "desk_note"),
        )
        widgets = {"born_on": DATE}

    def __init__(self, *args: Any, may_read_health: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_read_health:
            for name in OF_HEALTH:
                del self.fields[name]
        whose = ["mailbox_is_anothers"] if self.instance.mailbox_is_anothers else []
        if not whose:
            del self.fields["mailbox_is_anothers"]
        below = [name for name in ("emergency_contact", *OF_HEALTH, "desk_note") if name in self.fields]
        self.helper = form_helper(
            Div("first_name", "last_name", css_class="side-by-side"), "email", *whose, "phone", "born_on", *below
        )

    def clean(self) -> dict[str, Any]:
        """Another mailbox is taken for the client's own."""
        typed: dict[str, Any] = super().clean() or {}
        if "mailbox_is_anothers" in self.fields and "email" in self.changed_data:
            typed["mailbox_is_anothers"] = False
        return typed


class AlertForm(LaidOut, MergesFiles):
    """What stands out in the file and on each appointment."""

    shown_as = "alert_shown"

    class Meta:
        model = Client
        fields = ("alert", "alert_for_desk")
        widgets = {"alert": forms.Textarea(attrs={"rows": 3})}

    def clean(self) -> dict[str, Any]:
        """Nothing is shown to the desk of an alert that is to be written one day."""
        typed: dict[str, Any] = super().clean() or {}
        if "alert" in typed and not typed["alert"].strip():
            typed["alert_for_desk"] = False
        return typed


class DocumentForm(NoteFileForm):
    """A file with what it is."""

    label = forms.CharField(
        label=_("What it is"),
        max_length=Attachment._meta.get_field("label").max_length,
        help_text=_("Such as a referral, an insurer’s letter, a signed form."),
        error_messages={"required": _("Please say what it is.")},
    )
    layout = ("label", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Photo or file")
