"""A question of safety is still open: where the client answers it. What it asks stands behind the link only."""

import uuid
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.errors import NotPossible
from booking.models import Appointment
from booking.reminders.kind import Recipient, Topic
from booking.reminders.kinds.care_plan import PAGE_OPEN_FOR
from booking.reminders.standalone import LinkKind, queue_message
from clients.models import CarePlan
from clinic.mail.kinds import register_kind
from clinic.models import LinkPurpose, OutgoingMail, Practice
from clinic.operations.worker_signals import wake_worker
from clinic.web.links import link_url, mint_link


@register_kind
class QuestionsOpen(LinkKind):
    """A topic is the id of the plan that waits for the answers."""

    code, label = "questions-open", gettext_lazy("questions still open")
    button_label = gettext_lazy("Answer the questions")

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of plans whose questions nobody has answered: the newest of their client."""
        ids = {topic[0] for topic in topics}
        rows = CarePlan.objects.filter(public_id__in=ids, provisional=True, client__erased_at=None)
        newest = {
            plan.client_id: plan.pk
            for plan in CarePlan.objects.filter(client__in=rows.values("client")).order_by("made_at", "pk")
        }
        current = [row for row in rows.select_related("client") if newest[row.client_id] == row.pk]
        return {(str(row.public_id),): Recipient(row.client) for row in current}


def mail_questions(plan: CarePlan, appointment: Appointment, practice: Practice) -> OutgoingMail:
    """Queue a mail with a link to the open questions of a plan, useful until the appointment begins.

    It goes to the address on file only. Raises NotPossible where there is none.
    """
    client = plan.client
    if not client.email or client.email_error:
        raise NotPossible(_("There is no e-mail address that reaches this client. Please ask them by phone."))
    if client.hides_health:
        raise NotPossible(_("The e-mail address on file is somebody else’s. Please ask them by phone."))
    with transaction.atomic():
        token = mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=PAGE_OPEN_FOR, by_mail=True)
        queued = queue_message(
            QuestionsOpen.code,
            QuestionsOpen.message(practice, first_name=client.called, url=link_url("clients:care", token)),
            client=client,
            not_after=appointment.starts_at if appointment.starts_at > timezone.now() else None,
            dedupe_key=f"questions:{plan.public_id}:{uuid.uuid4().hex}",
        )
        transaction.on_commit(wake_worker)
    return queued
