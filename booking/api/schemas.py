"""What the API takes and gives (docs/invariants.md#api)."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, Field

from booking.models import AddOn
from clinic.country.money import price_of


def storable(text: str) -> str:
    """Text that PostgreSQL can keep. Raises ValueError for NUL, which JSON can spell."""
    if "\x00" in text:
        raise ValueError("Please leave out control characters.")
    return text


Text = Annotated[str, AfterValidator(storable)]
Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,60}$")]


Price = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=4)]


class AddOnOut(Schema):
    """What may be booked on top of a service; `minutes` and `price` come on top of the service's."""

    slug: str
    name: str
    minutes: int
    price: Decimal

    @staticmethod
    def resolve_price(add_on: AddOn) -> Decimal:
        """The price with the decimals of its currency."""
        return price_of(add_on)


class ServiceOut(Schema):
    """One line of the price list. `price` is a decimal number as text, in `currency` (ISO 4217)."""

    slug: str
    name: str
    technique: str
    minutes: int
    price: Decimal
    currency: str
    add_ons: list[AddOnOut]


class SlotOut(Schema):
    """A time that can be booked, and with whom."""

    start: str
    therapists: list[uuid.UUID]


class SlotsOut(Schema):
    """Free times in the practice's zone, with offset."""

    service: str
    time_zone: str
    slots: list[SlotOut]


class ConditionOut(Schema):
    """Something that may be true: `asks_where` and `asks_weeks` say what else is wanted of whom it is true for.

    `lasts_days`: it passes by itself, and is judged for the day of the appointment.
    """

    slug: str
    question: str
    text: str
    asks_where: bool
    asks_weeks: bool
    lasts_days: int | None


class GroupOut(Schema):
    """One question first, and what to ask after a yes."""

    slug: str
    name: str
    gate: str
    conditions: list[ConditionOut]


class FlagOut(Schema):
    """A warning sign. `may_be_checked`: somebody whose doctor looked at it may say when (`checked`)."""

    slug: str
    question: str
    may_be_checked: bool


class AreaOut(Schema):
    """A place on the body, for `where`."""

    slug: str
    name: str


class SafetyOut(Schema):
    """What to ask before this may be booked. `red_flags` are for who comes with pain or an injury."""

    service: str
    add_ons: list[str]
    groups: list[GroupOut]
    red_flags: list[FlagOut]
    areas: list[AreaOut]


class PersonIn(Schema):
    """Who comes. Who has one name only gives one of the two."""

    first_name: Text = ""
    last_name: Text = ""
    email: Text
    phone: Text = Field(default="", description="As people write it; one without a country code is of the practice's")


class AppointmentIn(Schema):
    """A wish to book. `therapist` null takes whoever has the lightest day."""

    service: Slug
    add_ons: list[Slug] = Field(default_factory=list, max_length=20, description="Slugs, as `GET services` lists them")
    start: Text = Field(description="ISO 8601 with offset, as `GET slots` says it")
    therapist: uuid.UUID | None = None
    client: PersonIn
    conditions: list[Slug] = Field(
        default_factory=list, max_length=200, description="What `GET safety` asks and is true; none: None of these"
    )
    red_flags: list[Slug] = Field(default_factory=list, max_length=200)
    with_pain: bool = Field(False, description="Comes with pain or an injury")
    where: dict[Slug, list[Slug]] = Field(default_factory=dict, description="Places of conditions: slugs of areas")
    weeks: int | None = Field(None, ge=0, le=45, description="Of pregnancy")
    checked: dict[Slug, dt.date] = Field(
        default_factory=dict, description="Warning signs that are known, and the day on which a doctor looked"
    )
    policy_accepted: bool
    price: Price | None = Field(
        None, description="What the client was shown for all together; a higher one now is `price_changed`"
    )
    currency: Annotated[Text, Field(max_length=3)] | None = Field(None, description="ISO 4217, of that price")
    minutes: int | None = Field(None, description="The length that the client was shown; another is `length_changed`")


class AppointmentOut(Schema):
    """An appointment. `manage_url` lets its client see, move and cancel it; its token is the Bearer token here."""

    id: uuid.UUID
    start: str
    end: str
    service: str
    add_ons: list[str]
    therapist: uuid.UUID
    room: str | None
    status: str
    minutes: int
    price: Decimal
    currency: str
    manage_url: str


class MoveIn(Schema):
    """Where to move to. Price and length stay as booked; where they are named, they must be those."""

    start: Text
    price: Price | None = None
    currency: Annotated[Text, Field(max_length=3)] | None = None
    minutes: int | None = None


class CancelIn(Schema):
    """Why, if the client cares to say."""

    reason: Annotated[Text, Field(max_length=300)] = ""


class AlternativeOut(Schema):
    """A free time instead of a taken one."""

    start: str
    therapists: list[uuid.UUID]


class ProblemDocument(Schema):
    """RFC 9457. Programs branch on `code`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, list[str]] | None = None
    reasons: list[dict[str, str]] | None = None
    instead: dict[str, Any] | None = None
    alternatives: list[AlternativeOut] | None = None
    text: str | None = None
    why: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    minutes: int | None = None
    retry_after: int | None = None
