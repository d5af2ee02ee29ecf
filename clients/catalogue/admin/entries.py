"""What the pages of the catalogue's admin have in common: one edit at a time, its state, its uses, its switches."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Field, Max, QuerySet, Subquery, TextField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.care.regions import places_of
from clients.catalogue import catalogue_edit, current_catalogue, mark_changed
from clients.catalogue.admin.forms import EntryForm
from clients.catalogue.edits import entry_state, section_of, slugs_in_state
from clients.catalogue.load import PLACE_COLUMN
from clients.catalogue.tables import SECTIONS
from clients.catalogue.uses import EntryUse, uses_of
from clients.models import catalogue as models
from clinic.admin.base import Admin, NeverDeleted
from clinic.models import Practice

# Texts here are two sentences at most; Django's boxes of ten lines would hide the rules far below.
LIST_HEIGHT: dict[type[Field[Any, Any]], dict[str, Any]] = {
    TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}
}
STATE_LABELS = {"shipped": _("as shipped"), "edited": _("edited here"), "own": _("our own")}


class StateFilter(admin.SimpleListFilter):
    """Which entries the practice has made its own."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATE_LABELS.items())

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        if state not in STATE_LABELS:
            return queryset
        return queryset.filter(slug__in=slugs_in_state(section_of(queryset.model), state))


class CatalogueAdmin(NeverDeleted, Admin[Any]):
    """A page that changes the catalogue: one edit at a time, each a new edition."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A POST holds the catalogue's lock, so that the form judges what it will be saved into."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with catalogue_edit():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The last thing saved, so the new edition holds all of it."""
        super().save_related(request, form, formsets, change)
        mark_changed()


class EntryAdmin(CatalogueAdmin):
    """What all entries have in common. Lists are searched, not scrolled; the id is fixed once it is saved."""

    form = EntryForm
    search_fields = ["slug", "name"]
    list_display = ["name", "slug", "state"]
    list_filter: ClassVar[Any] = [StateFilter]
    list_per_page = 50
    save_on_top = True
    formfield_overrides = LIST_HEIGHT

    @admin.display(description=_("state"))
    def state(self, entry: Any) -> str:
        """Whether it is as shipped, edited, or the practice's own."""
        return str(STATE_LABELS[entry_state(section_of(type(entry)), entry.slug)])

    @admin.display(description=_("used by"))
    def used(self, entry: Any) -> SafeString | str:
        """Everything in the catalogue that names the entry, with the way to its page."""
        found = uses_of(current_catalogue(), section_of(type(entry)), entry.slug)
        return linked_uses(found) if found else str(_("nothing"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["slug", "used"] if obj else [])]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """As each page orders them, and at the end where the entry is used."""
        found = list(super().get_fieldsets(request, obj))
        if obj and "used" not in flatten_fieldsets(found):
            found.append((_("Where it is used"), {"fields": ["used"]}))
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new entry stands behind the others: the place breaks ties in the ranking."""
        if not change:
            obj.position = (self.model._base_manager.aggregate(last=Max("position"))["last"] or 0) + PLACE_COLUMN
        super().save_model(request, obj, form, change)


def linked_uses(uses: list[EntryUse]) -> SafeString:
    """A list of uses, each a link to the page of the entry: one query for each kind of entry."""
    models_of = {section.name: section.model for section in SECTIONS}
    ids = {
        (name, slug): id_
        for name in {each.section for each in uses}
        for slug, id_ in models_of[name]._base_manager.order_by().values_list("slug", "pk")
    }
    rows = (
        (
            reverse(
                f"admin:{models_of[each.section]._meta.app_label}_{models_of[each.section]._meta.model_name}_change",
                args=[ids[each.section, each.slug]],
            ),
            each.name,
            each.how,
        )
        for each in uses
        if (each.section, each.slug) in ids
    )
    return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}: {}</a></li>', rows))


class SwitchedAdmin(EntryAdmin):
    """Entries that are switched off instead of deleted."""

    list_display = ["name", "slug", "switched_off", "state"]
    list_filter = ["switched_off", StateFilter]
    actions = ["switch_off", "switch_back"]

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """Emergency signs are left on: they are always asked."""
        if self.model is models.RedFlag:
            chosen = chosen.exclude(action=models.RedFlag.Action.EMERGENCY)
        offers = issubclass(self.model, models.Oil | models.HomeCareTip)
        self.set_all(request, chosen, switched_off=True, **({"switched_on": False} if offers else {}))

    @admin.action(description=_("Switch back on"), permissions=["change"])
    def switch_back(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """Take the practice's switch back, so that the entry is on or off as it ships."""
        self.set_all(request, chosen, switched_off=False)

    def set_all(self, request: HttpRequest, chosen: QuerySet[Any], **values: bool) -> None:
        """Set the switches of many entries as one edit."""
        with catalogue_edit():
            count = chosen.update(**values)
            mark_changed()
        messages.success(request, ngettext("%d entry changed.", "%d entries changed.", count) % count)


class AdviceAdmin(SwitchedAdmin):
    """Entries that rest on evidence: their sources can be followed from the page."""

    readonly_fields = ["cited"]

    @admin.display(description=_("to look up"))
    def cited(self, advice: Any) -> SafeString | str:
        """The sources with their addresses, and whether each was read or is from general knowledge."""
        if advice.pk is None:
            return "-"
        rows = (
            (
                format_html('<a href="{}" rel="noreferrer">{}</a>', source.url, source.citation)
                if source.url.startswith(("https://", "http://"))
                else source.citation,
                _("read in its source") if source.seen else _("from general knowledge, not confirmed"),
            )
            for source in advice.sources.all()
        )
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{} ({})</li>", rows))


class OfferAdmin(AdviceAdmin):
    """Oils and home care: whether each is offered here, and who must look at it first."""

    actions = ["switch_off", "switch_back", "switch_on", "ask_review", "skip_review"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the practice's country beside each row, so that a list asks for it once."""
        rows: QuerySet[Any] = super().get_queryset(request)
        placed: QuerySet[Any] = rows.annotate(country=Subquery(Practice.objects.values("country")[:1]))
        return placed

    @admin.display(description=_("offered here"))
    def offered(self, offer: Any) -> str:
        """In words: yes, after the therapist's review, or no and what keeps it off."""
        if offer.switched_off:
            return str(_("no: switched off"))
        if banned := places_of(offer.country).intersection(offer.off_in_regions):
            return str(_("no: off in %(region)s") % {"region": ", ".join(sorted(banned))})
        if offer.off_by_default and not offer.switched_on:
            return str(_("no: ships switched off"))
        return str(_("after the therapist’s review") if offer.needs_therapist_review else _("yes"))

    @admin.action(description=_("Offer, although it ships switched off"), permissions=["change"])
    def switch_on(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """The law of a region still holds."""
        self.set_all(request, chosen, switched_off=False, switched_on=True)

    @admin.action(description=_("The therapist must review"), permissions=["change"])
    def ask_review(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """The client sees only the name until a therapist has approved it."""
        self.set_all(request, chosen, needs_therapist_review=True)

    @admin.action(description=_("Needs no review"), permissions=["change"])
    def skip_review(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """The client's at once, where nothing blocks it."""
        self.set_all(request, chosen, needs_therapist_review=False)
