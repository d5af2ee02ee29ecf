"""The link to a plan, as a mail has it."""

import datetime as dt

from clients.models import CarePlan
from clinic.models.links import LinkPurpose
from clinic.web.links import mint_link


def care_link(site: str, plan: CarePlan) -> str:
    """The address that opens a plan for a day."""
    token = mint_link(purpose=LinkPurpose.CARE, subject=plan.public_id, lasts=dt.timedelta(days=1))
    return f"{site}/care/{token}/"
