"""The parts of a plan's page: a tip, the oils with their doses, a massage with how it suits. Few words."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.care import Level
from clients.catalogue.texts import level_in_words
from clients.models import CarePlan, CarePlanItem
from clients.plans.blends import spoon_dose
from clients.plans.diary import SAFETY, TipDiary
from clients.plans.recheck import Today, cautions_today
from clients.plans.sessions import BookedSession
from clients.plans.wording import SENTENCE

Kind = CarePlanItem.Kind
# Which of a client's own answers are quoted first: what they feel says more than when it began.
QUOTED_ANSWERS = ("symptoms", "causes", "areas", "onset")
MOST_QUOTED = 2
HOW_MUCH = re.compile(r"\d|\b(?:minute|hour|time|week|day)s?\b", re.IGNORECASE)
# The drawings that ship, by the `picture` of a tip; each is clinic/static/img/moves/<name>.svg.
DRAWINGS = frozenset(
    {
        *("ball-on-wall", "band-lateral-raise", "blade-squeeze", "bridge", "cat-cow", "chin-glide", "clam"),
        *("doorway-stretch", "foot-ball-roll", "half-kneel-hip", "heel-raise", "jaw-circles", "jaw-rest"),
        *("legs-on-chair", "neck-kneading", "neck-turns", "seated-figure-four", "shoulder-rolls", "wrist-circles"),
    }
)
TONES = {
    Level.OK: "ok",
    Level.CAUTION: "caution",
    Level.LOCAL: "caution",
    Level.CLEARANCE: "caution",
    Level.NEVER: "stop",
}


@dataclass(frozen=True)
class ShownItem:
    """A tip or an oil as the client reads it. No dose where one of `cares` sets another; `when`: not every day.

    `quote`: the one of the client's answers that stands beside it on the page.
    """

    item: CarePlanItem
    dose: str
    cares: tuple[str, ...]
    when: str = ""
    diary: TipDiary | None = None
    quote: str = ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """At most two of the client's own answers that led to it."""
        return reasons_of(self.item)

    @property
    def sure(self) -> str:
        """How sure we are, in a word or two; the sentence stands with the sources."""
        return {
            "strong": _("Well supported."),
            "moderate": _("Fairly sure."),
            "weak": _("Little support."),
            "traditional": _("Tradition."),
            "against": _("Evidence against it."),
        }[self.item.evidence_grade]

    @property
    def why(self) -> str:
        """Why it is proposed, in one sentence of at most two of the client's own answers."""
        if self.reasons:
            return _("You said: %(answers)s.") % {"answers": ", ".join(self.reasons)}
        return _("Your therapist chose it for you.") if self.item.added else _("For nearly everyone.")

    @property
    def brief_why(self) -> str:
        """The same with one answer that the page has not quoted yet; nothing where there is none."""
        if self.quote:
            return _("You said: %(answers)s.") % {"answers": self.quote}
        return _("Your therapist chose it for you.") if self.item.added else ""

    @property
    def brief_text(self) -> str:
        """What to do in one sentence; all of it where it sends to a doctor."""
        return self.item.text if self.item.role == SAFETY else first_sentence(self.item.text)

    @property
    def first_words(self) -> str:
        """The first sentence, where the rest stands behind a tap."""
        return first_sentence(self.item.text)

    @property
    def text_says_how_much(self) -> bool:
        """Whether the one sentence tells the dose as well: then it is not said twice."""
        return HOW_MUCH.search(self.brief_text) is not None

    @property
    def brief_dose(self) -> str:
        """How much in a few words; the rest, and when to stop, stands with how it is done. All of it for a doctor."""
        brief = first_sentence(self.dose)
        return brief if self.item.role == SAFETY or ";" not in brief else f"{brief.split(';')[0]}."

    @property
    def drawing(self) -> str:
        """Its drawing as a path of the static files; empty where there is none."""
        return f"img/moves/{self.item.picture}.svg" if self.item.picture in DRAWINGS else ""


@dataclass(frozen=True)
class ShownBlend:
    """The oils with the strength of all of them together in percent, and what is said beside every scented oil."""

    oils: tuple[ShownItem, ...]
    carrier: CarePlanItem | None
    base: str
    strength: str
    lowered_for: tuple[str, ...]
    safety: str


@dataclass(frozen=True)
class LevelReasons:
    """A level with every reason for it that a client may read: "Not on: upper arm" and "Keep off the patch."."""

    level: Level
    word: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ShownMassage:
    """A massage or an add-on with how it suits: the level, and what each level of its reasons asks for."""

    slug: str
    name: str
    level: Level
    because: tuple[LevelReasons, ...]
    starts_at: dt.datetime | None = None

    @property
    def tone(self) -> str:
        """The tone of its pill."""
        return TONES[self.level]

    @property
    def word(self) -> str:
        """The level in plain words, with the places to leave out where they are known."""
        return next((each.word for each in self.because if each.level is self.level), level_in_words(self.level))


def show_item(
    item: CarePlanItem, today: Today | None, *, mixed: str = "", when: str = "", diary: TipDiary | None = None
) -> ShownItem:
    """An item with its dose, or as it is `mixed`. No dose where a caution sets an amount of its own, so that the two
    never contradict each other; what is mixed says how much all the same."""
    cautions = cautions_of(item, today)
    dose = "" if any(why.get("sets_dose") for why in cautions) else item.dose
    return ShownItem(item, mixed or dose, tuple(dict.fromkeys(map(care_in_words, cautions))), when, diary)


def show_tip(item: CarePlanItem, today: Today | None, diary: TipDiary | None = None) -> ShownItem:
    """A tip with its dose."""
    return show_item(item, today, when=_("From tomorrow on.") if item.wait_hours else "", diary=diary)


def show_blend(plan: CarePlan, items: Iterable[CarePlanItem], today: Today | None) -> ShownBlend | None:
    """The oils among `items`, each with its drops, in spoons of the plain oil; None where there is none."""
    given = list(items)
    oils = [item for item in given if item.kind == Kind.OIL]
    carrier = next((item for item in given if item.kind == Kind.CARRIER), None)
    if not oils:
        return None
    counted = {item.pk: item.percent for item in oils if item.percent is not None}
    spoons = spoon_dose(counted.values())
    drops = dict(zip(counted, spoons.drops, strict=True)) if spoons else {}
    blend = plan.blend or {}
    return ShownBlend(
        oils=tuple(show_oil(item, today, drops.get(item.pk)) for item in oils),
        carrier=carrier,
        base=spoons_in_words(spoons.spoons, carrier) if spoons else "",
        strength=percent_in_words(counted.values()),
        lowered_for=tuple(blend.get("because", ())),
        safety=blend.get("safety", ""),
    )


def show_oil(item: CarePlanItem, today: Today | None, drops: int | None) -> ShownItem:
    """An oil with its dose in drops where it is mixed, else as the catalogue gives it."""
    mixed = ngettext("%(number)d drop.", "%(number)d drops.", drops) % {"number": drops} if drops else ""
    only_here = _("In your massage.") if item.session_only else ""
    return show_item(item, today, mixed=mixed, when=only_here)


def spoons_in_words(spoons: int, carrier: CarePlanItem | None) -> str:
    """What the drops go into: tablespoons of the plain oil."""
    into = ngettext("a tablespoon", "%(number)d tablespoons", spoons) % {"number": spoons}
    oil = carrier.name.lower() if carrier else _("plain oil")
    return _("In %(spoons)s of %(oil)s:") % {"spoons": into, "oil": oil}


def cautions_of(item: CarePlanItem, today: Today | None) -> list[dict[str, Any]]:
    """What the client must take care with: as the plan said, and what is known since."""
    found = list(item.cautions)
    if item.override_reason:
        # Given all the same, and only as the therapist has told: the catalogue's dose was not meant for that.
        found += [{**why, "sets_dose": True} for why in item.withheld_because]
    found += cautions_today(item, today) if today else []
    return [why for why in found if why.get("to", "both") == "both"]


def care_in_words(why: dict[str, Any]) -> str:
    """A caution with the places that it speaks of: "Upper arm: keep off the patch."."""
    places = ", ".join(place.lower() for place in why.get("where", ()))
    return f"{places[0].upper()}{places[1:]}: {why['reason']}" if places else str(why["reason"])


def reasons_of(item: CarePlanItem) -> tuple[str, ...]:
    """At most two of the client's own answers that led to an item, of different kinds first."""
    kinds = [[answer["name"].lower() for answer in item.because.get(kind, [])] for kind in QUOTED_ANSWERS]
    names = [kind[0] for kind in kinds if kind] + [name for kind in kinds for name in kind[1:]]
    quoted: list[str] = []
    for name in names:
        # "Stress" adds nothing to "tension from stress".
        if len(quoted) < MOST_QUOTED and not any(name in other or other in name for other in quoted):
            quoted.append(name)
    return tuple(quoted)


def said_often(items: Iterable[ShownItem], massage: ShownMassage | None) -> tuple[str, ...]:
    """The cautions that concern two or more of these things: they are said once, for all of them."""
    times = Counter(care for item in items for care in item.cares)
    reasons = [reason for each in (massage.because if massage else ()) for reason in each.reasons]
    return tuple(care for care, number in times.items() if number + any(says(care, each) for each in reasons) > 1)


def says(care: str, reason: str) -> bool:
    """Whether a caution is this reason, with its place before it or without."""
    return care == reason or care.endswith(f": {reason}")


def quoted_once(items: Iterable[ShownItem], said: Collection[str]) -> tuple[ShownItem, ...]:
    """The items, each with an answer to quote that is neither in `said` nor quoted by one before it."""
    told, found = set(said), []
    for item in items:
        quote = next((answer for answer in item.reasons if answer not in told), "")
        told.add(quote)
        found.append(replace(item, quote=quote))
    return tuple(found)


def without(item: ShownItem, said: Collection[str]) -> ShownItem:
    """An item without the cautions that are said for all."""
    own = tuple(care for care in item.cares if care not in said)
    return item if own == item.cares else replace(item, cares=own)


def massage_without(massage: ShownMassage | None, said: Collection[str]) -> ShownMassage | None:
    """A massage without the reasons that are said for all; its levels stay, with the places to leave out."""
    if massage is None:
        return None
    because = []
    for each in massage.because:
        kept = tuple(reason for reason in each.reasons if not any(says(care, reason) for care in said))
        because.append(replace(each, reasons=kept))
    return replace(massage, because=tuple(because))


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    return SENTENCE.split(text.strip(), maxsplit=1)[0]


def show_service(raw: dict[str, Any]) -> ShownMassage:
    """A technique or an add-on of the plan as it was judged."""
    return ShownMassage(raw["slug"], raw["name"], Level(raw["level"]), by_level(raw["because"]))


def show_booked(booked: BookedSession, level: Level, reasons: Iterable[dict[str, Any]]) -> ShownMassage:
    """The appointment that is booked, judged for its day."""
    return ShownMassage(booked.technique, booked.name, level, by_level(reasons), booked.starts_at)


def by_level(because: Iterable[dict[str, Any]]) -> tuple[LevelReasons, ...]:
    """The reasons that a client may read under their levels, the most severe first, with the places to leave out.

    Beside a never no doctor's word opens the way: what would ask for one stands among its reasons.
    """
    told = [why for why in because if why.get("to", "both") == "both" and why["reason"]]
    if any(why.get("level") == Level.NEVER for why in told):
        told = [{**why, "level": Level.NEVER} if why.get("level") == Level.CLEARANCE else why for why in told]
    found = []
    for level in Level:
        own = [why for why in told if why.get("level") == level]
        if own:
            places = dict.fromkeys(place.lower() for why in own for place in why.get("where", ()))
            local = level is Level.LOCAL and bool(places)
            word = _("Not on: %(places)s") % {"places": ", ".join(places)} if local else level_in_words(level)
            found.append(LevelReasons(level, word, tuple(dict.fromkeys(why["reason"] for why in own))))
    return tuple(found)


def percent_in_words(percents: Iterable[Decimal]) -> str:
    """The sum of some percents, without zeros at its end; empty for nothing."""
    total = sum(percents, Decimal())
    return f"{total.normalize():f}" if total else ""


def rhythm_in_words(recommended: dict[str, Any], *, is_booked: bool = False) -> str:
    """Minutes, rhythm and number of visits of a recommended massage; no minutes where its length is booked already."""
    weeks, days = divmod(recommended["every_days"], 7)
    if recommended["visits"] == 1:
        rhythm = _("as often as it does you good")
    elif days:
        rhythm = ngettext("every %(number)d day", "every %(number)d days", recommended["every_days"]) % {
            "number": recommended["every_days"]
        }
    else:
        rhythm = ngettext("every week", "every %(number)d weeks", weeks) % {"number": weeks}
    minutes = [] if is_booked else [_("%(number)d minutes") % {"number": recommended["minutes"]}]
    if recommended["visits"] == 1:
        return capfirst(", ".join([*minutes, rhythm]))
    visits = ngettext("%(number)d session", "%(number)d sessions", recommended["visits"]) % {
        "number": recommended["visits"]
    }
    return capfirst(", ".join([*minutes, rhythm, visits]))


def left_out(items: Iterable[CarePlanItem]) -> list[dict[str, Any]]:
    """What was held back, each with every reason that the client may read."""
    return [
        {"name": item.name, "reasons": [why for why in item.withheld_because if why.get("to", "both") == "both"]}
        for item in items
        if item.state == CarePlanItem.State.WITHHELD
    ]
