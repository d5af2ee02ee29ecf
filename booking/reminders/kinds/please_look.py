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


class AboutNewerAnswers(StandaloneKind):
    """A topic is the id of the appointment and the key of the intake that its mail speaks of."""

    has_topics = True

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


@register_kind
class PleaseLook(AboutNewerAnswers):
    """Never where a doctor comes first (booking.reminders.kinds.doctor_first)."""

    code, label = "please-look", gettext_lazy("please look at your appointment")

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """Without anything instead."""
        return please_look(sample_context(practice, own, appointment), instead=None)


def please_look(mail: MailContext, *, instead: Order | None, note: bool = False) -> Message:
    """The message. `note`: the answers ask for a word from a doctor or midwife."""
    return mail.message(
        PleaseLook.code,
        {
            "instead": instead,
            "note": note,
            "button_url": mail.links.appointment(),
            "button_label": _("See your appointment"),
        },
    )
