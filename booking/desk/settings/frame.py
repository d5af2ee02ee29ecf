"""What the pages of the settings have in common: a form over one row, saved under its lock, and a line in the log."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from crispy_forms.layout import Div, Fieldset
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from booking.scheduling.confirmed_edits import CONFLICTS_CONFIRMED_FIELD, Attempt, keys_shown, try_edit
from clinic.models import User
from clinic.web.edits import locked_row
from clinic.web.http import StaffRequest
from clinic.web.typed import posted_fields

# In the address of a page of the settings: the list to which it leads back.
CAME_FROM, SET_UP = "from", "set-up"
# Beside it: the line of that list whose ready text stands on the page.
TEXT_READ = "line"
# Rows of a form's layout; a tuple is one line where there is room.
Row = Any
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


def placed(rows: Iterable[Row]) -> list[Any]:
    """Rows as a layout has them."""
    return [Div(*row, css_class="side-by-side") if isinstance(row, tuple) else row for row in rows]


def group(title: Any, *rows: Row) -> Fieldset:
    """Some fields under a heading."""
    return Fieldset(title, *placed(rows), css_class="settings-group")


def saved_form(request: HttpRequest, kind: type[Form], row: Model, **options: Any) -> Form:
    """The form over a row, new or as it stands; sent and valid it is saved, whole or not at all. `options` are what
    the form is given besides."""
    data = sent(request)
    if data is None:
        return kind(instance=row, **options)
    with transaction.atomic():
        current = locked_row(row) if row.pk else row
        form = kind(data, instance=current, **options)
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


P = ParamSpec("P")
SettingsView = Callable[Concatenate[StaffRequest, P], HttpResponse]


def confirms_conflicts(view: SettingsView[P]) -> SettingsView[P]:
    """Where what a view saved (it answers with a redirect) speaks against appointments, take it back and show them."""

    @wraps(view)
    def wrapped(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        tried = try_edit(
            lambda: view(request, *args, **kwargs),
            known=keys_shown(request.POST.get(CONFLICTS_CONFIRMED_FIELD, "")),
            is_saved=lambda response: response.status_code == 302,
        )
        return question(request, tried) if tried.is_question else tried.result

    return wrapped


def question(request: StaffRequest, tried: Attempt[HttpResponse]) -> HttpResponse:
    """The appointments, and the same form once more behind one button."""
    list(messages.get_messages(request))  # what they say was taken back
    context = {
        "tried": tried,
        "count": len(tried.against),
        "known_name": CONFLICTS_CONFIRMED_FIELD,
        "typed": posted_fields(request.POST, CONFLICTS_CONFIRMED_FIELD),
    }
    return render(request, "booking/desk/settings/conflicts.html", context)
