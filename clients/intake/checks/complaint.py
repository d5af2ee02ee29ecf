"""What brings the client, where it is, since when, and the warning signs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.intake.checks.basics import (
    StepData,
    date_answer,
    field_refusal,
    must_tick_or_decline,
    one_of,
    practice_day,
    ticked_slugs,
    typed_text,
    whole_number,
)
from clients.intake.fields import options_of

TO_RELAX, PAIN = "to-relax", "pain-or-tightness"
MOST_SYMPTOMS, MOST_CAUSES = 5, 3
# How old a doctor's look at a known sign may be (docs/care.md, "Screening").
LOOKED_AT_WITHIN = dt.timedelta(days=365)
# What one tap marks.
WHOLE_PLACES = {
    "whole-lower-back": ("lower-back:both", "lower-back:centre"),
    "whole-neck-and-shoulders": ("neck:both", "neck:centre", "shoulder:both"),
}


def check_complaint(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """What brings them; how it feels and how strong it is, unless they come to relax."""
    brings = one_of(data, "brings", dict(options_of(catalogue, "what-brings-you")))
    if not brings:
        raise field_refusal(_("Please choose one."), where="brings", code="missing")
    most = 0 if brings == TO_RELAX else MOST_SYMPTOMS
    ticked = ticked_slugs(data, "symptoms", catalogue.index.symptoms, most=most)
    # What was ticked before somebody chose “to relax” is kept, should they choose again; it counts for nothing.
    pain = whole_number(data, "pain") if brings != TO_RELAX or data.get("pain") is not None else None
    if brings != TO_RELAX:
        must_tick_or_decline(ticked, data.get("none") is True, where="symptoms")
    return {"brings": brings, "symptoms": ticked, "none": data.get("none") is True, "pain": pain}


def check_where(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """Marks as `area:side` (left and right together are both sides), and where to work most or not at all."""
    known = [f"{area.id}:{side}" for area in catalogue.areas for side in area.sides]
    ticked = ticked_slugs(data, "areas", known)
    return {
        "areas": [mark for area in catalogue.areas for mark in joined_sides(area.id, ticked)],
        "focus": ticked_slugs(data, "focus", catalogue.index.areas),
        "avoid": ticked_slugs(data, "avoid", catalogue.index.areas),
        "areas_to_avoid": typed_text(data, "areas_to_avoid"),
    }


def joined_sides(area: str, ticked: Collection[str]) -> list[str]:
    """The marks of one area, with left and right, or both and either, made one."""
    sides = [mark.partition(":")[2] for mark in ticked if mark.partition(":")[0] == area]
    if "both" in sides or {"left", "right"} <= set(sides):
        sides = ["both", *(side for side in sides if side == "centre")]
    return [f"{area}:{side}" for side in sides]


def check_since(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """One time span, with “comes and goes” beside or instead; what set it off, and what makes it worse or better."""
    index = catalogue.index
    onset = ticked_slugs(data, "onset", index.onsets)
    spans = [slug for slug in onset if not index.onsets[slug].modifier]
    if len(spans) > 1:
        raise field_refusal(_("Please choose one time span."), where="onset", code="contradiction")
    if not onset:
        raise field_refusal(_("Please say how long you have had this."), where="onset", code="missing")
    return {
        "onset": onset,
        "causes": ticked_slugs(data, "causes", index.causes, most=MOST_CAUSES),
        "aggravating": ticked_slugs(data, "aggravating", index.aggravating),
        "relieving": ticked_slugs(data, "relieving", index.relieving),
    }


def check_signs(data: StepData, catalogue: Catalogue) -> dict[str, Any]:
    """Warning signs: which were asked, which are so, and which are known and were looked at by a doctor (ISO date).

    `about` are the symptoms, areas and onset that they were asked for: with another complaint they are asked again.
    """
    flags = catalogue.index.red_flags
    ticked = ticked_slugs(data, "red_flags", flags)
    given = data.get("checked") or {}
    if not isinstance(given, dict):
        raise field_refusal(_("Please choose from the list."), where="red_flags")
    looked_at = ticked_slugs({"checked": list(given)}, "checked", flags)
    must_tick_or_decline([*ticked, *looked_at], data.get("none") is True, where="red_flags")
    known = {**catalogue.index.symptoms, **catalogue.index.areas, **catalogue.index.onsets}
    about = ticked_slugs(data, "about", known)
    # A sign of today that no doctor's look makes harmless stays a yes, whatever date stands beside it.
    checked = {
        slug: day_of_look(given[slug], about, catalogue, where=f"checked-{slug}").isoformat()
        for slug in looked_at
        if flags[slug].checked
    }
    return {
        "red_flags": [slug for slug in flags if slug in {*ticked, *looked_at} and slug not in checked],
        "checked": checked,
        "none": data.get("none") is True,
        "asked": ticked_slugs(data, "asked", flags),
        "about": about,
    }


def day_of_look(text: Any, about: Iterable[str], catalogue: Catalogue, *, where: str) -> dt.date:
    """The day on which a doctor looked at a known sign: after the complaint began, within a year, not to come.

    Raises Refusal for any other.
    """
    day, today = date_answer(text, where=where), practice_day()
    if day is None:
        raise field_refusal(_("Please say on which day."), where=where, code="missing")
    if day > today:
        raise field_refusal(_("That day has not come yet. When did a doctor look at it?"), where=where)
    if day < today - LOOKED_AT_WITHIN:
        raise field_refusal(
            _("That is more than a year ago. Leave the day empty, and tell us that it is so."), where=where
        )
    if day < began_at_earliest(about, catalogue, today):
        raise field_refusal(
            _("That was before this began. Leave the day empty unless a doctor has looked at it since."), where=where
        )
    return day


def began_at_earliest(about: Iterable[str], catalogue: Catalogue, today: dt.date) -> dt.date:
    """The earliest day on which what is told of can have begun, by its time span; long ago where none is known."""
    spans = [catalogue.index.onsets[slug] for slug in about if slug in catalogue.index.onsets]
    days = [span.max_days for span in spans if span.max_days is not None and not span.modifier]
    return today - dt.timedelta(days=min(days)) if days else dt.date.min
