"""Who may be asked for a time, and which times are free instead: looked at without a lock."""

import datetime as dt

from django.utils.translation import gettext as _

from booking.appointments.booking_request import BookingRequest
from booking.errors import SlotTaken
from booking.models import Appointment, Therapist
from booking.scheduling import schedule
from booking.scheduling.availability import Unavailable
from clinic.errors import Refusal


def candidate_therapists(request: BookingRequest) -> list[Therapist]:
    """Who may be asked: the one named, or all with that time free, the lightest day first.

    Looked at without a lock: most who come too late learn it here, and need not queue for the therapist's row. Raises
    SlotTaken where nobody has it, with the reason that comes nearest to a yes and the free times of
    the day where they are enough; a Refusal where a rule would have to be set aside and nobody is named for whom.
    """
    named, start, day = request.therapist, request.start, request.day
    if named is not None and not is_taken_by_another(request, named):
        return [named]
    seen = schedule.read_schedule(request.order, first=day, last=day)
    asked, ignoring = ([named], request.overridden_rules) if named else (seen.therapists.values(), ())
    verdicts = {each.pk: seen.check(each, start, ignoring=ignoring) for each in asked}
    if free := [key for key, verdict in verdicts.items() if verdict.free]:
        return seen.lightest_first(free, day)
    if named is None and request.override is not None:
        said = _("A rule is set aside for one person: please choose the therapist.")
        raise Refusal(said, code="invalid", field="therapist")
    same_day = seen.alternatives_to(start, day, day, therapist=named)
    order = list(Unavailable)
    reasons = [verdict.reason for verdict in verdicts.values() if verdict.reason is not None]
    # "Taken" is nearer to a yes than "not open": it tells the person that the time existed.
    raise SlotTaken(
        why=max(reasons, key=order.index) if reasons else Unavailable.HOURS,
        therapist=named,
        alternatives=same_day if len(same_day) == schedule.ENOUGH_TIMES else (),
    )


def is_taken_by_another(request: BookingRequest, therapist: Therapist) -> bool:
    """Whether this therapist has an appointment then that is not this very request, sent twice."""
    order, start = request.order, request.start
    begin = start - dt.timedelta(minutes=order.service.buffer_before)
    end = start + dt.timedelta(minutes=order.minutes + order.service.buffer_after)
    blocking = Appointment.objects.blocking("therapist_id", therapist.pk, begin, end).order_by()
    taken_by = set(blocking.values_list("idempotency_key", flat=True))
    return bool(taken_by) and not (request.key and request.key in taken_by)


def as_told(error: SlotTaken, request: BookingRequest) -> SlotTaken:
    """The refusal as whoever books is told it, with the times that are free instead.

    Where the client is busy then, a stranger is told what anybody is told of a time that somebody else has (I8).
    """
    is_busy = error.why is Unavailable.CLIENT_BUSY
    hides = is_busy and request.is_stranger
    told = SlotTaken(why=Unavailable.THERAPIST_BUSY, therapist=request.therapist) if hides else error
    if not told.alternatives:
        # Who has another appointment then is not helped by a colleague at the same time.
        with_colleagues = hides or not is_busy
        free = schedule.alternative_times(
            request.order, request.start, therapist=request.therapist, with_colleagues=with_colleagues
        )
        told.alternatives = tuple(each for each in free if not hides or each.start != request.start)
    return told
