"""How the intake of each appointment stands: filled, missing, changed since last time, or with an emergency answer."""

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.care import Triage
from clients.models import Intake

HEALTH_COLUMNS = (
    *("conditions", "where", "red_flags", "checked", "symptoms", "weeks"),
    *("medicines", "allergies", "surgery", "areas_to_avoid", "other_care", "positions", "communication"),
)


class IntakeState(enum.Enum):
    """Where an intake stands: the word, and the pill it is shown in."""

    MISSING = ("missing", _("Intake missing"), "caution")
    FILLED = ("filled", _("Intake filled"), "ok")
    CHANGED = ("changed", _("Answers changed"), "caution")
    UNASKED = ("unasked", _("No intake asked"), "info")
    EMERGENCY = ("emergency", _("Emergency answer"), "stop")

    @property
    def label(self) -> str:
        """The words to show."""
        return str(self.value[1])

    @property
    def pill(self) -> str:
        """The tone to show them in."""
        return self.value[2]


def state_shown_to(health: bool, state: IntakeState) -> IntakeState:
    """The state, or for whoever does not read health records only whether there is an intake."""
    return state if health or state in {IntakeState.MISSING, IntakeState.UNASKED} else IntakeState.FILLED


@dataclass(frozen=True)
class IntakePair:
    """The newest intake of a client, and the one before."""

    latest: Intake | None = None
    earlier: Intake | None = None

    def state(self, *, last_appointment: dt.datetime | None, asked: bool = True) -> IntakeState:
        """How it stands before an appointment.

        `last_appointment` is when the client was last here, an aware datetime or None.

        `asked`: whether the service asks for an intake at all. What is on file counts all the same.
        """
        if self.latest is None or self.latest.is_out_of_date(timezone.now()):
            return IntakeState.MISSING if asked else IntakeState.UNASKED
        if self.latest.triage == Triage.EMERGENCY:
            return IntakeState.EMERGENCY
        news = last_appointment is None or self.latest.given_at > last_appointment
        return IntakeState.CHANGED if news and self.differs else IntakeState.FILLED

    @property
    def differs(self) -> bool:
        """Whether a health answer changed from the earlier intake to the latest."""
        return bool(self.changed)

    @property
    def changed(self) -> list[str]:
        """The columns whose health answers changed from the earlier intake to the latest."""
        if self.latest is None or self.earlier is None:
            return []
        return [
            column
            for column in HEALTH_COLUMNS
            if comparable_answer(self.latest, column) != comparable_answer(self.earlier, column)
        ]


def comparable_answer(intake: Intake, column: str) -> object:
    """One answer in a form that can be compared: the order of ticks says nothing."""
    value = getattr(intake, column)
    if isinstance(value, dict):
        return {slug: frozenset(places) if isinstance(places, list) else places for slug, places in value.items()}
    if isinstance(value, list):
        return frozenset(value)
    return value.strip() if isinstance(value, str) else value


def intake_pairs(clients: Collection[int], *, with_marks: bool = False) -> defaultdict[int, IntakePair]:
    """The two newest intakes of each client, from one query; `with_marks`: and their marks, from one more."""
    place = Window(RowNumber(), partition_by=F("client_id"), order_by=[F("given_at").desc(), F("id").desc()])
    rows = Intake.objects.filter(client__in=clients).with_areas().annotate(place=place).filter(place__lte=2)
    found: defaultdict[int, IntakePair] = defaultdict(IntakePair)
    for intake in rows.order_by("place").prefetch_related(*(["marks"] if with_marks else [])):
        known = found[intake.client_id]
        found[intake.client_id] = IntakePair(intake) if known.latest is None else IntakePair(known.latest, intake)
    return found
