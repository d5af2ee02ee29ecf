"""The models of `clients`."""

from clients.intake.models import BodyMark, Intake, IntakeAcknowledgement, IntakeRequest, IntakeRetraction, PainScore
from clients.models.advice import TechniqueLevel
from clients.models.catalogue import (
    AftercareRule,
    AftercareTip,
    BodyArea,
    CatalogueInfo,
    Cause,
    Claim,
    EvidenceSource,
    Factor,
    HealthCondition,
    HomeCareRule,
    HomeCareTip,
    Oil,
    OilRule,
    Onset,
    RedFlag,
    Symptom,
    Technique,
    TechniqueRule,
)
from clients.models.terms import CatalogueEntry
from clients.plans.models import CarePlan, CarePlanItem
from clients.record.models.client import ANSWERS_LAST, KEY_COLUMNS, Client, ClientQuerySet, Consent, Screening
from clients.record.models.merge import ClientMerge

__all__ = [
    "ANSWERS_LAST",
    "KEY_COLUMNS",
    "AftercareRule",
    "AftercareTip",
    "BodyArea",
    "BodyMark",
    "CarePlan",
    "CarePlanItem",
    "CatalogueEntry",
    "CatalogueInfo",
    "Cause",
    "Claim",
    "Client",
    "ClientMerge",
    "ClientQuerySet",
    "Consent",
    "EvidenceSource",
    "Factor",
    "HealthCondition",
    "HomeCareRule",
    "HomeCareTip",
    "Intake",
    "IntakeAcknowledgement",
    "IntakeRequest",
    "IntakeRetraction",
    "Oil",
    "OilRule",
    "Onset",
    "PainScore",
    "RedFlag",
    "Screening",
    "Symptom",
    "Technique",
    "TechniqueLevel",
    "TechniqueRule",
]
