"""The therapist's review of a care plan: what is proposed and held back, with the ticks and reasons as typed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.access import team_only
from booking.models import Appointment
from clients.actions import approve_plan
from clients.blends import blend_of
from clients.care.blend import BlendTable
from clients.models import CarePlan, CarePlanItem
from clinic.errors import Refusal
from clinic.http import StaffRequest

State = CarePlanItem.State


@dataclass(frozen=True)
class Line:
    """One item of the plan on the therapist's screen."""

    item: CarePlanItem
    kept: bool
    override: str
    dose: str
    error: str = ""

    @property
    def held(self) -> bool:
        """Whether a rule held it back."""
        return bool(self.item.withheld_because)

    @property
    def blend(self) -> BlendTable | None:
        """How many drops go into how much carrier, where the item is mixed at all."""
        return blend_of(self.item)

    @property
    def why(self) -> list[str]:
        """The client's own answers that led here, by name."""
        return [each["name"] for words in self.item.because.values() for each in words]


@dataclass(frozen=True)
class Review:
    """A plan under review; `typed` is what a refused form held."""

    plan: CarePlan
    items: list[CarePlanItem]
    typed: "Typed | None" = None
    error: str = ""
    field: str | None = None

    @property
    def lines(self) -> list[Line]:
        """Every item as it is shown."""
        return [self.line(item) for item in self.items]

    @property
    def proposed(self) -> list[Line]:
        """What the engine proposed."""
        return [line for line in self.lines if not line.held]

    @property
    def held_back(self) -> list[Line]:
        """What a rule held back."""
        return [line for line in self.lines if line.held]

    def line(self, item: CarePlanItem) -> Line:
        """One item: as typed where a form was refused, else as it stands."""
        error = self.error if self.field == str(item.pk) else ""
        if self.typed is None:
            return Line(item, item.state == State.RELEASED, item.override_reason, item.dose, error)
        typed = self.typed
        return Line(
            item, item.pk in typed.keep, typed.overrides.get(item.pk, ""), typed.doses.get(item.pk, item.dose), error
        )


@dataclass(frozen=True)
class Typed:
    """What the review form said."""

    keep: frozenset[int] = frozenset()
    overrides: Mapping[int, str] = field(default_factory=dict)
    doses: Mapping[int, str] = field(default_factory=dict)


def plan_of(appointment: Appointment) -> Review | None:
    """The plan made for this visit; without one the newest of the client, or None."""
    plans = CarePlan.objects.filter(client=appointment.client_id).select_related("approved_by", "intake")
    plan = plans.filter(visit=appointment.public_id).order_by("-made_at").first() or plans.order_by("-made_at").first()
    return Review(plan, items_of(plan)) if plan else None


def items_of(plan: CarePlan) -> list[CarePlanItem]:
    """The items of a plan as a therapist goes through them: oils, what carries them, home care."""
    order = list(CarePlanItem.Kind.values)
    return sorted(plan.items.all(), key=lambda item: (order.index(item.kind), item.position, item.pk))


@team_only
@require_POST
def approve(request: StaffRequest, public_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Approve the plan as ticked, or show it again as typed with what stands in the way."""
    from booking.views.desk.visit import visit_for, visit_page

    appointment = visit_for(request.user, public_id)
    plan = get_object_or_404(CarePlan, public_id=plan_id, client=appointment.client_id)
    items = items_of(plan)
    typed = read(request.POST, items)
    overrides = {key: why for key, why in typed.overrides.items() if key in typed.keep}
    doses = {key: dose for key, dose in typed.doses.items() if key in typed.keep}
    try:
        approve_plan(plan, by=request.user, keep=typed.keep, overrides=overrides, doses=doses)
    except Refusal as refusal:
        refused = Review(plan, items, typed, refusal.message, refusal.field)
        return visit_page(request, appointment, review=refused, status=422)
    messages.success(request, _("The plan is approved. The client sees it on their page."))
    return redirect("booking:desk-visit", public_id=public_id)


def read(sent: QueryDict, items: list[CarePlanItem]) -> Typed:
    """The ticks, reasons and doses that a form held. Raises Http404 for an id that is no number."""
    try:
        keep = frozenset(int(key) for key in sent.getlist("keep"))
    except ValueError:
        raise Http404 from None
    return Typed(
        keep=keep,
        overrides={item.pk: text(sent, f"why-{item.pk}") for item in items if f"why-{item.pk}" in sent},
        doses={item.pk: text(sent, f"dose-{item.pk}") for item in items if f"dose-{item.pk}" in sent},
    )


def text(sent: QueryDict, name: str) -> str:
    """One typed text, cut to what is reasonable."""
    return str(sent.get(name, ""))[:2000]
