"""The models of `clients`."""

from clients.imports.models import WORKING, ImportLine, ImportLineQuerySet, ImportRun, ImportState, LineChoice, Verdict
from clients.intake.models import BodyMark, Intake, IntakeAcknowledgement, IntakeRequest, IntakeRetraction, PainScore
from clients.models.catalogue import CatalogueEdit, CatalogueSignature, EntryKind
from clients.plans.models import CarePlan, CarePlanItem, TipAnswer
from clients.record.models.attachment import Attachment
from clients.record.models.client import KEY_COLUMNS, Client, ClientQuerySet
from clients.record.models.consent import ANSWERS_LAST, Consent
from clients.record.models.merge import ClientMerge
from clients.record.models.screening import Screening

__all__ = [
    "ANSWERS_LAST",
    "KEY_COLUMNS",
    "WORKING",
    "Attachment",
    "BodyMark",
    "CarePlan",
    "CarePlanItem",
    "CatalogueEdit",
    "CatalogueSignature",
    "Client",
    "ClientMerge",
    "ClientQuerySet",
    "Consent",
    "EntryKind",
    "ImportLine",
    "ImportLineQuerySet",
    "ImportRun",
    "ImportState",
    "Intake",
    "IntakeAcknowledgement",
    "IntakeRequest",
    "IntakeRetraction",
    "LineChoice",
    "PainScore",
    "Screening",
    "TipAnswer",
    "Verdict",
]
