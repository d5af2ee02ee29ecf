"""The waitlist, for looking up: it is kept by its own actions, at the desk and by its clients."""

from django.contrib import admin

from booking.models import WaitlistEntry, WaitlistOffer
from clients.record.admin.search import FoundByClient
from clinic.admin.base import Admin, Inline, ReadOnlyAdmin


class OfferInline(ReadOnlyAdmin, Inline[WaitlistOffer, WaitlistEntry]):
    """What an entry was offered."""

    model = WaitlistOffer
    fields = ("starts_at", "held_until", "outcome", "made_by", "settled_at")
    readonly_fields = fields


@admin.register(WaitlistEntry)
class WaitlistEntryAdmin(FoundByClient, ReadOnlyAdmin, Admin[WaitlistEntry]):
    """Who waits or waited, and how it ended. The safety answers stand in no list."""

    list_display = ("created_at", "client", "service", "therapist", "first_date", "last_date", "state", "end_reason")
    list_filter = ("state", "end_reason", "service")
    list_select_related = ("client", "service", "therapist")
    search_fields = ("=public_id",)
    exclude = ("screening", "idempotency_key")
    date_hierarchy = "created_at"
    inlines = (OfferInline,)
