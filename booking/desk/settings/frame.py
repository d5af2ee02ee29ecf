"""What the pages of the settings have in common: a form over one row, saved under its lock, and a line in the log."""

from typing import Any, TypeVar

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from clinic.models import User
from clinic.web.edits import locked_row

# In the address of a page of the settings: the list to which it leads back.
CAME_FROM, SET_UP = "from", "set-up"
# Beside it: the line of that list whose ready text stands on the page.
TEXT_READ = "line"
Form = TypeVar("Form", bound="ModelForm[Any]")


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def page_after_saving(request: HttpRequest, page: str) -> str:
    """Back to the set-up list for who came from there; else to the page of this name."""
    return "booking:desk-setup" if request.GET.get(CAME_FROM) == SET_UP else page


def status_of(form: Any) -> int:
    """409 where two changed one field, 422 where something is wrong, else 200."""
    if getattr(form, "conflicts", None):
        return 409
    return 422 if form.errors else 200


def saved_form(request: HttpRequest, kind: type[Form], row: Model) -> Form:
    """The form over a row, new or as it stands; sent and valid it is saved, whole or not at all."""
    data = sent(request)
    if data is None:
        return kind(instance=row)
    with transaction.atomic():
        current = locked_row(row) if row.pk else row
        form = kind(data, instance=current)
        if form.is_valid():
            is_new = current.pk is None
            form.save()
            log_edit(request, current, is_new=is_new)
    return form


def log_edit(request: HttpRequest, row: Model, *, is_new: bool = False) -> None:
    """A line in the row's history in the admin: who saved it here."""
    if isinstance(request.user, User):
        flag = ADDITION if is_new else CHANGE
        LogEntry.objects.log_actions(request.user.pk, [row], flag, str(_("In the settings")), single_object=True)
