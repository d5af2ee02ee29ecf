"""The therapist has approved the client's home care: where it is read. What it says stands there only."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from booking.reminders.kind import Recipient, Topic
from booking.reminders.standalone import LinkKind, queue_message
from booking.reminders.timing import STOPS
from clients.models import CarePlan, Intake
from clients.plans.knowledge import load_knowledge
from clinic.mail.kinds import register_kind
from clinic.models import LinkPurpose, OutgoingMail, Practice
from clinic.web.links import link_url, mint_link

# A plan approved longer ago than this is not news; its page is open from the desk and the intake all the same.
NEWS_FOR = dt.timedelta(days=2)
USEFUL_FOR = dt.timedelta(days=7)
PAGE_OPEN_FOR = dt.timedelta(days=90)


@register_kind
class CarePlanReady(LinkKind):
    """A topic is the id of the plan."""

    code, label = "care-plan", gettext_lazy("care plan")
    button_label = gettext_lazy("See your home care")

    def recipients(self, topics: Collection[Topic]) -> Mapping[Topic, Recipient]:
        """Of approved plans of clients who want tips by mail."""
        ids = {topic[0] for topic in topics}
        rows = plans_to_tell_of().filter(public_id__in=ids)
        found = may_be_told_of(rows.select_related("client"))
        return {(str(row.public_id),): Recipient(row.client) for row in found}


def may_be_told_of(plans: Iterable[CarePlan]) -> list[CarePlan]:
    """Those of the plans that no newer answer stops or leaves with an open question."""
    plans = list(plans)
    known = load_knowledge([plan.client for plan in plans])
    return [plan for plan in plans if known[plan.client_id].allows_advice]


def plans_to_tell_of() -> QuerySet[CarePlan]:
    """Approved plans of clients who want tips by mail. While a safety question is open nothing is released (I6), and
    where a doctor comes first the page says so; no mail leads on to it.
    """
    plans = CarePlan.objects.filter(state=CarePlan.State.APPROVED, client__tips_wanted=True, provisional=False)
    unseen = Intake.objects.filter(client=OuterRef("client")).needing_call()
    return plans.exclude(triage__in=STOPS).exclude(Exists(unseen))


def mail_approved_plans(practice: Practice) -> int:
    """Queue a mail about each newly approved plan, once, never at night; return how many. Part of each sweep, safe
    beside others.

    Who wants no tips by mail gets none, and of two plans approved one after the other only the later is told.
    """
    now = timezone.now()
    fresh = plans_to_tell_of().filter(approved_at__gt=now - NEWS_FOR, client__erased_at=None).exclude(client__email="")
    newest = {plan.client_id: plan for plan in fresh.select_related("client").order_by("approved_at", "pk")}
    plans = {f"care-plan:{plan.public_id}": plan for plan in may_be_told_of(newest.values())}
    told = set(OutgoingMail.objects.filter(dedupe_key__in=plans).values_list("dedupe_key", flat=True))
    for key in plans.keys() - told:
        mail_plan(plans[key], practice, key=key, now=now)
    return len(plans.keys() - told)


@transaction.atomic
def mail_plan(plan: CarePlan, practice: Practice, *, key: str, now: dt.datetime) -> OutgoingMail:
    """Queue the mail of one plan with a link of its own."""
    token = mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=PAGE_OPEN_FOR, by_mail=True)
    return queue_message(
        CarePlanReady.code,
        CarePlanReady.message(practice, first_name=plan.client.called, url=link_url("clients:care", token)),
        client=plan.client,
        not_before=practice.quiet_hours.put_off(now),
        not_after=now + USEFUL_FOR,
        dedupe_key=key,
    )
