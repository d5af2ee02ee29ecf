"""Admin pages on which two people may be at once: forms that merge, under the lock of the rows that they change."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from clinic.web.edits import SHOWN_INPUT, MergedRowForm, MergesEdits

if TYPE_CHECKING:
    Pages = admin.ModelAdmin[Any]
    Rows = admin.TabularInline[Any, Any]
else:
    Pages = Rows = object


class MergedForm(MergedRowForm):
    """The form of an admin page or of a row in one. An admin with a form of its own builds it on this."""

    def full_clean(self) -> None:
        """A row that somebody deleted meanwhile is let go where nothing was typed into it."""
        key = str(self.instance._meta.pk.name)
        if self.is_gone and not self.was_edited():
            sent: Any = self.data
            changed = sent.copy()
            changed[self.add_prefix(key)] = ""
            self.data = changed
            # Django saves no row without a key, and asks for one where the page had one.
            self.fields[key].required = False
        super().full_clean()

    @property
    def is_gone(self) -> bool:
        """Whether the page had a row here that is there no more."""
        return self.is_bound and self.instance.pk is None and self.add_prefix(SHOWN_INPUT) in self.data

    def merge(self, shown: Mapping[str, Any]) -> None:
        """With a row that is gone there is nothing to merge."""
        if not self.is_gone:
            super().merge(shown)

    def clean(self) -> Any:
        """What was typed into a row that is gone is kept before its person's eyes."""
        if self.is_gone and self.was_edited():
            said = _("Somebody deleted this row meanwhile. Type what you need into a new row, and tick “Delete” here.")
            self.add_error(None, said)
        return super().clean()


class MergedInline(Rows):
    """Rows in the page of another noun: each is merged by itself."""

    form = MergedForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows; locked while they are saved."""
        rows: QuerySet[Any] = super().get_queryset(request)
        changes = request.method == "POST" and self.has_change_permission(request)
        return rows.select_for_update(of=("self",), no_key=True) if changes else rows


class MergedPages(Pages):
    """The pages of a noun: a change form, and a list in which some columns can be edited."""

    form: Any = MergedForm
    # Whether the row is locked before its form is read. Not where an action locks for itself, in an order of its own.
    locks_first = True

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """On POST nobody else changes the row until it is saved. 409 where a field was changed by two."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            if self.locks_first:
                lock_rows(self.model, [unquote(object_id)])
            response = super().changeform_view(request, object_id, form_url, extra_context)
        context = (isinstance(response, TemplateResponse) and response.context_data) or {}
        if "adminform" in context and any(form.conflicts for form in merging_forms(context)):
            response.status_code = 409
        return response

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The form of a row whose columns are edited in the list."""
        return super().get_changelist_form(request, **{"form": MergedForm, **kwargs})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """On POST of edited columns nobody else changes these rows until they are saved."""
        if request.method != "POST" or "_save" not in request.POST:
            return super().changelist_view(request, extra_context)
        edited = [value for key, value in request.POST.items() if key.startswith("form-") and key.endswith("-id")]
        with transaction.atomic():
            lock_rows(self.model, edited)
            return super().changelist_view(request, extra_context)


def lock_rows(noun: type[Model], keys: list[Any]) -> None:
    """Lock rows in the order of their keys. A key that cannot be one names no row."""
    valid = []
    for key in keys:
        try:
            valid.append(noun._meta.pk.to_python(key))
        except ValidationError:
            continue
    rows = noun._default_manager.filter(pk__in=valid).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def merging_forms(context: dict[str, Any]) -> list[MergesEdits]:
    """The forms of a change page that merge: its own, and those of rows that are there already."""
    rows = [form for each in context["inline_admin_formsets"] for form in each.formset.initial_forms]
    return [form for form in (context["adminform"].form, *rows) if isinstance(form, MergesEdits)]
