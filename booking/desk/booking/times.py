"""Free times for whoever books at the desk: those of a day, and others instead of one that cannot be had."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.errors import AlternativeTime, SlotTaken
from booking.models import Therapist
from booking.scheduling import schedule
from booking.scheduling.order import Order
from booking.scheduling.refusals import reason_for_team
from booking.scheduling.schedule import FreeTime, Schedule
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.templatetags.moments import short_day_clock


@dataclass(frozen=True)
class DayTimes:
    """The free times of a day with one therapist, or with anyone."""

    day: dt.date
    therapist: Therapist | None
    offers: Sequence[FreeTime] = ()
    schedule: Schedule | None = None

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.schedule.rules.minutes if self.schedule else 0

    def why_not(self, asked: object) -> str:
        """What speaks against a start, or a wall time of the day, with the therapist; empty where nothing does."""
        if self.schedule is None or self.therapist is None or not isinstance(asked, dt.time | dt.datetime):
            return ""
        zone = timezone.get_current_timezone()
        start = asked if isinstance(asked, dt.datetime) else dt.datetime.combine(self.day, asked, zone)
        reason = self.schedule.check(self.therapist, start).reason
        return reason_for_team(reason, therapist=self.therapist.name) if reason else ""


def day_times(order: Order | None, therapist: Therapist | None, day: dt.date) -> DayTimes:
    """What is free of an order on a local date; nothing where nothing is ordered."""
    if order is None:
        return DayTimes(day, therapist)
    book = schedule.read_schedule(order, first=day, last=day, therapist=therapist)
    return DayTimes(day, therapist, [book.free_time(each) for each in book.offers(day, day)], book)


def add_refusal(form: Any, refusal: Refusal, field: str, *, in_words: bool = True) -> None:
    """Put a refusal beside the field it is about; a time that was taken names others that are free, unless the page
    has a button for each."""
    said = [refusal.for_team]
    if in_words and isinstance(refusal, SlotTaken) and refusal.alternatives:
        others = "; ".join(free_times_in_words(refusal.alternatives[:3], form.cleaned_data.get("therapist")))
        said.append(_("Free instead: %(times)s.") % {"times": others})
    seen = {each.name for each in form.visible_fields()}
    form.add_error(refusal.field if refusal.field in seen else field, " ".join(said))


def free_times_in_words(times: Sequence[AlternativeTime], asked: Therapist | None) -> list[str]:
    """Free times for the team; one that only a colleague of whom was asked has names the colleague."""
    said = []
    for each in times:
        words = short_day_clock(timezone.localtime(each.start))
        if asked is not None and str(asked.public_id) not in each.therapists:
            names = Therapist.objects.filter(public_id__in=each.therapists).values_list("name", flat=True)
            words = _("%(time)s with %(names)s") % {"time": words, "names": " / ".join(names)}
        said.append(words)
    return said


def alternative_buttons(times: Iterable[AlternativeTime], asked: Therapist | None) -> list[dict[str, str]]:
    """Free times as buttons: what each sends, and how it reads; one with a colleague names the colleague."""
    names = {str(each.public_id): each.name for each in Therapist.objects.at_work()}
    buttons = []
    for each in times:
        own = asked is not None and str(asked.public_id) in each.therapists
        for key in [str(asked.public_id)] if own and asked else each.therapists:
            words = short_day_clock(timezone.localtime(each.start))
            if not own:
                words = _("%(time)s with %(names)s") % {"time": words, "names": names.get(key, "")}
            buttons.append({"value": f"{each.start.isoformat()}|{key}", "words": words})
    return buttons


def with_alternative(data: QueryDict, practice: Practice) -> QueryDict:
    """The form as sent; where the button of another free time sent it, with that time and its therapist."""
    chosen = data.get("alternative", "")
    if not chosen:
        return data
    start, _bar, therapist = chosen.partition("|")
    try:
        local = dt.datetime.fromisoformat(start).astimezone(practice.zone)
    except (ValueError, OverflowError):
        return data
    changed = data.copy()
    changed["day"], changed["time"], changed["time_which"] = (
        str(local.date()),
        local.time().isoformat("minutes"),
        str(local.fold),
    )
    changed["therapist"] = therapist or data.get("therapist", "")
    for name in ("start", "override", "override_reason"):
        changed.pop(name, None)
    return changed
