"""The care plan: the engine's answer to one intake, kept as a snapshot in words."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Answers, Because, Catalogue, Plan, Proposal, Triage, Withheld, make_care_plan
from clients.care.answers import only_known
from clients.care.bars import bars_for_good
from clients.care.engine import waits_for_doctor
from clients.care.items import HomeCareTip, Item, Oil, Rule
from clients.care.plans import Clash
from clients.catalogue import current_edition
from clients.intake.screening import flag_texts
from clients.models import CarePlan, CarePlanItem, Intake
from clients.plans.wording import citations, wording_for_clients
from clinic.models import Practice

Kind, State = CarePlanItem.Kind, CarePlanItem.State
WordsOfSlugs = list[dict[str, Any]]


def make_plan(
    intake: Intake, *, technique_slug: str = "", appointment: uuid.UUID | None = None, now: dt.datetime | None = None
) -> CarePlan:
    """Advise on one intake and keep the answer. Items that need the therapist, or stand in a pair, wait.

    An emergency makes a plan with nothing in it. Runs inside the caller's transaction where there is one.
    """
    held = current_edition()
    catalogue = held.catalogue
    answers = engine_answers(intake, catalogue, technique_slug)
    found = make_care_plan(catalogue, answers)
    teller = PlanWriter(catalogue, answers, found)
    care_plan = CarePlan.objects.create(
        client_id=intake.client_id,
        intake=intake,
        technique=technique_slug,
        appointment=appointment,
        catalogue_version=held.label,
        triage=found.triage,
        services=teller.services(),
        warnings=teller.warnings(),
        doctor_note=teller.doctor_note(),
        made_at=now or timezone.now(),
    )
    items = list(teller.items())
    for item in items:
        item.plan = care_plan
    CarePlanItem.objects.bulk_create(items)
    return care_plan


def engine_answers(intake: Intake, catalogue: Catalogue, technique: str, *, region: str | None = None) -> Answers:
    """An intake as the engine takes it, under the law of `region` (the practice's own where none is given); what the
    catalogue has lost is left out."""
    said = Answers(
        symptoms=frozenset(intake.symptoms),
        onset=frozenset(intake.onset),
        causes=frozenset(intake.causes),
        areas=frozenset(intake.areas),
        conditions=frozenset(intake.conditions),
        red_flags=frozenset(intake.red_flags),
        service=technique,
        region=region or Practice.current().country,
    )
    return only_known(catalogue, said)


@dataclass(frozen=True)
class PlanWriter:
    """Puts the engine's answer into words: names for slugs, and the client's own answers behind every reason."""

    catalogue: Catalogue
    answers: Answers
    found: Plan

    def services(self) -> WordsOfSlugs:
        """Each kind of massage with its level and reasons; none in an emergency, which closes them all."""
        if self.found.triage == Triage.EMERGENCY:
            return []
        techniques = self.catalogue.index.techniques
        return [
            {
                "slug": slug,
                "name": techniques[slug].name,
                "level": str(level.level),
                "because": [self.reason(rule) for rule in level.because],
            }
            for slug, level in self.found.services.items()
            if not techniques[slug].switched_off
        ]

    def warnings(self) -> WordsOfSlugs:
        """Each warning sign behind an emergency or a doctor first, with what the client reads about it."""
        if self.found.triage not in (Triage.EMERGENCY, Triage.DOCTOR):
            return []
        known = self.catalogue.index.red_flags
        texts = flag_texts(self.catalogue, self.found.flags)
        return [
            {"slug": slug, "name": known[slug].name, "text": text}
            for slug, text in zip(self.found.flags, texts, strict=True)
        ]

    def doctor_note(self) -> str:
        """What the note to take to the doctor asks; it names no answer. Empty where none is needed."""
        if self.found.triage != Triage.DOCTOR:
            return ""
        technique = self.catalogue.index.techniques.get(self.answers.service or "")
        planned = _("We plan a massage: %(planned)s.") % {"planned": technique.name} if technique else ""
        asks = _(
            "An answer to our health questions asks for a doctor's look before it. Please tell us whether a massage is "
            "advisable now, and what we should leave out: pressure, warmth, places, positions."
        )
        return f"{planned or _('We plan a massage.')} {asks}"

    def items(self) -> Iterator[CarePlanItem]:
        """The proposed and the withheld, oils first, each in the engine's order."""
        found, index = self.found, self.catalogue.index
        oils = [self.proposed(Kind.OIL, index.oils[each.slug], each) for each in found.oils]
        yield from with_positions(oils)
        if found.carrier:
            # A carrier is for the oils: it is the client's as soon as one of them is.
            state = State.RELEASED if any(oil.state == State.RELEASED for oil in oils) else State.WAITING
            yield self.carrier(index.oils[found.carrier], state)
        yield from with_positions(
            [self.proposed(Kind.HOME_CARE, index.home_care[each.slug], each) for each in found.home_care]
        )
        yield from with_positions(
            [self.withheld(Kind.OIL, index.oils[held.slug], held) for held in found.withheld_oils], 100
        )
        left_out = found.withheld_home_care
        yield from with_positions(
            [self.withheld(Kind.HOME_CARE, index.home_care[held.slug], held) for held in left_out], 100
        )

    def proposed(self, kind: CarePlanItem.Kind, item: Item, proposal: Proposal) -> CarePlanItem:
        """One proposal, waiting for the therapist where it must."""
        names = {**self.catalogue.index.oils, **self.catalogue.index.home_care}
        row = self.base(kind, item)
        row.state = State.WAITING if proposal.review or proposal.not_with else State.RELEASED
        row.score = proposal.score
        row.because = self.because(proposal.because)
        row.cautions = [self.reason(rule) for rule in proposal.caution]
        row.not_with = [{"slug": slug, "name": names[slug].name} for slug in proposal.not_with]
        return row

    def carrier(self, oil: Oil, state: CarePlanItem.State) -> CarePlanItem:
        """The carrier, with its cautions, which the engine names only for what it ranks."""
        row = self.base(Kind.CARRIER, oil)
        row.state = state
        row.cautions = [self.reason(rule) for rule in oil.caution_when if rule.condition in self.found.origins]
        return row

    def withheld(self, kind: CarePlanItem.Kind, item: Oil | HomeCareTip, held: Withheld) -> CarePlanItem:
        """One item that was held back, with every reason."""
        row = self.base(kind, item)
        row.state = State.WITHHELD
        row.withheld_because = self.against(item, held.because, after_doctor=waits_for_doctor(item, self.found.triage))
        return row

    def against(
        self, item: Oil | HomeCareTip, because: Iterable[Rule | Clash], *, after_doctor: bool
    ) -> list[dict[str, Any]]:
        """Every reason against an item, those that nothing lifts marked; `after_doctor`: a sign comes before it."""
        reasons = [self.clash(why) if isinstance(why, Clash) else self.bar(item, why) for why in because]
        if after_doctor:
            first = _("A warning sign was ticked; this waits until a doctor has looked.")
            reasons.append({"name": _("Doctor first"), "reason": first, "from": []})
        return reasons

    def base(self, kind: CarePlanItem.Kind, item: Item) -> CarePlanItem:
        """What every row says of its item, in words a client may read."""
        return CarePlanItem(
            kind=kind,
            slug=item.slug,
            position=0,
            name=item.name,
            text=self.plain(item.text),
            dose=self.plain(item.dose),
            evidence_grade=item.evidence.grade,
            evidence_note=self.plain(item.evidence.note),
            sources=citations(self.catalogue.cited(item.evidence.sources)),
            avoid_heat=isinstance(item, Oil) and not item.heat_ok,
            may_be_emailed=not (isinstance(item, HomeCareTip) and item.not_by_email),
        )

    def plain(self, text: str) -> str:
        """`text` as a client may read it."""
        return wording_for_clients(text, self.catalogue.claims)

    def because(self, why: Because) -> dict[str, WordsOfSlugs]:
        """The client's own answers that matched, by name."""
        index = self.catalogue.index
        matched: dict[str, tuple[Iterable[str], Mapping[str, Any]]] = {
            "symptoms": (why.symptoms, index.symptoms),
            "causes": (why.causes, index.causes),
            "onset": (why.onset, index.onsets),
            "areas": (why.areas, index.areas),
        }
        return {
            name: [{"slug": slug, "name": terms[slug].name} for slug in slugs]
            for name, (slugs, terms) in matched.items()
            if slugs
        }

    def reason(self, rule: Rule) -> dict[str, Any]:
        """A condition by name, why it matters, and (where the client did not tick it) the answers it follows from."""
        names = self.catalogue.index
        known: dict[str, Any] = {**names.conditions, **names.symptoms, **names.causes}
        origins = self.found.origins.get(rule.condition, frozenset()) - {rule.condition}
        ticked = rule.condition in self.answers.conditions
        return {
            "condition": rule.condition,
            "name": names.conditions[rule.condition].name,
            "reason": self.plain(rule.reason),
            "from": [] if ticked else [known[slug].name for slug in names.in_order(origins)],
        }

    def bar(self, item: Oil | HomeCareTip, rule: Rule) -> dict[str, Any]:
        """A rule against an item; `for_good` where no reason of the therapist lifts it."""
        for_good = bars_for_good(self.catalogue, item, rule.condition)
        return {**self.reason(rule), **({"for_good": True} if for_good else {})}

    def clash(self, clash: Clash) -> dict[str, Any]:
        """Held back because of the massage that was chosen."""
        return {
            "with": clash.technique,
            "name": self.catalogue.index.techniques[clash.technique].name,
            "reason": clash.reason,
            "from": [],
        }


def with_positions(items: list[CarePlanItem], start: int = 0) -> list[CarePlanItem]:
    """The items with their places."""
    for position, item in enumerate(items, start):
        item.position = position
    return items
