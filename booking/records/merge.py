"""Putting two files of one person together at the desk: what is in the way, what would move, doing it, undoing it."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from booking.appointments.client_sign_in import notify_old_address
from booking.appointments.locking import lock_therapists, transactional
from booking.appointments.rescreening import rescreen
from booking.models import ACTIVE, Appointment, WaitlistEntry
from booking.records.erasure import RecordCount
from clients.models import Client, ClientMerge, Screening
from clients.record.erasure import changing_records
from clients.record.merge import client_relations, join_files, undo_join
from clinic.errors import Refusal
from clinic.models import Practice, User


def overlapping_appointments(kept: Client, former: Client) -> list[tuple[Appointment, Appointment]]:
    """Appointments of the two files that overlap: one person cannot have both."""
    other = Appointment.objects.filter(
        client=former, status__in=ACTIVE, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    own = Appointment.objects.with_people().filter(Exists(other), client=kept, status__in=ACTIVE)
    found = []
    for appointment in own.order_by("starts_at"):
        overlap = Q(starts_at__lt=appointment.ends_at, ends_at__gt=appointment.starts_at, status__in=ACTIVE)
        found += [(appointment, each) for each in Appointment.objects.with_people().filter(overlap, client=former)]
    return found


def duplicate_waitlist_entries(kept: Client, former: Client) -> list[WaitlistEntry]:
    """Live waitlist entries of `former` for a service that `kept` waits for too."""
    other = WaitlistEntry.objects.live().filter(client=kept, service=OuterRef("service"))
    return list(WaitlistEntry.objects.live().filter(Exists(other), client=former).select_related("service"))


def rows_to_move(former: Client) -> list[RecordCount]:
    """What the kept file would gain, by kind, as the tables call it."""
    counts = (
        (model._meta.verbose_name_plural, model._default_manager.filter(**{name: former}).count())
        for model, name in client_relations()
    )
    return [RecordCount(capfirst(str(what)), count) for what, count in counts if count]


@transactional
def merge_files(
    kept: Client, former: Client, *, contact: Mapping[str, Any], practice: Practice, by: User | None
) -> ClientMerge:
    """Put `former` into `kept`, and judge the coming appointments again by what is known now, all or nothing.

    `contact` has the columns of `clients.record.merge.CONTACT`. Raises Refusal where the two are one file or no file
    any more, have appointments at once, wait for one service, or where a third file has that name and address; Busy.
    """
    coming = Appointment.objects.upcoming().filter(client__in=[kept, former])
    lock_therapists(set(coming.values_list("therapist_id", flat=True)))
    one, other = lock_both_files(kept, former)
    must_be_mergeable(one, other)
    before = {row.pk: row for row in coming}
    try:
        with transaction.atomic():
            merge = join_files(one, other, contact=contact, by=by)
    except IntegrityError as error:
        raise name_taken_refusal() from error
    notify_dropped_addresses(merge, practice)
    for appointment in before.values():
        rescreen(appointment, practice)
    merge.rescreened = {
        str(now.pk): [before[now.pk].screening_id, before[now.pk].rescreened_with_id, now.screening_id]
        for now in Appointment.objects.filter(pk__in=before)
        if now.screening_id != before[now.pk].screening_id
    }
    merge.save(update_fields=["rescreened"])
    return merge


def notify_dropped_addresses(merge: ClientMerge, practice: Practice) -> None:
    """Tell each address that the one file has no more, where it took mail: another mailbox may sign in now."""
    for contact in (merge.kept_before, merge.former_before):
        if contact["email"] and not contact["email_error"] and contact["email"] != merge.kept_after["email"]:
            notify_old_address(merge.kept, contact["email"], practice)


def lock_both_files(kept: Client, former: Client) -> tuple[Client, Client]:
    """Both rows, read under a lock in key order."""
    keys = [kept.pk, former.pk]
    rows = {row.pk: row for row in Client.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    return rows[kept.pk], rows[former.pk]


def must_be_mergeable(kept: Client, former: Client) -> None:
    """Raise Refusal where these two files cannot become one."""
    if kept.pk == former.pk:
        raise Refusal(_("These are one file already."), code="one_file")
    if any(file.erased_at or file.merged_into_id for file in (kept, former)):
        raise Refusal(_("One of these files is closed by now. Please look again."), code="closed_file")
    if overlapping_appointments(kept, former):
        message = _("Both have an appointment at the same time. Cancel or move one of them first.")
        raise Refusal(message, code="appointments_clash")
    if duplicate_waitlist_entries(kept, former):
        raise Refusal(_("Both wait for the same service. End one of the two first."), code="waits_twice")


def name_taken_refusal() -> Refusal:
    """A third file has the name and address that this one would get."""
    return Refusal(_("Another file has this name and address. Please look at that one first."), code="file_exists")


def merge_can_be_undone(merge: ClientMerge) -> bool:
    """Whether a merge stands and nothing was put together with its file after it."""
    return merge.undone_at is None and merge.kept.merged_into_id is None and merge.kept.erased_at is None


@transactional
def undo_merge(merge: ClientMerge, *, by: User | None) -> Client:
    """Make two files of one again; return the one that comes back.

    Coming appointments get back the safety answers of their own file; one that newer answers had turned into a request
    stays one, for a person to decide. Raises Refusal, Busy.
    """
    # The files first, as erasing has it, which deletes the row of the merge.
    kept, former = lock_both_files(merge.kept, merge.former)
    current = ClientMerge.objects.select_for_update(of=("self",)).filter(pk=merge.pk).first()
    if current is not None:
        current.kept, current.former = kept, former
    if current is None or not merge_can_be_undone(current):
        raise Refusal(_("This cannot be undone any more."), code="not_undone")
    try:
        with transaction.atomic():
            undo_join(current, by=by)
    except IntegrityError as error:
        raise name_taken_refusal() from error
    restore_screenings(current)
    return current.former


def restore_screenings(merge: ClientMerge) -> None:
    """Give appointments back what they were judged by, and delete what had been judged from both files together."""
    for key, (screening, intake, judged) in merge.rescreened.items():
        rows = Appointment.objects.filter(pk=int(key), screening=judged)
        rows.update(screening=screening, rescreened_with=intake)
    made = [judged for _screening, _intake, judged in merge.rescreened.values()]
    in_use = Appointment.objects.filter(screening__in=made).values("screening")
    with changing_records():
        Screening.objects.filter(pk__in=made).exclude(pk__in=in_use).delete()
