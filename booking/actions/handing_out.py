"""Mailing a client the page of the home care that their therapist has approved. Part of each sweep."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from booking.actions.reminding.timing import out_of_quiet_hours
from booking.messages.besides import care_plan
from clients.models import CarePlan
from clinic.links import address, mint
from clinic.mail import ledger
from clinic.models import LinkPurpose, MailKind, OutgoingMail, Practice

# A plan approved longer ago than this is not news; its page is open from the desk and the intake all the same.
NEWS_FOR = dt.timedelta(days=2)
USEFUL_FOR = dt.timedelta(days=7)
PAGE_OPEN_FOR = dt.timedelta(days=90)


def hand_out_plans() -> int:
    """Queue a mail about each newly approved plan, once, never at night; return how many. Safe beside others.

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
        hand_out(plans[key], practice, key=key, now=now)
    return len(plans.keys() - told)


@transaction.atomic
def hand_out(plan: CarePlan, practice: Practice, *, key: str, now: dt.datetime) -> OutgoingMail:
    """Queue the mail of one plan with a link of its own."""
    token = mint(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=PAGE_OPEN_FOR, by_mail=True)
    message = care_plan(practice, first_name=plan.client.called, url=address("clients:care", token))
    return ledger.write(
        kind=MailKind.CARE_PLAN,
        to=plan.client.email,
        name=str(plan.client),
        subject=message.subject,
        text=message.text,
        html=message.html,
        next_try_at=out_of_quiet_hours(now, practice),
        not_after=now + USEFUL_FOR,
        dedupe_key=key,
    )
