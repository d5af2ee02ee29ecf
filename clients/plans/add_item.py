"""What a therapist adds to a plan of their own accord: found in the catalogue, held against the answers, kept aside.

It is the client's only once the plan is approved. What a rule forbids can be added too, with a written reason.
"""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clients.care import Catalogue, Triage, make_care_plan
from clients.care.items import CARRIER, HomeCareTip, Oil
from clients.care.weighing import are_unmixable, weigh_item
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.actions import PlanWriter, engine_answers
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User

Kind, State = CarePlanItem.Kind, CarePlanItem.State


def items_on_offer(catalogue: Catalogue) -> list[Oil | HomeCareTip]:
    """Every oil and tip that may be given here, by name; what is switched off or against the region's law is not."""
    region = Practice.current().country
    items: list[Oil | HomeCareTip] = [*catalogue.oils, *catalogue.home_care]
    return sorted((item for item in items if not item.is_off(region)), key=lambda item: item.name.lower())


def search_items(words: str) -> list[Oil | HomeCareTip]:
    """The oils and tips whose name has every word of a search; an exact name alone. Nothing for no words."""
    sought = words.lower().split()
    if not sought:
        return []
    found = [item for item in items_on_offer(current_catalogue()) if all(word in item.name.lower() for word in sought)]
    exact = [item for item in found if item.name.lower().split() == sought]
    return exact or found


def add_plan_item(care_plan: CarePlan, *, slug: str, by: User) -> CarePlanItem:
    """Put an oil or tip of the catalogue beside a plan, with every reason against it; added twice it is the same item.

    Raises Refusal: `not_offered` for what is not in the catalogue or off here, `emergency` where nothing is advised.
    """
    catalogue = current_catalogue()
    item = next((each for each in items_on_offer(catalogue) if each.slug == slug), None)
    if item is None:
        raise Refusal(_("This is not offered here. Please choose from the list."), code="not_offered")
    with transaction.atomic():
        row = CarePlan.objects.select_for_update(of=("self",)).select_related("client", "intake").get(pk=care_plan.pk)
        if row.triage == Triage.EMERGENCY:
            raise Refusal(_("After an emergency answer nothing is recommended."), code="emergency")
        here = row.items.filter(slug=slug).first()
        if here is not None:
            return here
        added = item_row(row, item, catalogue)
        added.added_by = by
        added.save(force_insert=True)
        note_access(row.client, noun="care plan", action=AccessEvent.Action.CHANGE, user=by)
    return added


def item_row(care_plan: CarePlan, item: Oil | HomeCareTip, catalogue: Catalogue) -> CarePlanItem:
    """The row of an added item, unsaved: behind the others of its kind, in today's words of the catalogue."""
    answers = engine_answers(care_plan.intake, catalogue, care_plan.technique)
    teller = PlanWriter(catalogue, answers, make_care_plan(catalogue, answers))
    row = teller.base(kind_of(item), item)
    found = weigh_item(catalogue, answers, item.slug)
    row.plan, row.added, row.state = care_plan, True, State.DROPPED
    row.cautions = [teller.reason(rule) for rule in found.caution]
    row.withheld_because = teller.against(item, found.against, after_doctor=found.after_doctor)
    rows = care_plan.items.all()
    row.not_with = [
        {"slug": each.slug, "name": each.name} for each in rows if are_unmixable(catalogue, item.slug, each.slug)
    ]
    last = rows.filter(kind=row.kind).aggregate(last=Max("position"))["last"]
    row.position = 0 if last is None else last + 1
    return row


def kind_of(item: Oil | HomeCareTip) -> CarePlanItem.Kind:
    """Under which heading of a plan an item stands."""
    if isinstance(item, HomeCareTip):
        return Kind.HOME_CARE
    return Kind.CARRIER if item.kind == CARRIER else Kind.OIL
