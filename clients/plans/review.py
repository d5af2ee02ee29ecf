"""The therapist's word on a plan: what stays, what goes, what is given against a rule, and why."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.care import Catalogue, Triage
from clients.care.bars import conditions_barring_item
from clients.care.weighing import are_unmixable
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.tips import load_client_knowledge, triage_and_conditions
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, User
from clinic.records.written_reason import require_reason

State = CarePlanItem.State


def approve_plan(
    plan: CarePlan,
    *,
    by: User,
    keep: Collection[int],
    overrides: Mapping[int, str] | None = None,
    doses: Mapping[int, str] | None = None,
    order: Sequence[int] = (),
    now: dt.datetime | None = None,
) -> CarePlan:
    """Release the items whose ids are in `keep`, drop the others; approving again replaces the earlier word.

    `overrides` gives, by item id, the written reason for keeping what a rule withheld; `doses` new words
    for a dose; `order` all or some ids in the order in which the client reads them, kind by kind.
    Raises Refusal: `not_of_plan` for a foreign id, `reason_needed` for an override without a sentence, `for_good` for
    what no reason lifts, `pair` for two that must not meet, `emergency` where nothing may be recommended.
    """
    reasons = {key: reason.strip() for key, reason in (overrides or {}).items()}
    with transaction.atomic():
        row = CarePlan.objects.select_for_update(of=("self",)).select_related("client").get(pk=plan.pk)
        items = list(row.items.all())
        must_belong_to_plan(items, {*keep, *reasons, *(doses or {}), *order})
        kept = [item for item in items if item.pk in keep]
        must_be_allowed(row, kept, reasons)
        for item in items:
            decide_item(item, kept=item in kept, reason=reasons.get(item.pk, ""), dose=(doses or {}).get(item.pk))
        order_items(items, order)
        CarePlanItem.objects.bulk_update(items, ["state", "override_reason", "dose", "position"])
        row.state = CarePlan.State.APPROVED
        row.approved_by, row.approved_at = by, now or timezone.now()
        row.save(update_fields=["state", "approved_by", "approved_at"])
        note_access(row.client, noun="care plan", action=AccessEvent.Action.CHANGE, user=by)
    return row


def decide_item(item: CarePlanItem, *, kept: bool, reason: str, dose: str | None) -> None:
    """Set one item to what the therapist decided. What was withheld and not kept stays withheld."""
    held = bool(item.withheld_because)
    if kept:
        item.state = State.RELEASED
    else:
        # What only the therapist thought of is no news to the client, so it is not among what was left out.
        item.state = State.WITHHELD if held and not item.added else State.DROPPED
    item.override_reason = reason if kept and held else ""
    if kept and dose is not None:
        item.dose = dose.strip()


def order_items(items: Iterable[CarePlanItem], order: Sequence[int]) -> None:
    """Give the items in `order` the first places, and what was kept besides the next; the rest stays where it is."""
    places = {key: place for place, key in enumerate(order)}
    if not places:
        return
    besides = [item for item in items if item.pk not in places and item.state == State.RELEASED]
    for item in sorted(besides, key=lambda item: item.position):
        places[item.pk] = len(places)
    for item in items:
        item.position = places.get(item.pk, item.position)


def must_belong_to_plan(items: Iterable[CarePlanItem], named: Collection[int]) -> None:
    """Refuse ids of another plan."""
    if set(named) - {item.pk for item in items}:
        raise Refusal(_("This item does not belong to this plan. Please reload the page."), code="not_of_plan")


def must_be_allowed(plan: CarePlan, kept: list[CarePlanItem], reasons: Mapping[int, str]) -> None:
    """Refuse recommendations in an emergency, what no reason lifts, silent overrides, and both of a pair."""
    if kept and plan.triage == Triage.EMERGENCY:
        raise Refusal(_("After an emergency answer nothing is recommended."), code="emergency")
    must_not_include_barred(plan, kept)
    for item in kept:
        if item.withheld_because:
            require_reason(reasons.get(item.pk, ""), field=str(item.pk))
    pair = first_clash(kept, current_catalogue())
    if pair is not None:
        raise Refusal(
            _("“%(one)s” and “%(other)s” must not meet. Please keep only one of the two.")
            % {"one": pair[0].name, "other": pair[1].name},
            code="pair",
            field=str(pair[1].pk),
        )


def must_not_include_barred(plan: CarePlan, kept: Iterable[CarePlanItem]) -> None:
    """Refuse what no reason lifts: by the plan as it was made, and by everything that is known of the client today."""
    known = load_client_knowledge(plan.client)
    _triage, present = triage_and_conditions(known)
    index = known.catalogue.index
    for item in kept:
        found = [why["name"] for why in item.withheld_because if why.get("for_good")]
        today = index.oils.get(item.slug) or index.home_care.get(item.slug)
        if today is not None:
            found += [index.conditions[slug].name for slug in conditions_barring_item(known.catalogue, today, present)]
        if found:
            raise Refusal(
                _("“%(item)s” cannot be given to this client, whatever the reason: %(conditions)s.")
                % {"item": item.name, "conditions": ", ".join(dict.fromkeys(found))},
                code="for_good",
                field=str(item.pk),
            )


def first_clash(kept: list[CarePlanItem], catalogue: Catalogue) -> tuple[CarePlanItem, CarePlanItem] | None:
    """The first two kept items that must not meet: as the plan says, or by today's catalogue."""
    named = {item.slug: {each["slug"] for each in item.not_with} for item in kept}
    for place, one in enumerate(kept):
        for other in kept[place + 1 :]:
            as_given = other.slug in named[one.slug] or one.slug in named[other.slug]
            if as_given or are_unmixable(catalogue, one.slug, other.slug):
                return one, other
    return None
