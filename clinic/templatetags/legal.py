"""The privacy notice inside another page, where a link would lead away from what somebody is filling in."""

from typing import Any

from django import template

from clinic.legal.texts import text_in_force
from clinic.models import LegalDetails, LegalText, LegalTextKind, Practice

register = template.Library()


@register.inclusion_tag("clinic/legal/includes/folded.html", takes_context=True)
def folded_privacy_notice(context: dict[str, Any]) -> dict[str, Any]:
    """The notice as it is in force, folded. The page's context has `practice`."""
    practice: Practice = context["practice"]
    own = LegalText.objects.filter(kind=LegalTextKind.PRIVACY).first()
    return {"blocks": text_in_force(LegalTextKind.PRIVACY, practice, LegalDetails.current(), own)}
