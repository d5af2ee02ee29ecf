"""The doctor's note as a file: the form that takes it, for client and desk, and who is told that it came."""

import uuid

from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.appointments.forms import LaidOut
from booking.models import Appointment
from booking.reminders.staff_notices import Notice, mail_staff
from clients.models import Attachment
from clients.record.attachments import keep_attachment
from clinic.errors import Refusal
from clinic.models import Practice, User
from clinic.web.uploads import UploadField

ACCEPTED = ",".join(Attachment.MediaType.values)


class NoteFileForm(LaidOut, forms.Form):
    """One file."""

    file = UploadField(
        label=gettext_lazy("Photo or file of the note"),
        help_text=gettext_lazy("PDF, JPEG or PNG, at most 10 MB."),
        accept=ACCEPTED,
    )
    use_required_attribute = False


def take_note(appointment: Appointment, form: NoteFileForm, *, practice: Practice, by: User | None = None) -> bool:
    """Keep the file of a form with the client of an appointment; False where the form is refused and says why.

    The therapist is told of what a client sends, in neutral words; not at night.
    """
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            attachment, is_new = keep_attachment(
                appointment.client, form.cleaned_data["file"], appointment=appointment.public_id, by=by
            )
            if is_new and by is None:
                tell_therapist(appointment, attachment.public_id, practice)
    except Refusal as refusal:
        form.add_error("file", refusal.for_team if by else refusal.message)
        return False
    return True


def tell_therapist(appointment: Appointment, about: uuid.UUID, practice: Practice) -> None:
    """Tell whoever gives the session that something came in; not at night, unless the morning is too late."""
    now = timezone.now()
    morning = practice.quiet_hours.put_off(now)
    mail_staff(
        Notice(
            key=f"file:{about}",
            therapist=appointment.therapist,
            subject=_("Something came in for an appointment"),
            text=_("A client has sent you a file. Please look at it before the appointment."),
            url_path=reverse("booking:desk-appointment-doctor-note", args=[appointment.public_id]),
            not_before=morning if morning < appointment.starts_at else now,
            not_after=appointment.starts_at,
        ),
        practice,
    )


def notes_on_file(appointment: Appointment) -> list[Attachment]:
    """Every note of an appointment's client without its content, the newest first; one may be of an earlier time."""
    return list(Attachment.objects.doctor_notes().listed().filter(client=appointment.client_id))
