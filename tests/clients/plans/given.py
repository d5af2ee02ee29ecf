"""Plans made from answers that a test names, past the pages of the health form."""

from collections.abc import Iterable
from typing import Any

from clients.care import shipped
from clients.models import BodyMark, CarePlan, CarePlanItem, Client, Intake
from clients.plans.actions import make_plan
from clinic.models import Practice

State = CarePlanItem.State
# A sore back of a gardener for a week: oils and five tips, nothing held back.
SORE_BACK: dict[str, Any] = {
    "symptoms": ["dull-ache", "limited-movement"],
    "onset": ["acute"],
    "causes": ["gardening", "bending"],
    "areas": ["lower-back"],
    "pain": 5,
}
# A neck that sat at a desk: a heat pack among the tips, peppermint among the oils.
DESK_NECK: dict[str, Any] = {
    "symptoms": ["tight-spot", "stress-tension", "trigger-points"],
    "onset": ["chronic"],
    "causes": ["computer-work", "stress"],
    "areas": ["neck", "shoulder"],
    "pain": 4,
}


def told(
    client: Client, *conditions: str, areas: Iterable[str] = (), open_signs: bool = False, **columns: Any
) -> Intake:
    """An intake of a client with these conditions; every warning sign is denied unless `open_signs`."""
    flags = set() if open_signs else {flag.id for flag in shipped().red_flags} - set(columns.get("red_flags", ()))
    intake = Intake.objects.create(
        client=client,
        catalogue_version="2",
        triage="ok",
        conditions=list(conditions),
        denied=sorted(flags),
        **columns,
    )
    BodyMark.objects.bulk_create(BodyMark(intake=intake, area=area, side="both") for area in areas)
    return intake


def given(client: Client, *conditions: str, technique: str = "regular-massage", **columns: Any) -> CarePlan:
    """The plan of a client's sore back, or of the answers in `columns`, with these conditions."""
    return make_plan(
        told(client, *conditions, **{**SORE_BACK, **columns}), technique_slug=technique, practice=Practice.current()
    )


def item(plan: CarePlan, slug: str) -> CarePlanItem:
    """One item of a plan as it stands in the database."""
    return plan.items.get(slug=slug)


def released(plan: CarePlan) -> set[str]:
    """The slugs of what the client may follow."""
    return set(plan.items.for_client().values_list("slug", flat=True))
