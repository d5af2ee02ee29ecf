"""The models of `clinic`."""

from clinic.models.access import AccessEvent, AccessLogSeal
from clinic.models.configuration import ConfigurationVersion
from clinic.models.device import Device, DeviceUser, KeptPost
from clinic.models.handover import Handover, Pin
from clinic.models.invitation import Invitation, Role
from clinic.models.legal import CoveredEntity, LegalDetails, LegalText, LegalTextKind
from clinic.models.links import ClientLink, LinkPurpose
from clinic.models.mail import DeliveryStatus, Heartbeat, MailPhase, MailState, OutgoingMail
from clinic.models.practice import Practice
from clinic.models.sealed import SealedRow
from clinic.models.security import SecurityEvent
from clinic.models.tally import MailCode, Tally
from clinic.models.user import User
from clinic.models.versioned import Versioned
from clinic.pictures.models import Picture, PictureFile, PictureKind
from clinic.programs.models import ApiKey, Scope
