"""The models of `clinic`."""

from clinic.models.access import AccessEvent, AccessLogSeal
from clinic.models.code import MailCode
from clinic.models.configuration import ConfigurationVersion
from clinic.models.device import Device, DeviceUser, KeptPost
from clinic.models.links import ClientLink, LinkPurpose
from clinic.models.mail import Heartbeat, MailChannel, MailPhase, MailState, OutgoingMail
from clinic.models.practice import Practice
from clinic.models.security import SecurityEvent
from clinic.models.tally import Tally
from clinic.models.user import User
from clinic.models.versioned import Versioned

__all__ = [
    "AccessEvent",
    "AccessLogSeal",
    "ClientLink",
    "ConfigurationVersion",
    "Device",
    "DeviceUser",
    "Heartbeat",
    "KeptPost",
    "LinkPurpose",
    "MailChannel",
    "MailCode",
    "MailPhase",
    "MailState",
    "OutgoingMail",
    "Practice",
    "SecurityEvent",
    "Tally",
    "User",
    "Versioned",
]
