"""Newer answers came in: we look at the appointment once more; what suits in its place, if something does."""

from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText, Status
from booking.reminders.context import MailContext
from booking.reminders.kind import Recipient, Topic
from booking.reminders.message import Message
from booking.reminders.sample import sample_context
from booking.reminders.standalone import StandaloneKind, of_appointments
from booking.scheduling.order import Order
from clients.models import Intake
from clinic.mail.kinds import register_kind
from clinic.models import Practice


@register_kind
class PleaseLook(StandaloneKind):
    """A topic is the id of the appointment and the key of the intake that its mail speaks of."""

    code, label = "please-look", gettext_lazy("please look at your appointment")
    has_topics = True

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """Without anything instead."""
        return please_look(sample_context(practice, own, appointment), instead=None)

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of requests ahead that wait for somebody's decision on the newest intake: nobody needs to look at others."""
        newer = Intake.objects.filter(client=OuterRef("client"), pk__gt=OuterRef("pk"))
        spoken_of = Intake.objects.filter(Exists(newer), pk__in={int(intake) for _appointment, intake in topics})
        overtaken = set(spoken_of.values_list("pk", flat=True))
        coming = of_appointments({appointment for appointment, _intake in topics}, statuses=(Status.REQUESTED,))
        return {
            (appointment, intake): coming[appointment]
            for appointment, intake in topics
            if appointment in coming and int(intake) not in overtaken
        }


def please_look(mail: MailContext, *, instead: Order | None, doctor_first: bool = False, note: bool = False) -> Message:
    """The message.

    `doctor_first`: a warning sign asks for a doctor before any massage, so one line repeats what the page said. `note`:
    the answers ask for a doctor's note. After an emergency answer there is no such mail.
    """
    return mail.message(
        PleaseLook.code,
        {
            "instead": instead,
            "doctor_first": doctor_first,
            "note": note,
            "button_url": mail.links.appointment(),
            "button_label": _("See your appointment"),
        },
    )
