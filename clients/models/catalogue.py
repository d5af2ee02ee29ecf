"""The care catalogue as tables the practice owns, and the one row that says which edition of it is in force."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.advice import (
    AftercareRule,
    AftercareTip,
    HomeCareRule,
    HomeCareTip,
    Oil,
    OilRule,
    Technique,
    TechniqueRule,
)
from clients.models.terms import (
    BodyArea,
    Cause,
    Claim,
    EvidenceSource,
    Factor,
    HealthCondition,
    Onset,
    RedFlag,
    Symptom,
)
from clinic.models.versioned import Versioned

__all__ = [
    "AftercareRule",
    "AftercareTip",
    "BodyArea",
    "CatalogueInfo",
    "Cause",
    "Claim",
    "EvidenceSource",
    "Factor",
    "HealthCondition",
    "HomeCareRule",
    "HomeCareTip",
    "Oil",
    "OilRule",
    "Onset",
    "RedFlag",
    "Symptom",
    "Technique",
    "TechniqueRule",
]


class CatalogueInfo(Versioned):
    """One row. Every change of the catalogue counts the edition up and draws a new token, in the same transaction."""

    ONLY = 1

    version = models.CharField(_("shipped version"), max_length=20, editable=False)
    edition = models.PositiveIntegerField(_("edition"), default=0, editable=False)
    # Processes compare it to know whether the catalogue they hold is still in force. A number would come back after a
    # rollback; a token never does.
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    fallback_oil = models.ForeignKey(
        Oil,
        verbose_name=_("proposed when no oil suits"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    default_carrier = models.ForeignKey(
        Oil,
        verbose_name=_("usual carrier"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": Oil.Kind.CARRIER},
    )

    class Meta:
        verbose_name = _("care catalogue")
        verbose_name_plural = _("care catalogue")
        constraints = [models.CheckConstraint(name="catalogue_info_one_row", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How plans and intakes name the edition they were made under, such as "1.0.0/12"."""
        return f"{self.version}/{self.edition}"
