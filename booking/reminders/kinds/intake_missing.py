"""Please fill the intake: some days before the appointment, and at once where the client asks for the link."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.errors import NotPossible
from booking.models import AHEAD, Appointment
from booking.reminders.compose import compose, load_contexts
from booking.reminders.context import MailContext
from booking.reminders.kind import Recipient, Topic
from booking.reminders.message import Unneeded
from booking.reminders.standalone import of_appointments, queue_message
from booking.reminders.timing import BeforeStart
from clients.models import IntakeRequest
from clinic.mail.kinds import register_kind
from clinic.models import OutgoingMail, Practice
from clinic.operations.worker_signals import wake_worker


@register_kind
class IntakeMissing(BeforeStart):
    """Owed by appointments of services that ask for an intake."""

    code, label = "intake-missing", gettext_lazy("please fill in the health form")
    minutes = 3 * 24 * 60
    has_topics = True

    def context(self, mail: MailContext) -> dict[str, Any]:
        """The link. Raises Unneeded once the intake is filled."""
        url = mail.links.intake()
        if not url:
            raise Unneeded(_("The intake is filled."))
        return {"button_url": url, "button_label": _("Fill in the health form")}

    def never_owed(self, appointment: Appointment) -> str:
        """Where the service asks for none."""
        return "" if appointment.service.asks_intake else _("This service asks for no intake.")

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of intakes that are still to be filled, for appointments that will be."""
        rows = IntakeRequest.objects.awaited().filter(public_id__in={topic[0] for topic in topics})
        asked = {str(row.public_id): str(row.appointment) for row in rows if row.appointment}
        coming = of_appointments(set(asked.values()), statuses=AHEAD)
        found = {topic: coming.get(asked.get(topic[0], "")) for topic in topics}
        return {topic: recipient for topic, recipient in found.items() if recipient is not None}


def mail_intake_link(appointment: Appointment, asked: IntakeRequest, practice: Practice) -> OutgoingMail:
    """Queue a mail with a new link to the intake, useful until the appointment begins.

    It goes to the address on file only, so whoever holds the appointment's link learns no health answer by it (I10).
    Raises NotPossible where there is no address.
    """
    client = appointment.client
    if not client.email:
        raise NotPossible(_("We have no e-mail address of yours. Please call us."))
    mail = load_contexts([appointment], practice)[appointment.pk]
    with transaction.atomic():
        queued = queue_message(
            IntakeMissing.code,
            compose(IntakeMissing.code, replace(mail, intake=asked.public_id)),
            client=client,
            not_after=appointment.starts_at,
            dedupe_key=f"intake:{asked.public_id}:{uuid.uuid4().hex}",
        )
        transaction.on_commit(wake_worker)
    return queued
