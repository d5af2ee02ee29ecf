"""We would be glad to see you again: to clients who have not come for long, chosen by a person at the desk.

The ledger of mails is the only record of who was asked, and when.
"""

import datetime as dt
from collections.abc import Collection, Mapping

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText, Service, Therapist
from booking.reminders.compose import one_click
from booking.reminders.kind import Recipient, Topic
from booking.reminders.links import STOP_LASTS, booking_page
from booking.reminders.message import Message, greeting_name
from booking.reminders.sample import made_up_appointment
from booking.reminders.standalone import StandaloneKind, queue_message, standalone_message
from booking.reminders.wording import PRACTICE
from clients.models import Client, ClientQuerySet, Intake
from clinic.mail.kinds import register_kind
from clinic.models import LinkPurpose, OutgoingMail, Practice
from clinic.web.links import link_url, mint_link

USEFUL_FOR = dt.timedelta(days=7)


@register_kind
class Recall(StandaloneKind):
    """A topic is the public id of the client, and the day on which they were asked."""

    code, label = "recall", gettext_lazy("invitation to come again")
    variables = ("first_name", "service", "therapist", *PRACTICE)
    has_topics = True

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """After an appointment, or one that is made up."""
        last = appointment or made_up_appointment(practice).appointment
        return recall_message(last, practice, stop_url=link_url("clients:stop-mails", "sample"), own=own)

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Clients who may be asked and have nothing booked."""
        rows = may_be_recalled(Client.objects.filter(public_id__in={topic[0] for topic in topics}))
        booked = set(Appointment.objects.holding().filter(client__in=rows).values_list("client_id", flat=True))
        found = {str(row.public_id): Recipient(row) for row in rows if row.pk not in booked}
        return {topic: found[topic[0]] for topic in topics if topic[0] in found}


def may_be_recalled(clients: ClientQuerySet) -> ClientQuerySet:
    """Those whom a mail reaches and who want such mails; not who asked for erasure, and nobody whose answers wait for
    somebody of the team."""
    waiting = Intake.objects.needing_call().values("client")
    wanted = clients.open_files().filter(
        tips_wanted=True, email_error="", erasure_requested_at=None, may_book_online=True
    )
    return wanted.exclude(email="").exclude(pk__in=waiting)


def recall_message(last: Appointment, practice: Practice, *, stop_url: str, own: MessageText | None = None) -> Message:
    """The message to the client of an appointment, with the way to book the same again and the way to end such
    mails."""
    name = greeting_name(last.client.called)
    words = {
        "first_name": name,
        "service": last.service.name,
        "button_url": rebooking_page(last.service, last.therapist),
        "button_label": _("Choose a time"),
        "unsubscribe_url": stop_url,
    }
    values = {"first_name": name, "service": last.service.name, "therapist": last.therapist.name}
    message = standalone_message(Recall.code, practice, words, own, **values)
    return Message(message.subject, message.text, message.html, headers=one_click(stop_url))


def rebooking_page(service: Service, therapist: Therapist) -> str:
    """Where the same is booked with the same therapist, if they still give it; else with anybody, or any service."""
    gives = service.pk and service.active and service.therapists.at_work().filter(pk=therapist.pk).exists()
    return booking_page(service, therapist=therapist if gives else None)


def queue_recall(last: Appointment, practice: Practice) -> OutgoingMail:
    """Queue the mail to the client of an appointment; it waits as long as a confirmation does, so that it can be taken
    back. One a day and client, whoever asks. Call it in a transaction."""
    now, client = timezone.now(), last.client
    token = mint_link(purpose=LinkPurpose.STOP, subject=client.public_id, lasts=STOP_LASTS, by_mail=True)
    goes_at = practice.quiet_hours.put_off(now + dt.timedelta(minutes=practice.confirmation_delay_minutes))
    return queue_message(
        Recall.code,
        recall_message(last, practice, stop_url=link_url("clients:stop-mails", token)),
        client=client,
        not_before=goes_at,
        not_after=goes_at + USEFUL_FOR,
        dedupe_key=f"{Recall.code}:{client.public_id}:{now.astimezone(practice.zone):%Y%m%d}",
    )
