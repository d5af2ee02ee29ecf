"""Pages over some columns of the practice's one row: who we are, the rules of booking, quiet hours, safety."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owner_only
from booking.appointments.admin.practice import ZONE_CHANGE_FIELD, tell_followed, zone_question
from booking.appointments.forms import form_helper
from booking.appointments.practice_settings import (
    ZoneChoiceMissing,
    follow_practice_edit,
    refuse_unbookable_services,
)
from booking.desk.settings.frame import (
    TEXT_READ,
    confirms_conflicts,
    group,
    log_edit,
    page_after_saving,
    sent,
    status_of,
)
from booking.desk.setup.lines import KEYS_OF_READY_TEXTS, put_line_aside
from clinic.country.wall_time_input import WallTimeInput
from clinic.models import Practice
from clinic.web.edits import MergedRowForm, locked_row
from clinic.web.http import StaffRequest, redirect_saying

Title = str | Promise
Line = str | tuple[str, ...]


@dataclass(frozen=True)
class PracticePart:
    """One page: what it is called, and which columns stand on it, in groups; a tuple is one line."""

    title: Title
    lead: Title
    groups: tuple[tuple[Title, tuple[Line, ...]], ...]
    page: str
    back: str = "booking:desk-settings"

    @property
    def fields(self) -> list[str]:
        """The columns."""
        rows = [row for _title, rows in self.groups for row in rows]
        return [name for row in rows for name in ((row,) if isinstance(row, str) else row)]


PARTS = {
    "practice": PracticePart(
        gettext_lazy("Practice"),
        gettext_lazy("What clients read on your pages, in mails and on receipts."),
        (
            (gettext_lazy("Who and where"), ("name", ("street", "city"), ("phone", "email"), "directions")),
            (
                gettext_lazy("Country and clock"),
                (("country", "locale"), ("time_zone", "currency"), "own_emergency_number"),
            ),
            (gettext_lazy("Receipts"), (("tax_number", "tax_line"), ("tax_name", "tax_rate"))),
            (gettext_lazy("Your own web site"), ("embed_origins",)),
        ),
        "booking:desk-settings-practice",
    ),
    "rules": PracticePart(
        gettext_lazy("Booking rules"),
        gettext_lazy("For clients who book online; at the desk you may set them aside. A service can have its own."),
        (
            (
                gettext_lazy("When"),
                (
                    ("slot_step_minutes", "notice_minutes", "horizon_days"),
                    ("cancel_cutoff_hours", "moves_per_appointment"),
                ),
            ),
            (
                gettext_lazy("Against strangers who fill the diary"),
                (("appointments_ahead", "bookings_per_network"), "confirms_address"),
            ),
            (gettext_lazy("Waitlist"), ("waitlist_hold_minutes",)),
            (gettext_lazy("What clients accept"), ("policy_text", "fee_text", "missed_fee_percent")),
            (gettext_lazy("What clients sign in the health form"), ("consent_text", "consent_version")),
        ),
        "booking:desk-settings-rules",
    ),
    "quiet": PracticePart(
        gettext_lazy("Quiet hours"),
        gettext_lazy("Mails that fall into them go when they end. Answers to what a client just did come at once."),
        ((gettext_lazy("Every day"), (("quiet_from", "quiet_until"), "confirmation_delay_minutes")),),
        "booking:desk-settings-quiet",
        "booking:desk-settings-mails",
    ),
    "safety": PracticePart(
        gettext_lazy("Signing in and records"),
        gettext_lazy("How the team gets in, whose notes they read, and how long records stay."),
        (
            (
                gettext_lazy("Signing in"),
                ("second_factor_required", ("idle_minutes_own_device", "idle_minutes", "session_hours")),
            ),
            (gettext_lazy("Records"), ("colleague_notes", "retention_years")),
        ),
        "booking:desk-settings-safety",
        "booking:desk-settings-people",
    ),
}


# Lines of the boxes for longer texts.
SHORT_TEXTS = {
    "directions": 3,
    "newcomer_text": 4,
    "embed_origins": 2,
    "policy_text": 3,
    "fee_text": 2,
    "consent_text": 7,
}


class PracticePartForm(MergedRowForm):
    """Some columns of the practice, by the rules of the whole row."""

    part: PracticePart

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in SHORT_TEXTS.items():
            if name in self.fields:
                self.fields[name].widget.attrs["rows"] = rows
        for name in ("quiet_from", "quiet_until"):
            if name in self.fields:
                self.fields[name].widget = WallTimeInput()
        self.helper = form_helper(*(group(title, *rows) for title, rows in self.part.groups))

    def clean(self) -> dict[str, Any]:
        """Held against the rules of the services."""
        typed: dict[str, Any] = super().clean() or {}
        refuse_unbookable_services(self)
        return typed


def form_of(part: PracticePart, base: type[PracticePartForm] = PracticePartForm) -> type[PracticePartForm]:
    """The form of a page."""
    made: Any = forms.modelform_factory(Practice, form=base, fields=part.fields)
    made.part = part
    found: type[PracticePartForm] = made
    return found


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def practice_part(request: StaffRequest, part: str) -> HttpResponse:
    """One page over the practice's row. Another time zone asks first what stays."""
    page = PARTS[part]
    try:
        with transaction.atomic():
            form = save_part(request, page)
    except ZoneChoiceMissing as asked:
        return render_zone_question(request, asked)
    if request.method == "POST" and not form.errors:
        if (line := request.GET.get(TEXT_READ, "")) in KEYS_OF_READY_TEXTS:
            put_line_aside(line)
        return redirect_saying(request, _("Saved."), page_after_saving(request, page.page))
    context = {"form": form, "title": page.title, "lead": page.lead, "back_url": page.back}
    return render(request, "booking/desk/settings/form.html", context, status=status_of(form))


def save_part(
    request: StaffRequest,
    part: PracticePart,
    base: type[PracticePartForm] = PracticePartForm,
    typed: QueryDict | None = None,
) -> PracticePartForm:
    """The form; sent and valid, it is saved with all that follows. `typed` stands for what was sent, where it is other.

    Raises ZoneChoiceMissing.
    """
    kind, data, row = form_of(part, base), sent(request), Practice.read()
    if data is not None and typed is not None:
        data = typed
    if data is None:
        return kind(instance=row)
    current = locked_row(row)
    before = current.zone
    form = kind(data, instance=current)
    if form.is_valid():
        form.save()
        log_edit(request, current)
        answer = data.get(ZONE_CHANGE_FIELD, "")
        followed = follow_practice_edit(before, current, form.changed_data, answer=answer, by=request.user)
        tell_followed(request, followed)
    return form


def render_zone_question(request: StaffRequest, asked: ZoneChoiceMissing) -> HttpResponse:
    """The appointments on the old clock and the new, and a button for each answer."""
    list(messages.get_messages(request))  # what they say was taken back
    return render(request, "booking/desk/settings/time_zone.html", zone_question(asked, request.POST))
