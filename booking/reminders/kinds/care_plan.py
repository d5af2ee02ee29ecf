"""The therapist has approved the client's home care: where it is read. What it says stands there only."""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import Appointment, MessageText
from booking.reminders.kind import Recipient, Topic
from booking.reminders.message import Message, greeting_name
from booking.reminders.standalone import StandaloneKind, queue_message, standalone_message
from booking.reminders.wording import PRACTICE
from clients.models import CarePlan
from clinic.mail.kinds import register_kind
from clinic.models import LinkPurpose, OutgoingMail, Practice
from clinic.web.links import link_url, mint_link

# A plan approved longer ago than this is not news; its page is open from the desk and the intake all the same.
NEWS_FOR = dt.timedelta(days=2)
USEFUL_FOR = dt.timedelta(days=7)
PAGE_OPEN_FOR = dt.timedelta(days=90)


@register_kind
class CarePlanReady(StandaloneKind):
    """A topic is the id of the plan."""

    code, label = "care-plan", gettext_lazy("care plan")
    variables = ("first_name", *PRACTICE)
    has_topics = True

    def sample(self, practice: Practice, own: MessageText, appointment: Appointment | None) -> Message:
        """Of the client of the appointment."""
        name = appointment.client.called if appointment else _("Alex")
        return care_plan(practice, first_name=name, url=link_url("clients:care", "sample"), own=own)

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of approved plans of clients who want tips by mail."""
        ids = {topic[0] for topic in topics}
        rows = CarePlan.objects.filter(public_id__in=ids, state=CarePlan.State.APPROVED, client__tips_wanted=True)
        return {(str(row.public_id),): Recipient(row.client) for row in rows.select_related("client")}


def care_plan(practice: Practice, *, first_name: str, url: str, own: MessageText | None = None) -> Message:
    """The message, with the address of the plan."""
    name = greeting_name(first_name)
    words = {"first_name": name, "button_url": url, "button_label": _("See your home care")}
    return standalone_message(CarePlanReady.code, practice, words, own, first_name=name)


def mail_approved_plans() -> int:
    """Queue a mail about each newly approved plan, once, never at night; return how many. Part of each sweep, safe
    beside others.

    Who wants no tips by mail gets none, and of two plans approved one after the other only the later is told.
    """
    now = timezone.now()
    fresh = CarePlan.objects.filter(state=CarePlan.State.APPROVED, approved_at__gt=now - NEWS_FOR)
    fresh = fresh.filter(client__erased_at=None, client__tips_wanted=True).exclude(client__email="")
    newest = {plan.client_id: plan for plan in fresh.select_related("client").order_by("approved_at", "pk")}
    plans = {f"care-plan:{plan.public_id}": plan for plan in newest.values()}
    told = set(OutgoingMail.objects.filter(dedupe_key__in=plans).values_list("dedupe_key", flat=True))
    practice = Practice.current()
    for key in plans.keys() - told:
        mail_plan(plans[key], practice, key=key, now=now)
    return len(plans.keys() - told)


@transaction.atomic
def mail_plan(plan: CarePlan, practice: Practice, *, key: str, now: dt.datetime) -> OutgoingMail:
    """Queue the mail of one plan with a link of its own."""
    token = mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=PAGE_OPEN_FOR, by_mail=True)
    return queue_message(
        CarePlanReady.code,
        care_plan(practice, first_name=plan.client.called, url=link_url("clients:care", token)),
        client=plan.client,
        not_before=practice.quiet_hours.put_off(now),
        not_after=now + USEFUL_FOR,
        dedupe_key=key,
    )
