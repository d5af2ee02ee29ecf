"""A care plan under the therapist's eyes: what is proposed and held back, with ticks, reasons and order as typed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import Http404, QueryDict

from booking.models import Appointment
from clients.care.blend import BlendTable
from clients.care.items import HomeCareTip, Oil
from clients.models import CarePlan, CarePlanItem
from clients.plans.blends import blend_table_of

State = CarePlanItem.State
# How long after a session what belongs to it may still come in.
RELEASED_STATES = dt.timedelta(days=1)


@dataclass(frozen=True)
class ReviewLine:
    """One item of the plan on the therapist's screen; `focus`: the keyboard is here after what was just done."""

    item: CarePlanItem
    kept: bool
    override: str
    dose: str
    error: str = ""
    focus: str = ""
    first: bool = False
    last: bool = False

    @property
    def held(self) -> bool:
        """Whether a rule held it back."""
        return bool(self.item.withheld_because)

    @property
    def blend(self) -> BlendTable | None:
        """How many drops go into how much carrier, where the item is mixed at all."""
        return blend_table_of(self.item)

    @property
    def why(self) -> list[str]:
        """The client's own answers that led here, by name."""
        return [each["name"] for words in self.item.because.values() for each in words]


@dataclass(frozen=True)
class TypedReview:
    """What the review form said."""

    keep: frozenset[int] = frozenset()
    overrides: Mapping[int, str] = field(default_factory=dict)
    doses: Mapping[int, str] = field(default_factory=dict)
    order: tuple[int, ...] = ()


@dataclass(frozen=True)
class CatalogueSearch:
    """What was looked for in the catalogue, what was found, and a word about it."""

    words: str = ""
    found: tuple[Oil | HomeCareTip, ...] = ()
    said: str = ""


@dataclass(frozen=True)
class PlanReview:
    """A plan under review; `typed` is what a form held that was not approved yet, `focus` where its person goes on."""

    plan: CarePlan
    items: list[CarePlanItem]
    typed: TypedReview | None = None
    error: str = ""
    field: str | None = None
    search: CatalogueSearch = CatalogueSearch()
    focus: tuple[int, str] = (0, "")
    # What the page had shown before anything was typed (booking.desk.session.plan_review_merge).
    shown: str = ""

    @property
    def chosen(self) -> list[ReviewLine]:
        """What may be given, with what is given against a rule, in the order in which the client will read it."""
        items = sorted_items([item for item in self.items if is_chosen(item)], self.typed.order if self.typed else ())
        kinds = [item.kind for item in items]
        return [
            self.line(item, first=kinds[:place].count(item.kind) == 0, last=kinds[place + 1 :].count(item.kind) == 0)
            for place, item in enumerate(items)
        ]

    @property
    def held_back(self) -> list[ReviewLine]:
        """What a rule held back."""
        return [self.line(item) for item in self.items if not is_chosen(item)]

    def line(self, item: CarePlanItem, *, first: bool = False, last: bool = False) -> ReviewLine:
        """One item: as typed where a form came back, else as it stands."""
        error = self.error if self.field == str(item.pk) else ""
        focus = self.focus[1] if self.focus[0] == item.pk else ""
        if self.typed is None:
            kept = item.state == State.RELEASED
            return ReviewLine(item, kept, item.override_reason, item.dose, error, focus, first, last)
        override = self.typed.overrides.get(item.pk, "")
        dose = self.typed.doses.get(item.pk, item.dose)
        return ReviewLine(item, item.pk in self.typed.keep, override, dose, error, focus, first, last)


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


def plan_for_appointment(appointment: Appointment) -> PlanReview | None:
    """The plan made for this appointment; without one the newest that the client had when it was over, or None."""
    plans = CarePlan.objects.filter(client=appointment.client_id).select_related("approved_by", "intake")
    own = plans.filter(appointment=appointment.public_id).order_by("-made_at").first()
    then = plans.filter(made_at__lte=appointment.ends_at + RELEASED_STATES)
    plan = own or then.order_by("-made_at").first()
    return PlanReview(plan, review_items(plan)) if plan else None


def review_items(plan: CarePlan) -> list[CarePlanItem]:
    """The items of a plan as a therapist goes through them."""
    return sorted_items(list(plan.items.select_related("added_by")))


def read_review(sent: QueryDict, items: list[CarePlanItem]) -> TypedReview:
    """The ticks, reasons, doses and order that a form held. Raises Http404 for an id that is no number."""
    try:
        keep = frozenset(int(key) for key in sent.getlist("keep"))
        order = tuple(dict.fromkeys(int(key) for key in sent.getlist("order")))
    except ValueError:
        raise Http404 from None
    return TypedReview(
        keep=keep,
        overrides={item.pk: posted_text(sent, f"why-{item.pk}") for item in items if f"why-{item.pk}" in sent},
        doses={item.pk: posted_text(sent, f"dose-{item.pk}") for item in items if f"dose-{item.pk}" in sent},
        order=order,
    )


def posted_text(sent: QueryDict, name: str) -> str:
    """One typed text, cut to what is reasonable."""
    return str(sent.get(name, ""))[:2000]
