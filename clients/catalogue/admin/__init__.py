"""The care catalogue in the Django admin: a list and a page for each kind of entry."""

from __future__ import annotations

from functools import partial

from django.contrib import admin
from django.http import HttpRequest
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
        pages = (
            ("", index_page, "clients_catalogueedit_changelist"),
            ("<slug:kind>/", kind_page, "catalogue-kind"),
            ("<slug:kind>/add/", entry_page, "catalogue-add"),
            ("<slug:kind>/<slug:slug>/", entry_page, "catalogue-entry"),
        )
        return [path(route, self.admin_site.admin_view(partial(page, self)), name=name) for route, page, name in pages]


@admin.register(CatalogueSignature)
class CatalogueSignatureAdmin(ReadOnlyAdmin, Admin[CatalogueSignature]):
    """Which reviewer stands for which entry. Signatures are given on the entry's own page."""

    list_display = ("reviewer", "qualification", "kind", "slug", "catalogue_version", "signed_at", "recorded_by")
    list_filter = ("kind", "reviewer")
    search_fields = ("reviewer", "slug")
