"""What a therapist adds to a plan of their own accord: found in the catalogue, held against the answers, kept aside.

It is the client's only once the plan is approved. What a rule forbids can be added too, with a written reason.
"""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.care.entries import Oil, Tip
from clients.care.oils import ANY
from clients.care.plans import ProposedOil, ProposedTip
from clients.care.weighing import ItemVerdict
from clients.catalogue import current_catalogue
from clients.models import CarePlan, CarePlanItem
from clients.plans.answers import engine_answers
from clients.plans.review import must_allow_advice, technique_of, weigh_today
from clients.plans.sessions import session_context
from clients.plans.wording import ClientWords
from clients.plans.writer import BEHIND, PlanWriter
from clients.record.access_log import note_access
from clinic.errors import Refusal
from clinic.models import AccessEvent, Practice, User

Kind, State = CarePlanItem.Kind, CarePlanItem.State


def items_on_offer(catalogue: Catalogue, region: str) -> list[Oil | Tip]:
    """Every oil and tip that may be given here, by name; what is switched off or against the region's law is not."""
    off = catalogue.index.is_off(region)
    items: list[Oil | Tip] = [*catalogue.oils, *catalogue.home_care]
    return sorted((item for item in items if item.id not in off), key=lambda item: item.name.lower())


def search_items(words: str, practice: Practice) -> list[Oil | Tip]:
    """The oils and tips whose name has every word of a search; an exact name alone. Nothing for no words."""
    sought = words.lower().split()
    if not sought:
        return []
    offered = items_on_offer(current_catalogue(), practice.country)
    found = [item for item in offered if all(word in item.name.lower() for word in sought)]
    exact = [item for item in found if item.name.lower().split() == sought]
    return exact or found


def add_plan_item(care_plan: CarePlan, *, slug: str, by: User, practice: Practice) -> CarePlanItem:
    """Put an oil or tip of the catalogue beside a plan, with every reason against it; added twice it is the same item.

    Raises Refusal: `not_offered` for what is not in the catalogue or off here, `questions_open` while a safety question
    is open, `emergency` where nothing is advised.
    """
    words = ClientWords(current_catalogue(), practice)
    item = next((each for each in items_on_offer(words.catalogue, words.region) if each.id == slug), None)
    if item is None:
        raise Refusal(_("This is not offered here. Please choose from the list."), code="not_offered")
    with transaction.atomic():
        row = CarePlan.objects.select_for_update(of=("self",)).select_related("client", "intake").get(pk=care_plan.pk)
        today = weigh_today(row, [CarePlanItem(slug=slug)], words)
        must_allow_advice(row, today.triage)
        here = row.items.filter(slug=slug).first()
        if here is not None:
            return here
        added = item_row(row, item, words, today.verdicts[slug])
        added.added_by = by
        added.save(force_insert=True)
        note_access(row.client, noun="care plan", action=AccessEvent.Action.CHANGE, user=by)
    return added


def item_row(care_plan: CarePlan, item: Oil | Tip, words: ClientWords, found: ItemVerdict) -> CarePlanItem:
    """The row of an added item, unsaved: behind the others of its kind, in today's words of the catalogue."""
    sessions = session_context(care_plan.client, words.practice, care_plan.appointment)
    catalogue, technique = words.catalogue, technique_of(care_plan)
    answers = engine_answers(care_plan.intake, catalogue, technique, region=words.region, sessions=sessions)
    teller = PlanWriter(words, answers)
    if isinstance(item, Tip):
        row = teller.proposed_tip(
            item, ProposedTip(item.id, item.role, found.because, found.caution, review=False, email=item.email)
        )
    else:
        row = teller.proposed_oil(item, ProposedOil(item.id, None, ANY, found.because, found.caution, review=False))
        row.kind = kind_of(item)
    row.plan, row.added, row.state = care_plan, True, State.DROPPED
    row.withheld_because = [teller.reason(rule) for rule in found.against]
    if found.clash:
        row.withheld_because.append(teller.reason(found.clash))
    if found.waits_for_doctor:
        first = _("A warning sign was ticked; this waits until a doctor has looked.")
        stop = {"condition": "", "name": _("Doctor first"), "reason": first, "level": "clearance", "to": "both"}
        row.withheld_because.insert(0, stop)
    rows = care_plan.items.filter(kind=row.kind, position__lt=BEHIND)
    last = rows.aggregate(last=Max("position"))["last"]
    row.position = 0 if last is None else last + 1
    return row


def kind_of(item: Oil | Tip) -> CarePlanItem.Kind:
    """Under which heading of a plan an item stands."""
    if isinstance(item, Tip):
        return Kind.HOME_CARE
    return Kind.CARRIER if item.kind == "carrier" else Kind.OIL
