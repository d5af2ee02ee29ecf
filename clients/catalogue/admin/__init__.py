"""The care catalogue in the Django admin: a list and a page for each kind of entry."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from clients.catalogue.admin.pages import entry_page, index_page, kind_page
from clients.models import CatalogueEdit, CatalogueSignature
from clinic.admin.base import Admin, ReadOnlyAdmin


@admin.register(CatalogueEdit)
class CatalogueAdmin(Admin[CatalogueEdit]):
    """All entries of the catalogue in force, shipped or edited; the rows of the table are only the edits."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """A new entry is of a kind: it is added on the page of that kind."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The pages of kinds and entries before Django's own."""
        view = self.admin_site.admin_view
        own = [
            path("<slug:kind>/", view(self.kind_view), name="catalogue-kind"),
            path("<slug:kind>/add/", view(self.entry_view), name="catalogue-add"),
            path("<slug:kind>/<slug:slug>/", view(self.entry_view), name="catalogue-entry"),
        ]
        return [path("", view(self.changelist_view), name="clients_catalogueedit_changelist"), *own]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The kinds of entry, what the practice has edited, and what has changed under its edits."""
        return index_page(self, request)

    def kind_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Every entry of one kind."""
        return kind_page(self, request, kind)

    def entry_view(self, request: HttpRequest, kind: str, slug: str = "") -> HttpResponse:
        """One entry, or a new one."""
        return entry_page(self, request, kind, slug)


@admin.register(CatalogueSignature)
class CatalogueSignatureAdmin(ReadOnlyAdmin, Admin[CatalogueSignature]):
    """Which reviewer stands for which entry. Signatures are given on the entry's own page."""

    list_display = ("reviewer", "qualification", "kind", "slug", "catalogue_version", "signed_at", "recorded_by")
    list_filter = ("kind", "reviewer")
    search_fields = ("reviewer", "slug")
