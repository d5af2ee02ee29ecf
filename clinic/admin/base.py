"""What the practice's admin pages have in common."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

__all__ = ["Admin", "Inline", "LookOnly", "NeverDeleted"]

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Admin
    from django.contrib.admin import TabularInline as Inline
else:

    class Typed:
        """Django's admin classes take no type in brackets at run time; here they do, and mind it not."""

        def __class_getitem__(cls, _model: object) -> type:
            return cls

    class Admin(Typed, admin.ModelAdmin):
        """The admin of one noun."""

    class Inline(Typed, admin.TabularInline):
        """Rows that belong to the noun of the page."""


class LookOnly:
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


class NeverDeleted:
    """For nouns with a history: they are switched off, cancelled or archived, and stay."""

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Never."""
        return False
