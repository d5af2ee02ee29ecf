"""A care plan under the therapist's eyes: what is proposed and held back, with ticks, reasons and order as typed."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from decimal import Decimal

from django.http import Http404, QueryDict

from booking.models import Appointment
from clients.care.entries import Oil, Tip
from clients.care.weighing import ItemVerdict, Weighing
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.blends import BlendLimit, BlendTable, blend_limit_of, blend_table_of, shares_of
from clients.plans.review import is_held_back, not_read_yet, settle_review, weigh_today
from clients.plans.wording import ClientWords
from clinic.models import Practice

Kind, State = CarePlanItem.Kind, CarePlanItem.State
# How long after a session what belongs to it may still come in.
RELEASED_STATES = dt.timedelta(days=1)


@dataclass(frozen=True)
class ReviewLine:
    """One item of the plan on the therapist's screen; `focus`: the keyboard is here after what was just done.

    `today`: what speaks against it by everything that is known now. `raise_to`: the percent that an oil may take now
    that another has left the blend; None where there is no more to take.
    """

    item: CarePlanItem
    kept: bool
    override: str
    dose: str
    error: str = ""
    focus: str = ""
    first: bool = False
    last: bool = False
    starred: bool = False
    today: ItemVerdict | None = None
    swaps: tuple[Oil | Tip, ...] = ()
    """What may be given in its place, in one tap."""
    raise_to: Decimal | None = None
    raised: bool = False

    @property
    def held(self) -> bool:
        """Whether a rule holds it back: by the plan as it was made, or by what is known since."""
        return is_held_back(self.item, self.today)

    @property
    def is_absolute(self) -> bool:
        """Whether no reason lifts what holds it back; then it is not offered."""
        return self.item.is_barred_for_good or (self.today is not None and self.today.is_absolute)

    @property
    def asks_reason(self) -> bool:
        """Whether a written reason lifts what holds it back."""
        return self.held and not self.is_absolute

    @property
    def may_be_starred(self) -> bool:
        """Whether it can be the one thing this week."""
        return self.item.kind == Kind.HOME_CARE and not self.is_absolute

    @property
    def has_neighbours(self) -> bool:
        """Whether there is another of its kind before or behind which it can stand."""
        return not (self.first and self.last)

    @property
    def way_in_focus(self) -> str:
        """The button that the keyboard is on after a move: the way it went, or back where that is at its end."""
        if self.focus not in ("up", "down"):
            return ""
        if self.first:
            return "down"
        return "up" if self.last else self.focus

    @property
    def news(self) -> list[tuple[str, str]]:
        """What speaks against it only since the plan was made: condition and reason."""
        if self.today is None:
            return []
        names = current_catalogue().index.conditions
        return [(names[each.condition].name, each.reason) for each in not_read_yet(self.item, self.today.against)]

    @property
    def why(self) -> list[str]:
        """The client's own answers that led here, by name."""
        return [each["name"] for words in self.item.because.values() for each in words]


@dataclass(frozen=True)
class TypedReview:
    """What the review form said. `star`: the id of the one thing this week, 0 where none was chosen."""

    keep: frozenset[int] = frozenset()
    overrides: Mapping[int, str] = dataclass_field(default_factory=dict)
    doses: Mapping[int, str] = dataclass_field(default_factory=dict)
    order: tuple[int, ...] = ()
    star: int = 0
    raised: frozenset[int] = frozenset()


@dataclass(frozen=True)
class CatalogueSearch:
    """What was looked for in the catalogue, what was found, and a word about it."""

    words: str = ""
    found: tuple[Oil | Tip, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class PlanReview:
    """A plan under review; `typed` is what a form held that was not approved yet, `focus` where its person goes on.

    `today`: what speaks against each item by everything that is known now.
    """

    plan: CarePlan
    items: list[CarePlanItem]
    words: ClientWords
    today: Weighing
    typed: TypedReview | None = None
    error: str = ""
    field: str | None = None
    search: CatalogueSearch = CatalogueSearch()
    focus: tuple[int, str] = (0, "")
    # What the page had shown before anything was typed (booking.desk.session.plan_review_merge).
    shown: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a question of safety is open: nothing is released then, whatever the reason."""
        return self.plan.provisional or self.today.triage.provisional

    @property
    def chosen(self) -> list[ReviewLine]:
        """What may be given, with what is given against a rule, in the order in which the client will read it."""
        items = sorted_items([item for item in self.items if is_chosen(item)], self.typed.order if self.typed else ())
        kinds = [item.kind for item in items]
        swaps = swaps_for(self.plan, self.items)
        lines = [
            self.line(item, first=kinds[:place].count(item.kind) == 0, last=kinds[place + 1 :].count(item.kind) == 0)
            for place, item in enumerate(items)
        ]
        full = shares_of([oil.slug for oil in self.kept_oils], self.limit.most, current_catalogue())
        return [self.with_more(replace(line, swaps=swaps(line.item)), full) for line in lines]

    @property
    def held_back(self) -> list[ReviewLine]:
        """What a rule held back."""
        return [self.line(item) for item in self.items if not is_chosen(item)]

    @property
    def raised(self) -> frozenset[int]:
        """The oils for which more was ticked, by id."""
        return self.typed.raised if self.typed else frozenset()

    @property
    def kept_oils(self) -> list[CarePlanItem]:
        """The oils that are ticked, in the order of the page."""
        ordered = sorted_items(self.items, self.typed.order if self.typed else ())
        return [item for item in ordered if item.kind == Kind.OIL and self.line(item).kept]

    @property
    def limit(self) -> BlendLimit:
        """How strong the oils may be together."""
        return blend_limit_of(self.plan, self.today.blend, current_catalogue())

    @property
    def blend(self) -> BlendTable | None:
        """How many drops of the oils that are ticked go into how much plain oil."""
        return blend_table_of(self.kept_oils, self.limit, current_catalogue(), raised=self.raised)

    def with_more(self, line: ReviewLine, full: Mapping[str, Decimal]) -> ReviewLine:
        """An oil's line with the strength that it may be raised to: `full` is the share of each oil that is ticked."""
        item, share = line.item, full.get(line.item.slug)
        raised = item.pk in self.raised
        if item.kind != Kind.OIL or not line.kept or share is None or item.percent is None:
            return line
        return replace(line, raise_to=share, raised=raised) if raised or share > item.percent else line

    def line(self, item: CarePlanItem, *, first: bool = False, last: bool = False) -> ReviewLine:
        """One item: as typed where a form came back, else as it stands."""
        error = self.error if self.field == str(item.pk) else ""
        focus = self.focus[1] if self.focus[0] == item.pk else ""
        today = self.today.verdicts.get(item.slug)
        starred = item.kind == Kind.HOME_CARE and item.slug == self.plan.one_thing
        if self.typed is None:
            kept = item.state == State.RELEASED
            return ReviewLine(item, kept, item.override_reason, item.dose, error, focus, first, last, starred, today)
        override = self.typed.overrides.get(item.pk, "")
        dose = self.typed.doses.get(item.pk, item.dose)
        starred = item.pk == self.typed.star if self.typed.star else starred
        kept = item.pk in self.typed.keep
        return ReviewLine(item, kept, override, dose, error, focus, first, last, starred, today)


def swaps_for(plan: CarePlan, items: list[CarePlanItem]) -> Callable[[CarePlanItem], tuple[Oil | Tip, ...]]:
    """A function that names what an item of the plan may be swapped for: tips of its role that suit as well, and oils
    that were left out because they are in it or it in them."""
    known = current_catalogue().index
    there = {item.slug for item in items}
    tips = [known.home_care[slug] for slug in plan.also if slug in known.home_care and slug not in there]
    oils = [known.oils[slug] for slug in plan.dropped if slug in known.oils and slug not in there]

    def swaps(item: CarePlanItem) -> tuple[Oil | Tip, ...]:
        if item.kind == Kind.OIL:
            own = known.oils.get(item.slug)
            return tuple(each for each in oils if own and (each.id in own.contains or own.id in each.contains))
        return tuple(each for each in tips if item.kind == Kind.HOME_CARE and each.role == item.role)

    return swaps


def is_chosen(item: CarePlanItem) -> bool:
    """Whether it stands in the list that is put in order: proposed, added, or given against a rule."""
    return not item.withheld_because or item.added or item.state == State.RELEASED


def sorted_items(items: list[CarePlanItem], order: tuple[int, ...] = ()) -> list[CarePlanItem]:
    """Oils, what carries them, home care; within a kind as in `order`, then by place."""
    kinds = list(CarePlanItem.Kind.values)
    places = {key: place for place, key in enumerate(order)}
    behind = len(places)
    return sorted(items, key=lambda item: (kinds.index(item.kind), places.get(item.pk, behind), item.position, item.pk))


def moved_by_one(items: list[CarePlanItem], key: int, *, up: bool) -> tuple[int, ...]:
    """The ids of `items` with one of them a place higher or lower among its kind; at the edge it stays."""
    order = [item.pk for item in items]
    kinds = {item.pk: item.kind for item in items}
    place = order.index(key)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order) and kinds[order[other]] == kinds[key]:
        order[place], order[other] = order[other], order[place]
    return tuple(order)


def plan_for_appointment(appointment: Appointment, practice: Practice) -> PlanReview | None:
    """The plan made for this appointment; without one the newest that the client had when it was over, or None."""
    plans = CarePlan.objects.filter(client=appointment.client_id)
    plans = plans.select_related("approved_by", "client", "intake__client")
    own = plans.filter(appointment=appointment.public_id).order_by("-made_at").first()
    then = plans.filter(made_at__lte=appointment.ends_at + RELEASED_STATES)
    plan = own or then.order_by("-made_at").first()
    return reviewed(plan, ClientWords(current_catalogue(), practice)) if plan else None


def reviewed(plan: CarePlan, words: ClientWords, typed: TypedReview | None = None, *, shown: str = "") -> PlanReview:
    """A plan as a therapist goes through it, held against what is known today; with what approving it would set: the
    share of each oil, and a day between warmth and what stings."""
    items = review_items(plan)
    review = PlanReview(plan, items, words, weigh_today(plan, items, words), typed, shown=shown)
    kept = [line.item for line in (*review.chosen, *review.held_back) if line.kept]
    settle_review(plan, kept, review.today, words, raised=review.raised)
    return review


def review_items(plan: CarePlan) -> list[CarePlanItem]:
    """The items of a plan as a therapist goes through them."""
    return sorted_items(list(plan.items.select_related("added_by")))


def read_review(sent: QueryDict, items: list[CarePlanItem]) -> TypedReview:
    """The ticks, reasons, doses, order and raised oils that a form held. Raises Http404 for an id that is no number."""
    try:
        keep = frozenset(int(key) for key in sent.getlist("keep"))
        order = tuple(dict.fromkeys(int(key) for key in sent.getlist("order")))
        star = int(sent.get("star") or 0)
        raised = frozenset(int(key) for key in sent.getlist("raise"))
    except ValueError:
        raise Http404 from None
    return TypedReview(
        keep=keep,
        overrides={item.pk: posted_text(sent, f"why-{item.pk}") for item in items if f"why-{item.pk}" in sent},
        doses={item.pk: posted_text(sent, f"dose-{item.pk}") for item in items if f"dose-{item.pk}" in sent},
        order=order,
        star=star,
        raised=raised,
    )


def posted_text(sent: QueryDict, name: str) -> str:
    """One typed text, cut to what is reasonable."""
    return str(sent.get(name, ""))[:2000]
