"""Free times instead of one that cannot be had: in words, and as buttons that book or move there at once."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.errors import AlternativeTime, SlotTaken
from booking.models import Therapist
from clinic.errors import Refusal
from clinic.models import Practice
from clinic.templatetags.moments import short_day_clock


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
