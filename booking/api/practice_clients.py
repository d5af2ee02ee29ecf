"""Clients for the practice's own programs: how they are reached, and nothing else (decision 27)."""

import uuid
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status

from booking.api.keys import ProgramRequest, by_key, note_program_access
from booking.api.paging import page_of
from booking.api.practice_appointments import KEY_PROBLEMS, WRITE_PROBLEMS
from booking.api.practice_schemas import ClientAdded, ClientIn, ClientOut, ClientPage, ClientPatch, ClientQuery
from booking.api.problems import InvalidRequest
from booking.api.reading import errors_of, file_by_id, must_be_idempotency_key
from booking.api.schemas import ProblemDocument
from booking.appointments.forms import PersonForm
from clients.models import Client
from clients.record.find_or_create import find_client
from clinic.errors import Refusal
from clinic.identity.fields import MailboxFormField
from clinic.models import AccessEvent, ApiKey, Scope

clients_router = Router(tags=["practice"])

READ_CLIENTS, WRITE_CLIENTS = by_key(Scope.CLIENTS_READ), by_key(Scope.CLIENTS_WRITE)


class ProgramClientForm(PersonForm):
    """A client as a program gives them: the desk, too, takes who has no e-mail."""

    email = MailboxFormField(max_length=254, required=False)


@clients_router.get(
    "clients",
    **READ_CLIENTS,
    response={200: ClientPage, **KEY_PROBLEMS},
    summary="Read clients",
)
def list_practice_clients(request: ProgramRequest, asked: Query[ClientQuery]) -> dict[str, object]:
    """A page of clients, all or those whom the words of `q` find, in the order in which their files were opened."""
    rows = Client.objects.open_files()
    if asked.q.strip():
        rows = rows.matching(asked.q)
    found, following = page_of(rows, by="created_at", cursor=asked.cursor, limit=asked.limit)
    note_program_access(request.auth, noun="clients", action=AccessEvent.Action.LIST)
    return {"clients": [client_out(each) for each in found], "next": following}


@clients_router.get(
    "clients/{uuid:public_id}",
    **READ_CLIENTS,
    response={200: ClientOut, 404: ProblemDocument, **KEY_PROBLEMS},
    summary="Read one client",
)
def read_practice_client(request: ProgramRequest, public_id: uuid.UUID) -> dict[str, object]:
    """How one client is reached. The id of a file that was merged into another leads there."""
    found = must_be_client(public_id)
    note_program_access(request.auth, noun="client", action=AccessEvent.Action.VIEW, client=found.public_id)
    return client_out(found)


@clients_router.post(
    "clients",
    **WRITE_CLIENTS,
    response={201: ClientAdded, 200: ClientAdded, **WRITE_PROBLEMS},
    summary="Add a client",
)
def add_practice_client(
    request: ProgramRequest,
    sent: ClientIn,
    key: Annotated[
        str | None,
        Header(alias="Idempotency-Key", description="Sent again by the same program it adds nobody new"),
    ] = None,
) -> Status[dict[str, object]]:
    """Open a file. Where one of this name and e-mail is there already, its id is the answer, and it stays as it was."""
    must_be_idempotency_key(key)
    form = ProgramClientForm(sent.dict())
    if not form.is_valid():
        raise InvalidRequest(errors_of(form))
    person = form.cleaned_data
    public_id = uuid.uuid5(request.auth.public_id, key) if key else uuid.uuid4()
    found, known = find_or_open_file(request.auth, public_id, person)
    return Status(200 if known else 201, {"id": found.public_id, "known": known})


def find_or_open_file(key: ApiKey, public_id: uuid.UUID, person: dict[str, Any]) -> tuple[Client, bool]:
    """The file of a person, and whether it was there: made under this id before, or of this name at this address.

    Two requests at once end with one file: the constraints decide, and the loser reads the winner's row.
    """
    names = {name: person[name] for name in ("first_name", "last_name", "email")}
    for _attempt in range(2):
        made = Client.objects.filter(public_id=public_id).first()
        found = made.current_file() if made else find_client(**names)
        if found is not None:
            return found, True
        try:
            with transaction.atomic():
                opened = Client.objects.create(public_id=public_id, phone=person["phone"], **names)
                note_program_access(key, noun="client", action=AccessEvent.Action.CHANGE, client=opened.public_id)
                return opened, False
        except IntegrityError:
            continue
    raise Refusal(_("We could not open the file just now. Please try again."), code="busy")


@clients_router.patch(
    "clients/{uuid:public_id}",
    **WRITE_CLIENTS,
    response={200: ClientAdded, 404: ProblemDocument, **WRITE_PROBLEMS},
    summary="Correct name or phone",
)
def correct_practice_client(request: ProgramRequest, public_id: uuid.UUID, sent: ClientPatch) -> dict[str, object]:
    """Correct name or phone; what is left out stays. The e-mail stays whatever is sent: it opens the client's pages."""
    with transaction.atomic():
        found = must_be_client(public_id)
        row = Client.objects.select_for_update(no_key=True).get(pk=found.pk)
        given = {name: value for name, value in sent.dict().items() if value is not None}
        form = ProgramClientForm(
            {"first_name": row.first_name, "last_name": row.last_name, "phone": row.phone, "email": "", **given}
        )
        if not form.is_valid():
            raise InvalidRequest(errors_of(form))
        for name in given:
            setattr(row, name, form.cleaned_data[name])
        if given:
            save_or_refuse(row, given)
            note_program_access(request.auth, noun="client", action=AccessEvent.Action.CHANGE, client=row.public_id)
    return {"id": row.public_id, "known": True}


def save_or_refuse(row: Client, given: dict[str, Any]) -> None:
    """Save these columns. Raises Refusal where another file at this address has that name."""
    try:
        with transaction.atomic():
            row.save(update_fields=list(given))
    except IntegrityError as error:
        raise Refusal(_("There is another file with this name and address."), code="file_exists") from error


def must_be_client(public_id: uuid.UUID) -> Client:
    """An open file by its id, or by the id of one merged into it. Raises Http404."""
    found = file_by_id(public_id)
    if found is None:
        raise Http404
    return found


def client_out(client: Client) -> dict[str, object]:
    """How a client is reached; no note of the desk, no alert, no birthday (I10)."""
    return {
        "id": client.public_id,
        "first_name": client.first_name,
        "last_name": client.last_name,
        "email": client.email,
        "phone": client.phone,
        "created": client.created_at,
    }
