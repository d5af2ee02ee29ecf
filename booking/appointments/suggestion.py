"""What to offer instead of an order that the answers rule out: the nearest that suits, at the same time where free."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from booking.errors import SuggestedService
from booking.models import AddOn, Service, Therapist
from booking.scheduling.order import Order
from booking.scheduling.schedule import open_orders
from clients.intake.screening import ScreeningResult, screen_answers
from clinic.models import Practice

REGULAR_TECHNIQUE = "regular-massage"


def suggest_alternative(
    order: Order,
    screened: ScreeningResult,
    *,
    start: dt.datetime | None,
    therapist: Therapist | None,
    practice: Practice,
) -> SuggestedService | None:
    """The nearest to an order that its answers allow and that can be booked; at `start` where somebody is free then."""
    suiting = list(suiting_instead(order, screened, practice))
    free = open_orders([each.order for each in suiting], start, prefer=therapist)
    suiting = [each for each in suiting if each.order.service == order.service or each.order in free]
    at_start = (
        replace(each, start=start, therapists=tuple(str(one.public_id) for one in free[each.order]))
        for each in suiting
        if free.get(each.order)
    )
    return next(at_start, suiting[0] if suiting else None)


def suiting_instead(order: Order, screened: ScreeningResult, practice: Practice) -> Iterator[SuggestedService]:
    """What suits in place of an order that was screened, the nearest first: the same service without the add-ons that
    must not be given; where the service must not, each other one that is on offer and may, with what can stay. Each
    with what the answers ask for in it, for the client to read beside it."""
    service, kept = order.service, add_ons_suiting(order, screened)
    if not screened.rules_out([service.technique]):
        if kept != order.add_ons:
            without = Order.of(service, kept)
            yield SuggestedService(without, cares=screened.told_of(without.judged_items))
        return
    offered = list(Service.objects.on_offer().for_the_same_people(service))
    items = {*order.judged_items, *(each.technique for each in offered)}
    judged = screen_answers(screened.answers, items, practice=practice)

    def nearness(other: Service) -> tuple[int, bool, int, int]:
        apart = abs(other.minutes - service.minutes)
        return -judged.levels[other.technique].rank, other.technique != REGULAR_TECHNIQUE, apart, other.minutes

    for other in sorted(offered, key=nearness):
        if not judged.rules_out([other.technique]):
            instead = Order.of(other, offered_with(other, kept))
            yield SuggestedService(instead, cares=judged.told_of(instead.judged_items))


def add_ons_suiting(order: Order, screened: ScreeningResult) -> tuple[AddOn, ...]:
    """What of an order's add-ons suits by the answers."""
    return tuple(each for each in order.add_ons if not screened.rules_out(each.judged_items))


def offered_with(service: Service, add_ons: tuple[AddOn, ...]) -> tuple[AddOn, ...]:
    """Those of the add-ons that go with a service."""
    offered = set(AddOn.objects.offered_with(service)) if add_ons else ()
    return tuple(each for each in add_ons if each in offered)
