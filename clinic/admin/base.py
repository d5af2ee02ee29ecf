"""What the practice's admin pages have in common."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db.models import DateTimeField, Model, TimeField
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.admin.concurrent_edits import MergedForm, MergedInline, MergedPages
from clinic.country.wall_time_input import ClockField, ClockInput, MomentField, MomentInput

__all__ = ["Admin", "Inline", "MergedForm", "MergedPages", "NeverDeleted", "OwnersOnly", "ReadOnlyAdmin", "fieldset"]

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Admin = admin.ModelAdmin
    Inline = admin.TabularInline
else:

    class Typed:
        """Django's admin classes take no type in brackets at run time; here they do, and mind it not."""

        def __class_getitem__(cls, _model: object) -> type:
            return cls

    class NamedRows:
        """Mixed into the rows of an inline."""

        def add_fields(self, form: Any, index: int | None) -> None:
            """Django's own fields; the tick that deletes a row gets a label."""
            super().add_fields(form, index)
            if "DELETE" in form.fields:
                form.fields["DELETE"].widget.attrs["aria-label"] = _("Delete this row")

    class Named:
        """Fields that Django leaves without a name for those who cannot see the page."""

        def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
            """Times as the country writes them. A moment is two boxes under one label: each says which half it is."""
            if isinstance(db_field, DateTimeField):
                kwargs = {"form_class": MomentField, "widget": MomentInput, **kwargs}
            elif isinstance(db_field, TimeField):
                kwargs = {"form_class": ClockField, "widget": ClockInput, **kwargs}
            field = super().formfield_for_dbfield(db_field, request, **kwargs)
            if field is not None and isinstance(field.widget, AdminSplitDateTime):
                for part, name in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                    part.attrs["aria-label"] = f"{db_field.verbose_name}: {name}"
            return field

        def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
            """A list of ticks: every word can be seen and found, and no script of Django's draws it past our policy."""
            if db_field.name not in (*self.filter_horizontal, *self.filter_vertical, *self.raw_id_fields):
                kwargs.setdefault("widget", CheckboxSelectMultiple(attrs={"class": "ticks"}))
            return super().formfield_for_manytomany(db_field, request, **kwargs)

    class Admin(Named, Typed, MergedPages, admin.ModelAdmin):
        """The admin of one noun. Lists grow long: nobody waits for a count of all rows beside that of those found."""

        list_per_page = 50
        show_full_result_count = False

    class Inline(Named, Typed, MergedInline, admin.TabularInline):
        """Rows that belong to the noun of the page. The heading of a column is no label: each field carries its own."""

        def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
            """Named after its column."""
            field = super().formfield_for_dbfield(db_field, request, **kwargs)
            if field is not None and not isinstance(field.widget, AdminSplitDateTime):
                inner = getattr(field.widget, "widget", field.widget)
                inner.attrs["aria-label"] = str(db_field.verbose_name).capitalize()
            return field

        def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
            """The tick that deletes a row is named too."""
            formset = super().get_formset(request, obj, **kwargs)
            return type(formset.__name__, (NamedRows, formset), {})


def fieldset(title: "StrOrPromise | None", *fields: str | tuple[str, ...], about: "StrOrPromise" = "") -> Any:
    """A part of a change page: its title, its fields (several in one line as a tuple), what to know about it."""
    return title, {"fields": fields, "description": about}


class ReadOnlyAdmin:
    """For records that the program itself writes: a person reads and searches them, and changes nothing."""

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Never by hand."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Never."""
        return False


class OwnersOnly:
    """For records that owners alone read."""

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        """For owners."""
        return bool(request.user.is_superuser)


class NeverDeleted:
    """For nouns with a history: they are switched off, cancelled or archived, and stay."""

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Never."""
        return False
