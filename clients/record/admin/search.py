"""Searches of the admin that find a client however the name, the address or the number is typed."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest

from clients.models import Client

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    Base = ModelAdmin[Any]
else:
    Base = object


class FoundByClient(Base):
    """Rows that belong to a client, mixed into their admin: found by what the client is found by."""

    client_path = "client"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What the other fields of the search find, and what belongs to clients who match."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        theirs = queryset.filter(**{f"{self.client_path}__in": Client.objects.matching(search_term)})
        return found | theirs, may_repeat
