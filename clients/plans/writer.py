"""The engine's answer put into words: names for slugs, texts for one country, the client's answers behind a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from clients.care import Answers, Because, Clash, Level, Plan, Reason, Triage, Withheld, make_care_plan
from clients.care.conditions import present_conditions
from clients.care.entries import Oil, Recommendation, Slugs, Tip
from clients.care.plans import ASSUMED, CHECKED, FLAG, ProposedOil, ProposedTip
from clients.models import CarePlanItem
from clients.plans.blends import blend_in_words
from clients.plans.wording import SENTENCE, ClientWords, citations

Kind, State = CarePlanItem.Kind, CarePlanItem.State
Words = dict[str, Any]
STOPS = (Triage.EMERGENCY, Triage.DOCTOR)
# The place of the first of those that were left out, behind all that is given.
BEHIND = 100


@dataclass(frozen=True)
class PlanWriter:
    """One plan in words."""

    words: ClientWords
    answers: Answers

    @cached_property
    def found(self) -> Plan:
        """The engine's answer."""
        return make_care_plan(self.words.catalogue, self.answers)

    @cached_property
    def where(self) -> Mapping[str, Slugs]:
        """The places of each condition that holds, where they are known."""
        index = self.words.catalogue.index
        return present_conditions(index, self.answers).where

    @property
    def is_open(self) -> bool:
        """Whether a safety question is unanswered: nothing is released then."""
        return self.found.triage.provisional

    @property
    def waits(self) -> bool:
        """Whether the therapist releases all of it: something asks for care, or a doctor's note was needed."""
        conditions = self.words.catalogue.index.conditions
        cleared = any(
            bar.level is Level.CLEARANCE
            for slug in self.answers.cleared & self.found.conditions
            for bar in conditions[slug].bars
        )
        return self.found.triage.action == Triage.CAUTION or cleared

    def services(self) -> list[Words]:
        """The level of each technique and add-on with every reason; while questions are open only what is held back."""
        index = self.words.catalogue.index
        if self.found.triage.action == Triage.EMERGENCY:
            return []
        return [
            {
                "slug": slug,
                "kind": kind,
                "name": self.words.say(entries[slug].name),
                "level": str(verdict.level),
                "because": [self.reason(each) for each in verdict.because],
            }
            for kind, entries, verdicts in (
                ("technique", index.techniques, self.found.services),
                ("addon", index.addons, self.found.addons),
            )
            for slug, verdict in verdicts.items()
            if verdict.level.holds_back or not self.is_open
        ]

    def warnings(self) -> list[Words]:
        """What led to the triage, with what the client reads; what is only assumed is asked, not said."""
        index = self.words.catalogue.index
        found = []
        for each in self.found.triage.because:
            if each.how == ASSUMED:
                continue
            entry = index.red_flags[each.slug] if each.kind == FLAG else index.conditions[each.slug]
            name = self.words.say(entry.name)
            text = self.words.say(entry.text) or name
            if each.how == CHECKED:
                # "Must be checked today" contradicts who has done so.
                text = _("%(sign)s: a doctor has looked at it. Ask again if it changes.") % {"sign": name}
            found.append(
                {
                    "slug": each.slug,
                    "name": name,
                    "text": text,
                    "action": str(each.action),
                    "how": each.how,
                }
            )
        return found

    def questions(self) -> list[Words]:
        """The open safety questions."""
        return asked_in_words(self.found.triage.questions, self.words)

    def doctor_note(self) -> str:
        """What the note to take to the doctor asks; it names no answer. Empty where none is needed."""
        if self.found.triage.action != Triage.DOCTOR or not self.found.triage.stops:
            return ""
        technique = self.words.catalogue.index.techniques.get(self.answers.service or "")
        planned = _("We plan a massage: %(planned)s.") % {"planned": technique.name} if technique else ""
        asks = _(
            "An answer to our health questions asks for a doctor's look before it. Please tell us whether a massage is "
            "advisable now, and what we should leave out: pressure, warmth, places, positions."
        )
        return f"{planned or _('We plan a massage.')} {asks}"

    def recommendation(self, found: Recommendation | None) -> Words | None:
        """A massage with its length in minutes, its rhythm in days, how often, and why."""
        if found is None or self.is_open:
            return None
        return {
            "slug": found.id,
            "title": self.words.say(found.name),
            "technique": found.technique,
            "name": self.words.say(self.words.catalogue.index.techniques[found.technique].name),
            "minutes": found.minutes,
            "every_days": found.every_days,
            "visits": found.visits,
            "because": self.words.advise(found.because),
            "brief": SENTENCE.split(self.words.advise(found.because), maxsplit=1)[0],
        }

    def columns(self) -> Words:
        """What the plan keeps beside its items. While a question is open it keeps nothing that could be released."""
        found, index = self.found, self.words.catalogue.index
        kept: Words = {
            "triage": found.triage.action,
            "provisional": self.is_open,
            "questions": self.questions(),
            "services": self.services(),
            "warnings": self.warnings(),
            "doctor_note": self.doctor_note(),
        }
        if self.is_open:
            return kept
        return {
            **kept,
            "one_thing": found.one_thing or "",
            "recommended": self.recommendation(found.recommended),
            "alternatives": [self.recommendation(each) for each in found.alternatives],
            "opening": self.words.to_read(index.home_care[found.open]) if found.open else None,
            "more": [self.words.to_read(index.home_care[slug]) for slug in found.more],
            "also": list(found.also),
            "dropped": [each.slug for each in found.dropped],
            "blend": self.blend(),
            "claims": [self.claim(slug) for slug in found.claims],
        }

    def claim(self, slug: str) -> Words:
        """What studies found of a statement that the client may have read elsewhere, and what we say."""
        claim = next(each for each in self.words.catalogue.claims if each.id == slug)
        return {
            "slug": slug,
            "name": self.words.say(claim.name),
            "finding": self.words.say(claim.finding),
            "say": self.words.say(claim.say),
        }

    def blend(self) -> Words | None:
        """The strength of the blend, why it is lower than usual, the safety text, and each oil for the label."""
        found, index = self.found, self.words.catalogue.index
        if found.blend is None:
            return None
        lowered_by = [index.conditions[slug].name for slug in found.blend.because]
        oils = [(index.oils[each.slug], each.percent) for each in found.oils]
        parts = [(oil, self.words.say(oil.name), percent) for oil, percent in oils]
        return blend_in_words(found.blend.percent, lowered_by, index.oils.get(found.carrier or ""), parts, self.words)

    def items(self) -> Iterator[CarePlanItem]:
        """The proposed and the withheld, oils first, each in the engine's order.

        While a question is open there is none but what is said beside a stop.
        """
        found, index = self.found, self.words.catalogue.index
        tips = [self.proposed_tip(index.home_care[each.slug], each) for each in found.home_care]
        if self.is_open:
            if found.triage.stops:
                yield from with_positions([tip for tip in tips if index.home_care[tip.slug].with_stop])
            return
        oils = [self.proposed_oil(index.oils[each.slug], each) for each in found.oils]
        yield from with_positions(oils)
        if found.carrier:
            carrier = self.base(Kind.CARRIER, index.oils[found.carrier])
            # A carrier is for the oils: it is the client's as soon as one of them is.
            free = any(oil.state == State.RELEASED for oil in oils)
            carrier.state = State.RELEASED if free else State.WAITING
            yield carrier
        yield from with_positions(tips)
        left_out: tuple[tuple[CarePlanItem.Kind, Mapping[str, Oil | Tip], tuple[Withheld, ...]], ...] = (
            (Kind.OIL, index.oils, found.withheld_oils),
            (Kind.HOME_CARE, index.home_care, found.withheld_home_care),
        )
        for kind, entries, held in left_out:
            yield from with_positions([self.withheld(kind, entries[each.slug], each) for each in held], BEHIND)

    def proposed_tip(self, tip: Tip, proposal: ProposedTip) -> CarePlanItem:
        """A tip; under a stop in the words for it."""
        row = self.base(Kind.HOME_CARE, tip)
        stop = self.found.triage.action in STOPS
        if stop and tip.stop_text:
            row.text, row.dose = self.words.advise(tip.stop_text), ""
        row.role = tip.role
        row.because = self.because(proposal.because)
        row.cautions = [self.reason(each) for each in proposal.caution]
        row.wait_hours = proposal.wait_hours
        row.may_be_emailed = proposal.email
        row.steps = [self.words.advise(step) for step in tip.steps]
        if not tip.picture_for or not self.answers.areas.isdisjoint(tip.picture_for):
            row.picture, row.picture_text = tip.picture or "", self.words.say(tip.picture_text)
        row.video = tip.video
        row.state = State.WAITING if proposal.review or (self.waits and not stop) else State.RELEASED
        return row

    def proposed_oil(self, oil: Oil, proposal: ProposedOil) -> CarePlanItem:
        """An oil with its share of the blend in percent."""
        row = self.base(Kind.OIL, oil)
        row.percent = None if proposal.percent is None else Decimal(str(proposal.percent))
        row.session_only = proposal.use == "session"
        row.because = self.because(proposal.because)
        row.cautions = [self.reason(each) for each in proposal.caution]
        row.state = State.WAITING if proposal.review or self.waits else State.RELEASED
        return row

    def withheld(self, kind: CarePlanItem.Kind, item: Oil | Tip, held: Withheld) -> CarePlanItem:
        """One item that was held back, with every reason."""
        row = self.base(kind, item)
        row.role = item.role if isinstance(item, Tip) else ""
        row.state = State.WITHHELD
        row.withheld_because = [self.reason(each) for each in held.because]
        return row

    def base(self, kind: CarePlanItem.Kind, item: Oil | Tip) -> CarePlanItem:
        """What every row says of its item, in words a client may read."""
        evidence = item.evidence
        return CarePlanItem(
            kind=kind,
            slug=item.id,
            position=0,
            name=self.words.say(item.name),
            text=self.words.advise(item.text),
            dose=self.words.advise(item.dose),
            tags=list(item.tags),
            evidence_grade=str(evidence.grade),
            evidence_note=self.words.say(evidence.note),
            sources=[
                {**each, "checked": evidence.checked} for each in citations(self.words.catalogue.cited(evidence.source))
            ],
        )

    def because(self, why: Because) -> dict[str, list[Words]]:
        """The client's own answers that matched, by name."""
        index = self.words.catalogue.index
        matched: dict[str, tuple[Iterable[str], Mapping[str, Any]]] = {
            "symptoms": (why.symptoms, index.symptoms),
            "causes": (why.causes, index.causes),
            "areas": (why.areas, index.areas),
            "onset": (why.onset, index.onsets),
        }
        return {
            name: [{"slug": slug, "name": self.words.say(terms[slug].name)} for slug in slugs]
            for name, (slugs, terms) in matched.items()
            if slugs
        }

    def reason(self, why: Reason | Clash) -> Words:
        """Why something is held back or done with care; `condition` is empty for the triage itself.

        `to`: "both", or "therapist" only. `for_good`: no reason of the therapist lifts it. `sets_dose`: it stands in
        place of the item's dose.
        """
        index = self.words.catalogue.index
        told = {"reason": self.words.say(why.reason), "level": str(why.level), "to": why.to}
        if isinstance(why, Clash):
            return {"condition": "", "with": why.technique, "name": index.techniques[why.technique].name, **told}
        condition = index.conditions.get(why.condition)
        return {
            "condition": why.condition,
            "name": self.words.say(condition.name) if condition else "",
            **told,
            **({"where": self.places_of(why.condition)} if self.is_local(why) else {}),
            **({"for_good": True} if why.level is Level.NEVER else {}),
            **({"sets_dose": True} if why.sets_dose else {}),
        }

    def is_local(self, why: Reason) -> bool:
        """Whether a reason speaks of a place, which is said with it: a tip is done with care beside it."""
        if why.level is Level.LOCAL:
            return True
        known = self.words.catalogue.index.conditions.get(why.condition)
        bars = known.bars if known else ()
        return why.level is Level.CAUTION and any(bar.level is Level.LOCAL and bar.reason == why.reason for bar in bars)

    def places_of(self, condition: str) -> list[str]:
        """The names of the places of a condition; none where nobody knows them."""
        index = self.words.catalogue.index
        return [self.words.say(index.areas[slug].name) for slug in index.in_order(self.where.get(condition, ()))]


def asked_in_words(slugs: Iterable[str], words: ClientWords) -> list[Words]:
    """Safety questions; `checked`: whether "a doctor looked at it" is an answer."""
    flags = [words.catalogue.index.red_flags[slug] for slug in slugs]
    return [
        {"slug": flag.id, "question": words.say(flag.question), "checked": flag.checked is not None} for flag in flags
    ]


def with_positions(items: list[CarePlanItem], start: int = 0) -> list[CarePlanItem]:
    """The items with their places."""
    for position, item in enumerate(items, start):
        item.position = position
    return items
