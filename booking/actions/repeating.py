"""Repeat visits: every so many weeks at the same wall time, booked as they were shown, all of them or none."""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError
from django.utils.translation import gettext as _

from booking.actions.adding import must_be_offered, must_be_on_offer
from booking.actions.booking import Wish, must_accept, write
from booking.actions.history import remember
from booking.actions.locking import lock_client, lock_places, lock_therapists, safely
from booking.actions.moving import fresh
from booking.actions.previewing import Pick
from booking.actions.screening import screen
from booking.actions.welcome import file_of
from booking.actions.wishes import Answers, Override, Person
from booking.draft import Draft, draft_of
from booking.errors import KeyReused, NotForYou, NotPossible, SeriesChanged, SlotTaken
from booking.models import AddOn, Appointment, AppointmentChange, Series, Service, Therapist
from booking.reminders.combined import combine
from booking.reminders.kinds.confirmation import CONFIRMATION
from booking.terms import Terms, must_be_as_shown, terms_of
from clients.actions import Screened
from clients.models import Client
from clinic.models import Practice, User
from clinic.why import must_say_why


@dataclass(frozen=True, kw_only=True)
class SeriesWish:
    """One request for a series, whole: what each visit is, and when each begins."""

    each: Wish
    therapist: Therapist
    every_weeks: int
    times: int
    picks: tuple[Pick, ...]
    after: Appointment | None
    reason: str
    key: str | None

    @property
    def fingerprint(self) -> str:
        """A hash of what was asked, to tell a repeated request from another one under the same key."""
        picks = [(each.position, each.start.astimezone(dt.UTC).isoformat(), sorted(each.aside)) for each in self.picks]
        after = str(self.after.public_id) if self.after else None
        asked = [self.each.fingerprint, self.every_weeks, self.times, picks, after, self.reason]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def visit_at(self, pick: Pick) -> Wish:
        """The request for one of the visits."""
        override = Override(reason=self.reason) if pick.aside else None
        return replace(self.each, start=pick.start, override=override)


def book_series(
    *,
    service: Service,
    add_ons: Sequence[AddOn] = (),
    therapist: Therapist,
    client: Person | Client,
    answers: Answers,
    every_weeks: int,
    times: int,
    picks: Sequence[Pick],
    after: Appointment | None = None,
    policy_accepted: bool,
    via: str,
    by: User | None = None,
    key: str | None = None,
    note: str = "",
    reason: str = "",
    shown: Terms | None = None,
) -> Series:
    """Book the visits of `picks`, as a preview showed them, in one transaction; `after` becomes the first of them.

    A visit that is repeated joins the new series if it is still ahead and in no other. `reason` is why rules are set
    aside where a pick says so. `key` makes the request repeatable: the same key and content give the same series.
    `shown` are the terms of one visit as they were shown. Raises Refusal (policy, or a wish that makes no series),
    KeyReused, NotOnOffer, NotAdded, Emergency, NotSuitable, NotForYou, TermsChanged and SeriesChanged where anything is
    not as it was shown, Busy. Nothing is written unless everything is.
    """
    must_accept(policy_accepted)
    chosen = tuple(sorted(picks, key=lambda pick: pick.position))
    must_make_a_series(chosen, times, after, reason)
    each = Wish(
        service=service,
        add_ons=tuple(add_ons),
        start=chosen[0].start,
        therapist=therapist,
        client=client,
        answers=answers,
        via=via,
        by=by,
        key=None,
        note=note,
        override=None,
        shown=shown,
        practice=Practice.current(),
    )
    wish = SeriesWish(
        each=each,
        therapist=therapist,
        every_weeks=every_weeks,
        times=times,
        picks=chosen,
        after=after,
        reason=reason,
        key=key,
    )
    return made_before(wish) or make_once(wish)


def make_once(wish: SeriesWish) -> Series:
    """Screen and book what was not booked before; where a twin of this request is faster, theirs is the answer."""
    each = wish.each
    if wish.after is not None and each.client != wish.after.client:
        raise NotPossible(_("The visit that is repeated is another client's. Please start again from that visit."))
    if each.service.audience == Service.Audience.NEW:
        first_only = _("%(service)s is for a first visit, so it cannot be repeated.")
        raise NotForYou(first_only % {"service": each.service.name})
    must_be_on_offer(each.service)
    must_be_offered(each.service, each.add_ons)
    first = min(pick.start for pick in wish.picks)
    screened = screen(each.order, each.answers, start=first, therapist=wish.therapist, practice=each.practice)
    must_be_as_shown(each.shown, terms_of(each.order, each.practice))
    try:
        return safely(lambda: write_series(wish, screened))
    except SlotTaken as taken:
        raise changed() from taken
    except IntegrityError:
        if earlier := made_before(wish):
            return earlier
        raise


def must_make_a_series(picks: Sequence[Pick], times: int, after: Appointment | None, reason: str) -> None:
    """Refuse what is no series, and rules set aside without a reason. Raises NotPossible, Refusal."""
    places = [pick.position for pick in picks]
    first = 2 if after else 1
    if len(picks) + bool(after) < Series.TIMES[0] or not picks:
        raise NotPossible(_("A series has at least two visits. Please keep more of the dates."))
    if len(set(places)) < len(places) or not set(places) <= set(range(first, times + 1)):
        raise NotPossible(_("These dates do not belong together. Please look at them again."))
    if any(pick.aside for pick in picks):
        must_say_why(reason, field="override_reason")


def made_before(wish: SeriesWish) -> Series | None:
    """The series that this very request made before. Raises KeyReused for other content under its key."""
    earlier = Series.objects.filter(idempotency_key=wish.key).first() if wish.key else None
    if earlier is not None and earlier.request_hash != wish.fingerprint:
        raise KeyReused(_("This form was already sent with other answers. Please start again."))
    return earlier


def write_series(wish: SeriesWish, screened: Screened) -> Series:
    """The transaction: every lock, every date looked at again, then one visit after the other. Runs inside `safely`."""
    lock_therapists({wish.therapist.pk})
    # The twin of a double click waited for the lock.
    if earlier := made_before(wish):
        return earlier
    client = file_of(wish.each.client)
    lock_places(with_kits=wish.each.order.needs_kit)
    lock_client(client)
    first = still_there(wish.after)
    must_all_be_free(wish, client)
    visits: list[Appointment] = []
    for pick in wish.picks:
        one = wish.visit_at(pick)
        visits.append(write(replace(one, client=visits[0].client) if visits else one, wish.therapist, screened))
    series = Series.objects.create(
        client=visits[0].client,
        service=wish.each.service,
        therapist=wish.therapist,
        every_weeks=wish.every_weeks,
        times=wish.times,
        made_by=wish.each.by,
        idempotency_key=wish.key or None,
        request_hash=wish.fingerprint,
    )
    for pick, visit in zip(wish.picks, visits, strict=True):
        join(visit, series, pick.position)
    if first is not None and first.is_ahead and first.series_id is None:
        join(first, series, 1)
        remember(first, AppointmentChange.What.SERIES, via=wish.each.via, by=wish.each.by, after=str(series))
    combine(visits, CONFIRMATION)
    return series


def join(visit: Appointment, series: Series, position: int) -> None:
    """Give a visit its place in a series."""
    visit.series, visit.position = series, position
    visit.save(update_fields=["series", "position"])


def still_there(after: Appointment | None) -> Appointment | None:
    """The visit that is repeated, locked. Raises SeriesChanged where it is another's, or somewhere else, by now."""
    if after is None:
        return None
    current = fresh(after)
    if current.starts_at != after.starts_at or current.client_id != after.client_id:
        raise changed()
    return current


def must_all_be_free(wish: SeriesWish, client: Client | None) -> None:
    """Go through the dates on paper, one after the other. Raises SeriesChanged where one is not as it was shown."""
    order, practice = wish.each.order, wish.each.practice
    days = [pick.start.astimezone(practice.zone).date() for pick in wish.picks]
    draft: Draft = draft_of([order], client, first=min(days), last=max(days), practice=practice)
    for pick in wish.picks:
        verdict = draft.check(order, wish.therapist, pick.start, ignoring=pick.aside)
        if not verdict.free:
            raise changed()
        draft = draft.with_visit(order, wish.therapist, pick.start, verdict)


def changed() -> SeriesChanged:
    """The answer where not all is as it was shown."""
    return SeriesChanged(_("Something changed meanwhile, so nothing was done. Please look at the marked dates again."))
