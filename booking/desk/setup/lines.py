"""The lines of the set-up list. Each ticks itself by what the tables say; the owner puts aside what they cannot say."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.desk.settings.frame import CAME_FROM, SET_UP, TEXT_READ
from booking.models import Appointment, Holiday, Room, Service, StoneKit, Therapist, WorkingHours
from clients.models import ImportRun
from clinic.legal.missing import legal_data_missing
from clinic.models import Heartbeat, MailState, OutgoingMail, Picture, Practice

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# How a server's yes begins (RFC 5321): a mail that only became a file has the file's name there.
ACCEPTED_BY_SERVER = r"^2\d\d( |$)"


@dataclass(frozen=True)
class SetUpKind:
    """One thing to do: what, why and where. The fact of its `key` says whether it is done."""

    key: str
    title: "StrOrPromise"
    why: "StrOrPromise"
    page: str
    aside: "StrOrPromise" = ""
    """What the button says that puts it aside; none for what clients cannot book without."""
    text: str = ""
    """The field of its page with a text that is ready: who saves the page has read it."""
    needs: tuple[str, ...] = ()
    """Facts that must hold before the line is shown at all."""


@dataclass(frozen=True)
class SetUpLine:
    """A line of the list as it stands."""

    kind: SetUpKind
    is_done: bool
    is_aside: bool

    @property
    def url(self) -> str:
        """The page where it is done; what is saved there leads back to the list."""
        page = reverse(self.kind.page)
        if not self.kind.page.startswith("booking:desk-settings-"):
            return page
        text = self.kind.text
        return f"{page}?{CAME_FROM}={SET_UP}" + (f"&{TEXT_READ}={self.kind.key}#id_{text}" if text else "")

    @property
    def is_open(self) -> bool:
        """Whether it is still to do."""
        return not (self.is_done or self.is_aside)


KINDS_OF_LINES = (
    SetUpKind(
        "services",
        _("Services and prices"),
        _("What clients can book. Ready ones wait: tick, type a price."),
        "booking:desk-setup-services",
    ),
    SetUpKind(
        "hours",
        _("Who works when"),
        _("Times are offered only where somebody works who gives the service."),
        "booking:desk-setup-hours",
    ),
    SetUpKind(
        "rooms",
        _("Rooms"),
        _("So that no two appointments meet in one."),
        "booking:desk-settings-room-new",
        _("We need none"),
    ),
    SetUpKind(
        "kit",
        _("A stone kit"),
        _("Hot stone massages are offered while a kit is free and warm."),
        "booking:desk-settings-kit-new",
        needs=("stones",),
    ),
    SetUpKind(
        "holidays",
        _("Public holidays"),
        _("Christmas can be booked like any other day until you close it. Each year that can be booked is asked for."),
        "booking:desk-settings-holidays",
        _("We work on them"),
    ),
    SetUpKind(
        "place",
        _("Address and phone"),
        _("In every mail, and for who cannot book online."),
        "booking:desk-settings-practice",
        _("Not now"),
    ),
    SetUpKind(
        "mail",
        _("Mail server"),
        _("Confirmations and reminders. A test mail shows whether they arrive."),
        "booking:desk-settings-mail-server",
        _("Not now"),
    ),
    SetUpKind(
        "policy",
        _("Booking policy"),
        _("What clients accept when they book. A text is there: read it, change it."),
        "booking:desk-settings-rules",
        _("It is right as it is"),
        "policy_text",
    ),
    SetUpKind(
        "consent",
        _("Consent text"),
        _("What clients sign in the health form. A text is there: read it, change it."),
        "booking:desk-settings-rules",
        _("It is right as it is"),
        "consent_text",
    ),
    SetUpKind(
        "legal",
        _("Privacy notice and imprint"),
        _("What the law of your country wants to be told. A draft is there: read it, fill it in."),
        "booking:desk-settings-legal",
        _("Not now"),
    ),
    SetUpKind(
        "look",
        _("Logo, pictures and colours"),
        _("So that clients meet a place and not a form."),
        "booking:desk-settings-branding",
        _("Not now"),
    ),
    SetUpKind(
        "import",
        _("Bring your clients along"),
        _("Files and coming appointments from the program you used before."),
        "booking:desk-import",
        _("We begin with none"),
    ),
    SetUpKind(
        "booking",
        _("A first test booking"),
        _("Book as a client would, with your own name; read the mail; cancel it."),
        "booking:book",
        _("Not now"),
        needs=("services", "hours"),
    ),
    SetUpKind(
        "backup",
        _("Backups"),
        _("Whoever runs the server sets BACKUP_PASSPHRASE and the nightly backup. Until then one disk holds all."),
        "booking:desk-data",
        _("Not now"),
    ),
)
KEYS_TO_PUT_ASIDE = frozenset(kind.key for kind in KINDS_OF_LINES if kind.aside)
KEYS_OF_READY_TEXTS = frozenset(kind.key for kind in KINDS_OF_LINES if kind.text)


def read_facts(practice: Practice) -> dict[str, bool]:
    """What the tables say of each line by its key, and of what a line needs; by one query."""
    last_day = timezone.localdate(timezone=practice.zone) + dt.timedelta(days=practice.horizon_days)
    gives = Therapist.objects.at_work().filter(services__active=True)
    sent = OutgoingMail.objects.filter(state=MailState.SENT, reply__regex=ACCEPTED_BY_SERVER)
    asked: dict[str, QuerySet[Any]] = {
        "services": Service.objects.filter(active=True),
        "stones": Service.objects.filter(active=True, needs_kit=True),
        "hours": gives.filter(Exists(WorkingHours.objects.filter(therapist=OuterRef("pk")))),
        "rooms": Room.objects.filter(active=True),
        "kit": StoneKit.objects.filter(active=True),
        "mail": sent,
        "booking": Appointment.objects.filter(via__in=Appointment.SELF_SERVICE),
        "import": ImportRun.objects.all(),
        "holidays": Holiday.objects.filter(date__year__gte=last_day.year),
        "look": Picture.objects.filter(in_use=True),
        "backup": Heartbeat.objects.filter(name=Heartbeat.BACKUP),
    }
    begins_with = Practice()
    row = Practice.objects.annotate(**{f"has_{name}": Exists(rows) for name, rows in asked.items()}).get()
    facts = {name: bool(getattr(row, f"has_{name}")) for name in asked}
    return facts | {
        "mail": facts["mail"] and bool(settings.EMAIL_URL),
        "place": bool(practice.address and practice.phone),
        "policy": practice.policy_text != begins_with.policy_text,
        "legal": not legal_data_missing(practice),
        "consent": practice.consent_text != begins_with.consent_text,
        "look": facts["look"] or not practice.palette.is_ours,
    }


@transaction.atomic
def put_line_aside(key: str, *, back: bool = False) -> None:
    """Put a line aside, or take it back."""
    practice = Practice.objects.select_for_update(no_key=True).get()
    aside = {*practice.set_up_aside} - {key}
    practice.set_up_aside = sorted(aside if back else {*aside, key})
    practice.save(update_fields=["set_up_aside"])


def set_up_lines(practice: Practice) -> list[SetUpLine]:
    """The list as it stands: each line that applies, in the order in which a practice is set up."""
    facts, aside = read_facts(practice), practice.set_up_aside
    return [
        SetUpLine(kind, facts[kind.key], bool(kind.aside) and kind.key in aside)
        for kind in KINDS_OF_LINES
        if all(facts[need] for need in kind.needs)
    ]


def open_lines(practice: Practice) -> list[SetUpLine]:
    """Those that are still to do."""
    return [line for line in set_up_lines(practice) if line.is_open]
