"""Preview beside Save: what an edit would change for the latest intakes, with nothing saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from clients.care import Level, Triage
from clients.care.compare import PlanChanges
from clients.catalogue import catalogue_edit, current_edition
from clients.catalogue.edits import catalogue_before_edit
from clients.catalogue.preview import preview_edit
from clients.models import RedFlag, TechniqueLevel

if TYPE_CHECKING:
    from clients.catalogue.admin.entries import CatalogueAdmin as Base
else:
    Base = object

PREVIEW_BUTTON = "_preview"


LEVELS: dict[str | None, Any] = {**dict(TechniqueLevel.choices), Level.OK: _("suits"), None: _("not shown")}
TRIAGES: dict[str, Any] = {**dict(RedFlag.Action.choices), Triage.OK: _("nothing in the way")}


class PreviewResponse(HttpResponse):
    """Stands for the redirect after saving, while a preview is made."""

    def __init__(self, changes: PlanChanges) -> None:
        super().__init__()
        self.changes = changes


class NotSaved:
    """A form whose answers are in order and which is shown again all the same, as it was filled in."""

    def is_valid(self) -> bool:
        super().is_valid()  # type: ignore[misc]  # mixed into a form
        return False


class PreviewedAdmin(Base):
    """Mixed into the admin of an entry that plans depend on."""

    change_form_template = "admin/clients/entry_form.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save inside a transaction, compare, and roll all of it back; then show the same page with what was found."""
        loaded = current_edition().token is not None
        context = {**(extra_context or {}), "can_preview": loaded}
        if request.method != "POST" or PREVIEW_BUTTON not in request.POST or not loaded:
            return super().changeform_view(request, object_id, form_url, context)
        # The hooks that Django calls on the way are handed the request and nothing else.
        previewing: Any = request
        with catalogue_edit():
            previewing.catalogue_before = catalogue_before_edit()
            answer = super().changeform_view(request, object_id, form_url, context)
            transaction.set_rollback(True)
        if not isinstance(answer, PreviewResponse):
            return answer
        previewing.shown_again = True
        return super().changeform_view(
            request, object_id, form_url, {**context, "preview": preview_changes_in_words(answer.changes)}
        )

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if not getattr(request, "shown_again", False):
            return form
        return type(form)(form.__name__, (NotSaved, form), {})

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return preview_outcome(request) or super().response_change(request, obj)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return preview_outcome(request) or super().response_add(request, obj, post_url_continue)


def preview_outcome(request: HttpRequest) -> PreviewResponse | None:
    """What the edit, now written but not committed, would change; None where this is no preview."""
    before = getattr(request, "catalogue_before", None)
    return PreviewResponse(preview_edit(before, catalogue_before_edit())) if before is not None else None


def preview_changes_in_words(changes: PlanChanges) -> dict[str, Any]:
    """The counts as the page shows them, with levels and triage in words."""
    return {
        "plans": changes.plans,
        "changed": changes.changed,
        "quiet": changes.quiet,
        "triages": [(TRIAGES[each.before], TRIAGES[each.after], each.plans) for each in changes.triages],
        "levels": [(each.name, LEVELS[each.before], LEVELS[each.after], each.plans) for each in changes.levels],
        "offers": changes.items,
        "questions": changes.questions,
    }
