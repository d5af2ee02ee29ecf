"""One mail for several visits: the first visit's reminder leads, those of the others are said in its mail."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.actions.reminding.rules import rules_for
from booking.messages.beside import STANDS, still_true
from booking.models import Appointment, Reminder
from booking.models.reminder import ReminderState
from clinic.models import MailKind, MailState


def tell_together(visits: Iterable[Appointment], *kinds: MailKind) -> None:
    """Let what these visits owe of a kind be said in one mail, that of the earliest. In the transaction that owes it.

    What is skipped for a reason of its own keeps it.
    """
    keys = [visit.pk for visit in visits]
    for kind in kinds:
        due = Reminder.objects.filter(
            appointment__in=keys, kind=kind, state=ReminderState.DUE, revision=F("appointment__revision")
        )
        rows = list(due.order_by("appointment__starts_at", "pk").values_list("pk", flat=True))
        if len(rows) > 1:
            # Where, not whether: what became of that mail stands with the first.
            said = {
                "skip_reason": _("in one mail with the first: see there"),
                "merged_into": rows[0],
                "settled_at": Now(),
            }
            Reminder.objects.filter(pk__in=rows[1:]).update(state=ReminderState.SKIPPED, **said)


def waits_to_be_handed_on() -> Q:
    """Reminders whose leading visit was moved, cancelled or begun before its mail went."""
    lead = "merged_into__"
    unsaid = Q(**{f"{lead}state": ReminderState.SKIPPED}) | Q(**{f"{lead}mail__state": MailState.WITHDRAWN})
    overtaken = (
        ~Q(**{f"{lead}revision": F(f"{lead}appointment__revision")})
        | Q(**{f"{lead}not_after__lte": Now()})
        | (~Q(kind=MailKind.CANCELLED) & ~Q(**{f"{lead}appointment__status__in": STANDS}))
    )
    return Q(merged_into__isnull=False, state=ReminderState.SKIPPED) & unsaid & overtaken


def hand_on() -> int:
    """Where the leading visit was moved, cancelled or begun before its mail went, let the next one lead; how many.

    Nobody else may be left without word: whatever path changed the first visit, each sweep looks here.
    """
    orphans = Reminder.objects.filter(waits_to_be_handed_on(), still_true(), not_after__gt=Now())
    groups: dict[int | None, list[Reminder]] = defaultdict(list)
    for each in orphans.select_related("appointment").order_by("appointment__starts_at", "pk"):
        groups[each.merged_into_id].append(each)
    for rows in groups.values():
        succeed(rows)
    return len(groups)


def succeed(rows: list[Reminder]) -> None:
    """Let the first of these lead the others; where their kind is switched off by now, say that instead."""
    first, *others = rows
    keys = [each.pk for each in others]
    rules = rules_for(first.appointment, {first.kind})
    if (first.kind == MailKind.CONFIRMATION and not rules) or not all(rule.active for rule in rules):
        switched_off = _("Switched off for this service.")
        Reminder.objects.filter(pk__in=[first.pk, *keys]).update(skip_reason=switched_off, merged_into=None)
        return
    # Whoever else hands on at this moment waits for the row, and then changes nothing.
    led = Reminder.objects.filter(pk=first.pk, merged_into=first.merged_into_id).update(
        state=ReminderState.DUE, skip_reason="", merged_into=None, settled_at=None
    )
    if led:
        Reminder.objects.filter(pk__in=keys, merged_into=first.merged_into_id).update(
            merged_into=first.pk, settled_at=timezone.now()
        )
