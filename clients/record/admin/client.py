"""Clients with what they agreed to, and the safety answers given at booking."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.imports.tracing import lines_as_html, lines_of_file, with_reader
from clients.models import Client, ClientMerge, Consent, Screening
from clients.record.admin.health_records import HealthRecord
from clients.record.admin.search import FoundByClient
from clinic.admin.base import Admin, Inline, NeverDeleted, ReadOnlyAdmin
from clinic.identity import shown_phone
from clinic.models import Practice

FILE_FIELDS = (
    *("public_id", "created_at", "brought", "copy_requested_at", "erasure_requested_at", "erased_at", "anonymised_at"),
)
MAIL_FIELDS = (
    *("reminders_wanted", "tips_wanted", "personal_tips_wanted", "email_error", "mailbox_is_anothers"),
    "may_book_online",
)
CONSENT_TICKS = ("treatment", "hot_stone", "personal_tips", "statistics")


class ConsentInline(ReadOnlyAdmin, Inline[Consent, Client]):
    """Each consent with its ticks; the words are on its own page."""

    model = Consent
    fields = readonly_fields = ("given_at", "version", *CONSENT_TICKS, "signature", "withdrawn_at")
    show_change_link = True


@admin.register(Client)
class ClientAdmin(NeverDeleted, Admin[Client]):
    """How to reach a client, and what mails they want. Their health is in the intakes."""

    list_display = ("name", "email", "number", "may_book_online", "created_at")
    list_filter = ("may_book_online", "reminders_wanted", "tips_wanted", "erasure_requested_at", "created_at")
    search_fields = ("search_text",)
    date_hierarchy = "created_at"
    readonly_fields = (*FILE_FIELDS, "email_error")
    inlines = (ConsentInline,)
    fieldsets = (
        (None, {"fields": ("first_name", "last_name", "email", "phone", "born_on", "desk_note")}),
        (_("Mails and booking"), {"fields": MAIL_FIELDS}),
        (_("File"), {"fields": FILE_FIELDS}),
    )

    @admin.display(description=_("name"), ordering="sort_key")
    def name(self, client: Client) -> str:
        """By last name, in the order of the language."""
        return client.listed

    @admin.display(description=_("phone"), ordering="phone")
    def number(self, client: Client) -> str:
        """As it is dialled here."""
        return shown_phone(client.phone, region=Practice.current().country) if client.phone else ""

    @admin.display(description=_("brought with"))
    def brought(self, client: Client) -> str:
        """The lines of imported files that opened the file or filled it in."""
        return lines_as_html(client, lines_of_file(client))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Client], search_term: str
    ) -> tuple[QuerySet[Client], bool]:
        """As the desk searches; the fields that choose a client ask here too."""
        found = Client.objects.matching(search_term).values("pk")
        return (queryset.filter(pk__in=found) if search_term.strip() else queryset), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        """All but the files that were merged into another: nobody is to book or write with those."""
        return with_reader(super().get_queryset(request).filter(merged_into=None), request)


@admin.register(ClientMerge)
class ClientMergeAdmin(FoundByClient, ReadOnlyAdmin, Admin[ClientMerge]):
    """Which files were put together, when and by whom. It is done and undone at the desk."""

    list_display = ("former", "kept", "at", "by", "undone_at")
    list_select_related = ("former", "kept", "by")
    search_fields = ("former__last_name", "former__first_name")
    client_path = "kept"
    date_hierarchy = "at"
    fields = readonly_fields = ("former", "kept", "at", "by", "undone_at", "undone_by")


@admin.register(Consent)
class ConsentAdmin(FoundByClient, ReadOnlyAdmin, Admin[Consent]):
    """What was signed, in the words as they stood. A consent is withdrawn, never changed."""

    list_display = ("client", "version", *CONSENT_TICKS, "given_at", "withdrawn_at")
    list_filter = ("version", *CONSENT_TICKS, "given_at", "withdrawn_at")
    search_fields = ("signature",)
    list_select_related = ("client",)
    date_hierarchy = "given_at"
    actions = ("withdraw",)

    @admin.action(description=_("Withdraw as of now"), permissions=["view"])
    def withdraw(self, request: HttpRequest, consents: QuerySet[Consent]) -> None:
        """Note that clients took their consent back. Personal tips then stop at once."""
        standing = consents.filter(withdrawn_at=None)
        Client.objects.filter(consents__in=standing, personal_tips_wanted=True).update(personal_tips_wanted=False)
        count = standing.update(withdrawn_at=timezone.now())
        self.message_user(
            request, ngettext("%(count)d consent withdrawn.", "%(count)d consents withdrawn.", count) % {"count": count}
        )


@admin.register(Screening)
class ScreeningAdmin(HealthRecord):
    """The safety answers that a booking rested on."""

    noun = "screening"
    list_display = ("client", "technique", "given_at")
    list_filter = ("technique", "given_at")
    date_hierarchy = "given_at"
