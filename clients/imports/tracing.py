"""Where something came from: the file and the line of it that made or filled in what stands here."""

import uuid
from typing import TypeVar

from django.db.models import Model, Q, QuerySet, Value
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from clients.models import Client, ImportLine, ImportRun

Traced = TypeVar("Traced", bound=Model)


def lines_of_file(client: Client) -> list[ImportLine]:
    """The lines that opened a client's file or filled it in, in the order in which they were taken over."""
    opened = Q(run__kind=ImportRun.Kind.CLIENTS, made__isnull=False) | Q(opened__isnull=False)
    lines = client.import_lines.exclude(settled_at=None).filter(opened | ~Q(filled=[]), undone_at=None)
    return list(lines.select_related("run").order_by("settled_at", "pk"))


def lines_of_appointment(public_id: uuid.UUID) -> list[ImportLine]:
    """The line that made an appointment; none for one that was booked here."""
    lines = ImportLine.objects.filter(appointment=public_id, made=public_id, undone_at=None)
    return list(lines.select_related("run"))


def with_reader(rows: QuerySet[Traced], request: HttpRequest) -> QuerySet[Traced]:
    """Rows of the admin that know whether their reader may open an import, as owners may."""
    return rows.annotate(for_owner=Value(request.user.is_superuser))  # type: ignore[return-value] # and no more


def lines_as_html(row: Model, lines: list[ImportLine]) -> str:
    """The lines of a row `with_reader`, with a link to each for owners."""
    if not getattr(row, "for_owner", False):
        return "\n".join(each.told for each in lines)
    found = [(reverse("booking:desk-import-run", args=[each.run.public_id]), each.number, each.told) for each in lines]
    return format_html_join("\n", '<a href="{}?line={}">{}</a>', found)
