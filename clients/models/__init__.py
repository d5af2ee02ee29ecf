"""First floor nouns."""

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
from clients.models.client import Client, Consent, Screening
from clients.models.intake import BodyMark, Intake, IntakeRequest, IntakeSeen, IntakeTakenBack, PainScore
from clients.models.merge import ClientMerge
from clients.models.plan import CarePlan, CarePlanItem

__all__ = [
    "AftercareRule",
    "AftercareTip",
    "BodyArea",
    "BodyMark",
    "CarePlan",
    "CarePlanItem",
    "CatalogueInfo",
    "Cause",
    "Claim",
    "Client",
    "ClientMerge",
    "Consent",
    "EvidenceSource",
    "Factor",
    "HealthCondition",
    "HomeCareRule",
    "HomeCareTip",
    "Intake",
    "IntakeRequest",
    "IntakeSeen",
    "IntakeTakenBack",
    "Oil",
    "OilRule",
    "Onset",
    "PainScore",
    "RedFlag",
    "Screening",
    "Symptom",
    "Technique",
    "TechniqueRule",
]
