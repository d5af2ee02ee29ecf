"""One mail for several appointments: the first one's reminder leads, those of the others are merged into its mail."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, Reminder, ReminderState
from booking.reminders.kind import reminder_kind
from booking.reminders.still_true import in_wrong_status
from booking.scheduling.configuration import Configuration, current_configuration
from clinic.models import MailState


def combine(appointments: Iterable[Appointment], *kinds: str) -> None:
    """Say what these owe of a kind in the earliest's mail, in the transaction that owes it."""
    keys = [each.pk for each in appointments]
    for kind in kinds:
        due = Reminder.objects.filter(
            appointment__in=keys, kind=kind, state=ReminderState.DUE, revision=F("appointment__revision")
        )
        rows = list(due.order_by("appointment__starts_at", "pk").values_list("pk", flat=True))
        if len(rows) > 1:
            # Where, not whether: what became of that mail stands with the first.
            Reminder.objects.filter(pk__in=rows[1:]).update(
                state=ReminderState.SKIPPED,
                skip_reason=_("in one mail with the first: see there"),
                merged_into=rows[0],
                settled_at=Now(),
            )


def merged_appointments(appointments: Iterable[Appointment]) -> Mapping[int, Mapping[str, list[Appointment]]]:
    """The others of which the mails of these tell, by their primary key and kind, in order of time. One query.

    Only what is still as it was when it was owed: what changed since has a mail of its own, or nothing to say.
    """
    told = Reminder.objects.filter(
        still_true_reminders(),
        merged_into__appointment__in=[each.pk for each in appointments],
        merged_into__revision=F("merged_into__appointment__revision"),
    )
    told = told.select_related("appointment__client", "appointment__service", "appointment__therapist", "merged_into")
    told = told.prefetch_related("appointment__add_ons__add_on")
    found: dict[int, dict[str, list[Appointment]]] = defaultdict(lambda: defaultdict(list))
    for each in told.order_by("appointment__starts_at"):
        if each.merged_into is not None:
            found[each.merged_into.appointment_id][each.kind].append(each.appointment)
    return found


def still_true_reminders() -> Q:
    """Reminders of their appointment's present revision, where it stands as their kind says."""
    return ~in_wrong_status("appointment__") & Q(
        revision=F("appointment__revision"), appointment__client__erased_at=None
    )


def without_leader() -> Q:
    """Merged reminders whose leading appointment was moved, cancelled or begun before its mail went."""
    unsaid = Q(merged_into__state=ReminderState.SKIPPED) | Q(merged_into__mail__state=MailState.WITHDRAWN)
    overtaken = (
        ~Q(merged_into__revision=F("merged_into__appointment__revision"))
        | Q(merged_into__not_after__lte=Now())
        | in_wrong_status("merged_into__appointment__")
    )
    return Q(merged_into__isnull=False, state=ReminderState.SKIPPED) & unsaid & overtaken


def pass_lead_on() -> int:
    """Where the leading appointment changed or began before its mail went, let the next one lead; return how many.

    Nobody else may be left without word: whatever path changed the first one, each sweep looks here.
    """
    orphans = Reminder.objects.filter(without_leader(), still_true_reminders(), not_after__gt=Now())
    groups: dict[int | None, list[Reminder]] = defaultdict(list)
    for each in orphans.select_related("appointment").order_by("appointment__starts_at", "pk"):
        groups[each.merged_into_id].append(each)
    if groups:
        configuration = current_configuration()
        for rows in groups.values():
            let_first_lead(rows, configuration)
    return len(groups)


def let_first_lead(rows: list[Reminder], configuration: Configuration) -> None:
    """Let the first of these lead the others; where their kind is switched off by now, say that instead."""
    first, *others = rows
    keys = [each.pk for each in others]
    rules = configuration.reminder_rules_for(first.appointment.service_id, {first.kind})
    by_rule = reminder_kind(first.kind).minutes is not None
    if (by_rule and not rules) or not all(rule.active for rule in rules):
        switched_off = _("Switched off for this service.")
        Reminder.objects.filter(pk__in=[first.pk, *keys]).update(skip_reason=switched_off, merged_into=None)
        return
    # Whoever else passes the lead on at this moment waits for the row, and then changes nothing.
    led = Reminder.objects.filter(pk=first.pk, merged_into=first.merged_into_id).update(
        state=ReminderState.DUE, skip_reason="", merged_into=None, settled_at=None
    )
    if led:
        Reminder.objects.filter(pk__in=keys, merged_into=first.merged_into_id).update(
            merged_into=first.pk, settled_at=timezone.now()
        )
