"""Visits looked at again because a newer intake came in: where it speaks against the service, somebody must decide.

Part of each sweep. The visit becomes a request; therapist and client are told once, in neutral words; the client is
offered the service that suits, at the same time, in one tap.
"""

import datetime as dt
import logging

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking import diary
from booking.actions.history import remember
from booking.actions.locking import lock_therapists, safely
from booking.actions.moving import fresh, swap_service
from booking.actions.on_file import answers_on_file, judged
from booking.actions.screening import allowed, judge, kept_with, suitable
from booking.actions.status import become
from booking.availability import OVERRIDABLE
from booking.errors import NotPossible
from booking.models import Appointment, AppointmentChange, Service
from booking.models.appointment import AHEAD, Status
from booking.order import Order, after_swap, as_booked
from booking.reminders.context import load_contexts
from booking.reminders.kinds.please_look import PLEASE_LOOK, please_look
from booking.reminders.links import Links
from booking.reminders.scheduling import schedule_acceptance
from booking.reminders.staff_notices import Notice, request_key, tell_staff
from booking.reminders.standalone import queue
from booking.terms import Terms
from clients.actions import Screened, record_screening
from clients.care import Level, Triage
from clients.models import Intake
from clinic.models import ClientLink, Practice, User

logger = logging.getLogger(__name__)
VIA = Appointment.Via.WEB


def rescreen_coming_visits(*, limit: int = 200) -> int:
    """Judge coming visits whose client's newest intake is newer than their safety answers; return how many changed.

    One that cannot be judged is logged and holds up no other. Running it twice tells nobody twice.
    """
    newest = Intake.objects.filter(client=OuterRef("client")).order_by("-given_at", "-id")
    visits = Appointment.objects.upcoming().annotate(
        newest=Subquery(newest.values("pk")[:1]), newest_at=Subquery(newest.values("given_at")[:1])
    )
    waiting = visits.filter(
        Q(rescreened_with=None) | ~Q(rescreened_with=F("newest")),
        newest_at__gt=Coalesce("screening__given_at", "created_at"),
    )
    changed = 0
    for visit in waiting.order_by("starts_at")[:limit]:
        try:
            changed += safely(lambda visit=visit: rescreen(visit))  # type: ignore[misc] # bound at once
        except Exception:
            logger.exception("Visit %s could not be judged again.", visit.public_id)
    return changed


def rescreen(appointment: Appointment) -> bool:
    """Judge one visit by booking and newest intake together; say whether somebody must decide. Runs in `safely`."""
    lock_therapists({appointment.therapist_id})
    current = fresh(appointment)
    intake = current.client.latest_intake()
    if current.status not in AHEAD or intake is None or current.rescreened_with_id == intake.pk:
        return False
    before, now = judged(current, None), judged(current, intake)
    before_that = current.screening
    current.screening = record_screening(
        current.client,
        technique_slug=as_booked(current).technique,
        screened=now,
        taken_back=before_that.taken_back if before_that else (),
    )
    current.rescreened_with = intake
    columns = ["screening", "rescreened_with"]
    speaks_against = stops(now) and verdict(now) != verdict(before)
    if speaks_against:
        was = current.status
        # No person moves a visit back to requested; only newer answers do.
        current.status, current.changed_at, current.changed_by = Status.REQUESTED, timezone.now(), None
        current.clearance_seen_on = current.clearance_seen_by = None
        columns += ["status", "changed_at", "changed_by", "clearance_seen_on", "clearance_seen_by"]
    current.save(update_fields=columns)
    if speaks_against:
        remember(current, AppointmentChange.What.ANSWERS, via=VIA, by=None, before=was, after=str(Status.REQUESTED))
        tell_therapist(current, intake, was_requested=was == Status.REQUESTED)
        tell_client(current, intake)
    return speaks_against


def stops(screened: Screened) -> bool:
    """Whether the service cannot simply take place: an emergency or a doctor first, never, or only with a note."""
    return screened.speaks_against or screened.asks_for_note


def verdict(screened: Screened) -> tuple[object, ...]:
    """What was found, to tell news from what was known."""
    return screened.triage, screened.flags, screened.level, screened.because


def tell_therapist(visit: Appointment, intake: Intake, *, was_requested: bool) -> None:
    """Ask the therapist to look, without a name or a health word. It stands for the mail about a waiting request."""
    practice = Practice.current()
    starts = visit.starts_at.astimezone(practice.zone)
    own_key = f"second-look:{visit.public_id}:{intake.pk}"
    text = _(
        "Please look at the visit on %(day)s at %(time)s. Newer answers have come in; it waits for your yes or no."
    )
    tell_staff(
        Notice(
            therapist=visit.therapist,
            subject=_("Please look at a visit"),
            text=text % {"day": practice.formats.day(starts), "time": practice.formats.clock(starts)},
            url_path=reverse("booking:desk-visit", args=[visit.public_id]),
            not_after=visit.starts_at,
        ),
        dedupe_key=own_key if was_requested else request_key(visit),
    )


def tell_client(visit: Appointment, intake: Intake) -> None:
    """Tell the client kindly; what it is about stands nowhere in the mail.

    After an emergency answer no mail goes: the page said what to do, and the team calls. Where a doctor comes first one
    line repeats the page.
    """
    found = judged(visit, intake)
    if found.triage == Triage.EMERGENCY or not visit.client.email or visit.client.erased_at is not None:
        return
    links: list[ClientLink] = []
    mail = load_contexts([visit], Practice.current())[visit.pk]
    message = please_look(
        mail,
        Links(mail, links),
        instead=swap_offer(visit),
        doctor_first=found.triage == Triage.DOCTOR,
        note=found.asks_for_note,
    )
    queue(
        PLEASE_LOOK,
        message,
        to=visit.client.email,
        name=str(visit.client),
        links=links,
        not_after=visit.starts_at,
        dedupe_key=f"please-look:{visit.public_id}:{intake.pk}",
    )


def swap_offer(visit: Appointment) -> Order | None:
    """What suits in place of what is booked, at its time with its therapist: another service, or the same without an
    add-on that does not suit any more. Or None.
    """
    if not visit.is_ahead or visit.rescreened_with_id is None:
        return None
    found = judged(visit, None)
    if not found.triage.allows_massage or found.level != Level.NEVER:
        return None
    practice, answers = Practice.current(), answers_on_file(visit, None)
    if judge(visit.service.technique.slug, answers, practice).level != Level.NEVER:
        return after_swap(visit, visit.service, suitable(as_booked(visit).add_ons, answers, practice))
    others = (
        each for each in allowed(visit.service, answers, practice) if each.technique_id != visit.service.technique_id
    )
    offers = (after_swap(visit, each, kept_with(each, as_booked(visit).add_ons, answers, practice)) for each in others)
    return next((each for each in offers if fits(each, visit, practice)), None)


def fits(order: Order, visit: Appointment, practice: Practice) -> bool:
    """Whether the therapist gives this service and has the room for it at the visit's time; rules were met before."""
    if not visit.therapist.services.filter(pk=order.service.pk).exists():
        return False
    day: dt.date = visit.starts_at.astimezone(practice.zone).date()
    book = diary.read(order, first=day, last=day, therapist=visit.therapist, leaving_out=visit)
    return book.check(visit.therapist, visit.starts_at, ignoring=OVERRIDABLE).reason is None


def take_offer(
    appointment: Appointment,
    *,
    service: Service,
    via: str = VIA,
    by: User | None = None,
    shown: Terms | None = None,
) -> Appointment:
    """Take the offered service at the same time, by client or team; where it suits without a note, that decides it.

    `shown` is what whoever takes it saw of its terms. Raises NotPossible where it is not on offer any more,
    TermsChanged, SlotTaken, Busy.
    """
    offer = swap_offer(appointment)
    if offer is None or offer.service != service:
        raise NotPossible(
            _("That is not on offer any more. Please call us."), for_team=_("That is not on offer any more.")
        )
    swapped = swap_service(appointment, service=service, via=via, by=by, shown=shown)
    if stops(judged(swapped, None)):
        return swapped

    def work() -> Appointment:
        current = fresh(swapped)
        if current.status == Status.REQUESTED:
            become(current, Status.CONFIRMED, via=via, by=by, revise=True)
            schedule_acceptance(current, now=timezone.now())
        return current

    return safely(work)
