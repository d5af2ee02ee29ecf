"""What programs with a key send and get. Of health there is only what a booking is asked (decision 27)."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import ConfigDict, Field

from booking.api.paging import MOST_A_PAGE
from booking.api.schemas import AppointmentIn, PersonIn, Text


class ClientRef(Schema):
    """A client by the id of their file."""

    id: uuid.UUID


class PracticeAppointmentIn(AppointmentIn):
    """What to book for whom. The safety questions of `GET safety` must have been asked, as everywhere."""

    client: PersonIn | ClientRef  # type: ignore[assignment] # a file that is there, or who comes

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "service": "regular-60",
                    "start": "2026-11-27T09:00:00+01:00",
                    "client": {"first_name": "Nora", "last_name": "Vale", "email": "nora@example.org"},
                    "conditions": [],
                    "red_flags": [],
                    "policy_accepted": True,
                }
            ]
        }
    )


class TherapistRef(Schema):
    """A therapist."""

    id: uuid.UUID
    name: str


class PracticeAppointmentOut(Schema):
    """An appointment as the desk has it, without notes and reasons: people write about health there."""

    id: uuid.UUID
    revision: int = Field(description="Rises with each move, cancellation and change of service")
    status: str = Field(description="requested, confirmed, completed, cancelled or no-show")
    start: str = Field(examples=["2026-11-27T09:00:00+01:00"])
    end: str
    service: str = Field(description="Slug, as `GET services` lists it", examples=["regular-60"])
    add_ons: list[str]
    minutes: int
    price: Decimal
    currency: str
    therapist: TherapistRef
    room: str | None
    client: ClientRef
    via: str = Field(description="How it was booked: web, api, desk, admin, waitlist or program")
    created: str
    changed: str


class AppointmentPage(Schema):
    """Some appointments; `next` is the cursor of those after them, null at the end."""

    appointments: list[PracticeAppointmentOut]
    next: str | None


class AppointmentQuery(Schema):
    """Which appointments. Times go by the practice's clock."""

    first: str | None = Field(None, alias="from", description="YYYY-MM-DD: those that begin on this day or later")
    last: str | None = Field(None, alias="to", description="YYYY-MM-DD: those that begin on this day or before")
    changed_since: Annotated[Text, Field(max_length=40)] | None = Field(
        None, description="ISO 8601 with offset: those changed then or later, in the order of their changes"
    )
    client: uuid.UUID | None = None
    therapist: uuid.UUID | None = None
    cursor: Annotated[Text, Field(max_length=200)] = ""
    limit: int = Field(50, ge=1, le=MOST_A_PAGE)


class PracticeMoveIn(Schema):
    """Where to: a start, and perhaps another therapist."""

    start: Text
    therapist: uuid.UUID | None = None


class PracticeCancelIn(Schema):
    """Why, for the history: never about health, please."""

    reason: Annotated[Text, Field(max_length=300)] = ""
    client_asked: bool = False
    """Whether the client asked for it: the mail says so, and it can be a late cancellation."""


class ClientOut(Schema):
    """How a client is reached. Nothing about health is told by any key."""

    id: uuid.UUID
    first_name: str
    last_name: str
    email: str
    phone: str = Field(description="E.164", examples=["+4930123456"])
    created: dt.datetime


class ClientPage(Schema):
    """Some clients in the order in which their files were opened; `next` is null at the end."""

    clients: list[ClientOut]
    next: str | None


class ClientQuery(Schema):
    """Which clients."""

    q: Annotated[Text, Field(max_length=200)] = Field("", description="Parts of name, e-mail or phone")
    cursor: Annotated[Text, Field(max_length=200)] = ""
    limit: int = Field(50, ge=1, le=MOST_A_PAGE)


class ClientIn(Schema):
    """A new client; one of the names is enough, and the e-mail may be missing."""

    first_name: Annotated[Text, Field(max_length=80)] = ""
    last_name: Annotated[Text, Field(max_length=80)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    phone: Annotated[Text, Field(max_length=60)] = ""


class ClientPatch(Schema):
    """What to correct; what is left out stays. The e-mail is not for programs: it opens the client's own pages."""

    first_name: Annotated[Text, Field(max_length=80)] | None = None
    last_name: Annotated[Text, Field(max_length=80)] | None = None
    phone: Annotated[Text, Field(max_length=60)] | None = None


class ClientAdded(Schema):
    """The file of a client who was added; `known`: it was there already, and stays as it was."""

    id: uuid.UUID
    known: bool
