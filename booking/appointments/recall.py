"""Who has not come for long, who of them may be asked to come again by mail, and asking them."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.models import Appointment, AppointmentQuerySet, Therapist, WaitlistEntry, kept_time, took_place
from booking.reminders.kinds.recall import Recall, may_be_recalled, queue_recall
from clients.care import Triage
from clients.models import Client, Intake, PainScore
from clients.record.access_log import note_access
from clients.record.duplicates import with_likely_duplicates
from clinic.country import locale
from clinic.mail import ledger
from clinic.models import AccessEvent, MailState, OutgoingMail, Practice, User
from clinic.operations.worker_signals import wake_worker

# Nobody is asked again sooner than this, however short the time is that was chosen.
SHORTEST_REST = dt.timedelta(weeks=8)
# How far back the page looks for who was asked, and until when a booking is thought to answer it.
RECALLS_SHOWN = dt.timedelta(weeks=26)


@dataclass(frozen=True)
class LapsedClient:
    """A client with nothing ahead, and their last session. `obstacle` says why no mail may go; mostly empty."""

    client: Client
    last: Appointment
    obstacle: str = ""


def lapsed(weeks: int, *, therapist: Therapist | None = None) -> QuerySet[Any, Any]:
    """Open files whose last session lies so many weeks back and that have nothing ahead, the latest first: rows of
    `client_id` and `last`. With a therapist, those who have been with that one."""
    now = timezone.now()
    came = Appointment.objects.filter(took_place(), starts_at__lte=now)
    if therapist is not None:
        came = came.filter(client__in=came.filter(therapist=therapist).order_by().values("client"))
    open_files = came.filter(client__erased_at=None, client__merged_into=None)
    found: QuerySet[Any, Any] = (
        open_files.values("client_id")
        .annotate(last=Max("starts_at"))
        .filter(last__lt=now - dt.timedelta(weeks=weeks))
        .exclude(client_id__in=Appointment.objects.holding().values("client_id"))
        .order_by("-last", "client_id")
    )
    return found


def lapsed_clients(rows: Iterable[Mapping[str, Any]], *, weeks: int) -> list[LapsedClient]:
    """The clients of some rows of `lapsed`, each with the reason against a mail, in a fixed number of queries."""
    keys = [row["client_id"] for row in rows]
    clients = Client.objects.in_bulk(keys)
    last = last_sessions(keys)
    obstacles = obstacles_of(list(clients.values()), weeks=weeks)
    return [LapsedClient(clients[key], last[key], obstacles.get(key, "")) for key in keys if key in last]


def last_sessions(clients: Collection[int]) -> dict[int, Appointment]:
    """The last session of each client."""
    came = Appointment.objects.filter(took_place(), client__in=clients, starts_at__lte=timezone.now())
    newest: AppointmentQuerySet = came.select_related("client", "service", "therapist")
    rows = newest.order_by("client_id", "-starts_at").distinct("client_id")
    return {each.client_id: each for each in rows}


def obstacles_of(clients: Sequence[Client], *, weeks: int) -> dict[int, str]:
    """Why some of these clients get no such mail, by primary key. What comes of health answers says nothing of them."""
    keys = [each.pk for each in clients]
    reachable = set(may_be_recalled(Client.objects.filter(pk__in=keys)).values_list("pk", flat=True))
    waiting = set(WaitlistEntry.objects.live().filter(client__in=keys).values_list("client_id", flat=True))
    unwell, doubles = needing_somebody(keys), with_likely_duplicates(clients)
    asked = last_recalls(clients)
    rest = max(dt.timedelta(weeks=weeks), SHORTEST_REST)
    found = {}
    for each in clients:
        since = asked.get(each.pk)
        if why := contact_obstacle(each):
            found[each.pk] = why
        elif each.pk in unwell or each.pk not in reachable:
            found[each.pk] = _("a therapist decides: please call")
        elif each.pk in waiting:
            found[each.pk] = _("is on the waitlist")
        elif each.pk in doubles:
            found[each.pk] = _("perhaps has two files: put them together first")
        elif since is not None and since > timezone.now() - rest:
            day = locale.current_formats().short_date(timezone.localtime(since))
            found[each.pk] = _("asked on %(day)s") % {"day": day}
    return found


def contact_obstacle(client: Client) -> str:
    """Why no mail reaches a client, or should; empty where one may."""
    if client.erased_at or client.merged_into_id:
        return _("the file is closed")
    if client.erasure_requested_at:
        return _("asked for erasure")
    if not client.email:
        return _("no e-mail")
    if client.email_error:
        return _("mails come back")
    if not client.tips_wanted:
        return _("wants no such mails")
    return "" if client.may_book_online else _("may not book online")


def needing_somebody(clients: Collection[int]) -> set[int]:
    """Clients whose newest health form asks for a doctor or for help, or whose pain asked for a call."""
    newest = Intake.objects.filter(client__in=clients).order_by("client_id", "-given_at", "-pk").distinct("client_id")
    stopped = {key for key, triage in newest.values_list("client_id", "triage") if not Triage(triage).allows_massage}
    return stopped | set(
        PainScore.objects.needing_call().filter(client__in=clients).values_list("client_id", flat=True)
    )


def recall_mails() -> QuerySet[OutgoingMail]:
    """The invitations that went out or are on their way."""
    return OutgoingMail.objects.filter(kind=Recall.code, resend_of=None).exclude(state=MailState.WITHDRAWN)


def ids_of_files(clients: Iterable[Client]) -> dict[str, int]:
    """The public ids of these files and of all that were merged into them, each with the primary key of the file."""
    files = list(clients)
    kept = {each.pk: each.pk for each in files}
    ids = {str(each.public_id): each.pk for each in files}
    latest = set(kept)
    while latest:
        rows = Client.objects.filter(merged_into__in=latest).values_list("pk", "public_id", "merged_into")
        latest = set()
        for key, public_id, into in rows:
            kept[key] = ids[str(public_id)] = kept[into or key]
            latest.add(key)
    return ids


def last_recalls(clients: Iterable[Client]) -> dict[int, dt.datetime]:
    """When each of these clients was asked last, also under a file that was merged into theirs."""
    ids = ids_of_files(clients)
    asked: dict[int, dt.datetime] = {}
    mails = recall_mails().annotate(about=Substr("dedupe_key", len(Recall.code) + 2, 36)).filter(about__in=ids)
    for about, at in mails.order_by("created_at").values_list("about", "created_at"):
        asked[ids[about]] = at
    return asked


@transaction.atomic
def send_recalls(
    clients: Collection[uuid.UUID], *, weeks: int, practice: Practice, by: User, therapist: Therapist | None = None
) -> tuple[list[OutgoingMail], list[LapsedClient]]:
    """Ask these clients (public ids) to come again; return the mails and who was left out, each with the reason.

    Judged anew under a lock of their files, so that two people at two desks ask nobody twice.
    """
    locked = Client.objects.open_files().filter(public_id__in=clients).select_for_update(no_key=True).order_by("pk")
    keys = [each.pk for each in locked]
    found = lapsed_clients(lapsed(weeks, therapist=therapist).filter(client_id__in=keys), weeks=weeks)
    sent = []
    for each in found:
        if not each.obstacle:
            sent.append(queue_recall(each.last, practice))
            note_access(each.client, noun="invitation", action=AccessEvent.Action.CHANGE, user=by)
    transaction.on_commit(wake_worker)
    return sent, [each for each in found if each.obstacle]


@transaction.atomic
def note_no(clients: Collection[uuid.UUID], *, by: User) -> int:
    """These clients (public ids) said that they want no such mails; what waits for them is withdrawn by the next
    sweep. Returns how many."""
    rows = Client.objects.open_files().filter(public_id__in=clients, tips_wanted=True).select_for_update(no_key=True)
    found = list(rows.order_by("pk"))
    for each in found:
        each.tips_wanted = False
        each.save(update_fields=["tips_wanted"])
        note_access(each, noun="contact", action=AccessEvent.Action.CHANGE, user=by)
    return len(found)


@dataclass(frozen=True)
class RecalledClient:
    """Who was asked, by which mail, and the first appointment that they booked after it, if any."""

    client: Client
    mail: OutgoingMail
    booked: Appointment | None


def recalled_clients(*, therapist: Therapist | None = None, limit: int) -> list[RecalledClient]:
    """Who was asked in the past half year, the latest first, in four queries. With a therapist, those who have been
    with that one."""
    mails = list(
        recall_mails()
        .filter(created_at__gt=timezone.now() - RECALLS_SHOWN)
        .defer("text", "html", "headers")
        .order_by("-created_at", "-pk")[:limit]
    )
    files = Client.objects.filter(public_id__in={each.dedupe_key.split(":")[1] for each in mails})
    people = {str(each.public_id): each for each in files.select_related("merged_into")}
    keys = {(each.merged_into or each).pk for each in people.values()}
    later = Appointment.objects.filter(kept_time(), client__in=keys).select_related("service").order_by("created_at")
    booked: dict[int, list[Appointment]] = {}
    for each in later.filter(created_at__gte=mails[-1].created_at) if mails else ():
        booked.setdefault(each.client_id, []).append(each)
    theirs = set(own_clients(therapist, keys)) if therapist else keys
    found = []
    for mail in mails:
        file = people.get(mail.dedupe_key.split(":")[1])
        file = (file.merged_into or file) if file else None
        if file is not None and file.erased_at is None and file.pk in theirs:
            after = (each for each in booked.get(file.pk, ()) if each.created_at > mail.created_at)
            found.append(RecalledClient(file, mail, next(after, None)))
    return found


def own_clients(therapist: Therapist, clients: Collection[int]) -> QuerySet[Any, Any]:
    """Those of the clients who have been with a therapist."""
    came: QuerySet[Any, Any] = Appointment.objects.filter(took_place(), therapist=therapist, client__in=clients)
    return came.order_by().values_list("client_id", flat=True)


def take_back_recalls(asked: Iterable[RecalledClient]) -> int:
    """Withdraw those of the invitations that have not begun to leave; return how many."""
    mails = OutgoingMail.objects.filter(pk__in=[each.mail.pk for each in asked])
    return ledger.withdraw_mails(mails, why=_("Taken back at the desk."))
