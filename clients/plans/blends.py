"""The blend table of an item of a plan: the oil as the catalogue has it now, the cautions as the plan kept them."""

from clients.care.blend import BlendTable, blend_table
from clients.catalogue import current_catalogue
from clients.models import CarePlanItem


def blend_table_of(item: CarePlanItem) -> BlendTable | None:
    """Drops for the usual amounts of carrier, for `clients/includes/blend.html`; None for what is not mixed.

    The maximum is today's, so that a limit which the practice has lowered since holds for older plans too.
    """
    oil = current_catalogue().index.oils.get(item.slug)
    if item.kind != CarePlanItem.Kind.OIL or oil is None:
        return None
    return blend_table(oil, [caution["reason"] for caution in item.cautions])
