"""The admin's form of an appointment: what it changes goes through the booking actions, so every rule holds."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from booking.appointments.book import book_appointment
from booking.appointments.booking_request import BookingRequest, RuleOverride
from booking.appointments.move import move_appointment
from booking.appointments.reallocation import assign_resources
from booking.appointments.screening import SafetyAnswers
from booking.appointments.status import accept_request, cancel_appointment, complete_appointment, mark_no_show
from booking.errors import NotSuitable
from booking.models import AddOn, Appointment, Status, Therapist
from booking.scheduling.order import Order
from clinic.accounts.rights import may_read_health
from clinic.errors import Refusal
from clinic.models import Practice, User
from clinic.records.written_reason import is_sufficient_reason, reason_too_short
from clinic.web.edits import MergesEdits

if TYPE_CHECKING:
    Base = forms.ModelForm[Appointment]
else:
    Base = forms.ModelForm

ADMIN_VIA = Appointment.Via.ADMIN


class AppointmentForm(MergesEdits, Base):
    """Adds and changes by acting: the admin saves nothing itself, and a refusal stands beside its field."""

    add_ons = forms.ModelMultipleChoiceField(
        label=_("added"),
        queryset=AddOn.objects.filter(active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what is offered with the service."),
    )
    asked = forms.BooleanField(
        label=_("safety question asked"),
        help_text=_("Asked, and nothing in it is true. Otherwise book at the desk, where the answers can be ticked."),
    )
    override = forms.BooleanField(label=_("outside hours, notice and limits"), required=False)
    why = forms.CharField(
        label=_("why"),
        max_length=300,
        required=False,
        help_text=_("Needed to cancel, to set a rule aside, and for a yes that the answers speak against."),
    )

    # The admin sets who is acting, and for which practice.
    by: User | None = None
    practice: Practice
    outcome: Appointment | None = None

    class Meta:
        model = Appointment
        fields = ("client", "service", "therapist", "starts_at", "room", "kit", "status", "client_note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "therapist" in self.fields and self.adding:
            therapist = cast("forms.ModelChoiceField[Therapist]", self.fields["therapist"])
            therapist.queryset, therapist.required = Therapist.objects.at_work(), False
            self.fields["therapist"].help_text = _("Empty: whoever has the lightest day.")
        if "status" in self.fields:
            status = cast("forms.ChoiceField", self.fields["status"])
            allowed = {self.instance.status, *Appointment.TRANSITIONS[self.instance.status]}
            if self.instance.status == Status.OFFERED:
                # A yes is taken on the appointment's page at the desk, where the waitlist hears of it too.
                allowed = {Status.OFFERED, Status.CANCELLED}
            if self.instance.status == Status.REQUESTED and not may_read_health(self.by):
                # A yes weighs the answers, and its refusal names them: at the desk too it is for those who read them.
                allowed.discard(Status.CONFIRMED)
            status.choices = [choice for choice in Status.choices if choice[0] in allowed]

    @property
    def adding(self) -> bool:
        """Whether this is a new appointment."""
        return self.instance.pk is None

    def clean(self) -> dict[str, Any]:
        """A reason where one is needed."""
        typed = super().clean() or {}
        if typed.get("override") and not is_sufficient_reason(typed.get("why", "")):
            self.add_error("why", reason_too_short())
        cancels = typed.get("status") == Status.CANCELLED and self.instance.status != Status.CANCELLED
        if cancels and not typed.get("why"):
            self.add_error("why", _("Please say why it is cancelled."))
        return typed

    def _post_clean(self) -> None:
        """Act, instead of filling the row: what the action refuses is an error of the form."""
        if self.errors:
            return
        try:
            with transaction.atomic():
                self.outcome = self.book() if self.adding else self.change()
        except Refusal as refusal:
            self.add_error(self.field_of(refusal), refusal.for_team)

    def field_of(self, refusal: Refusal) -> str | None:
        """The field beside which a refusal belongs."""
        if isinstance(refusal, NotSuitable):
            return "service" if "service" in self.fields else None
        if refusal.field in ("reason", "override_reason"):
            return "why"
        if refusal.field in self.fields:
            return refusal.field
        for name in ("starts_at", "room", "status"):
            if name in self.changed_data and name in self.fields:
                return name
        return None

    def override_wish(self) -> RuleOverride | None:
        """The override, where wished."""
        typed = self.cleaned_data
        return RuleOverride(reason=typed["why"]) if typed.get("override") else None

    def book(self) -> Appointment:
        """A new appointment. Raises Refusal."""
        typed = self.cleaned_data
        return book_appointment(
            BookingRequest(
                order=Order.of(typed["service"], typed["add_ons"]),
                start=typed["starts_at"],
                therapist=typed["therapist"],
                client=typed["client"],
                answers=SafetyAnswers(),
                policy_accepted=True,
                via=ADMIN_VIA,
                practice=self.practice,
                by=self.by,
                note=typed["client_note"],
                override=self.override_wish(),
            )
        )

    def change(self) -> Appointment:
        """Move, give another room, change the status: each only where it was edited, all or nothing. Raises Refusal."""
        typed, current = self.cleaned_data, self.instance
        if {"starts_at", "therapist"} & set(self.changed_data):
            current = move_appointment(
                current,
                start=typed["starts_at"],
                therapist=typed["therapist"],
                via=ADMIN_VIA,
                practice=self.practice,
                by=self.by,
                override=self.override_wish(),
            )
        if {"room", "kit"} & set(self.changed_data):
            current = assign_resources(current, room=typed["room"], kit=typed["kit"], via=ADMIN_VIA, by=self.by)
        return self.become(current, typed.get("status", current.status))

    def become(self, current: Appointment, status: str) -> Appointment:
        """Take the step to another status. Raises Refusal."""
        if status == current.status:
            return current
        if status == Status.CANCELLED:
            why = self.cleaned_data["why"]
            return cancel_appointment(current, reason=why, via=ADMIN_VIA, practice=self.practice, by=self.by)
        by = cast("User", self.by)
        if status == Status.CONFIRMED:
            return accept_request(current, by=by, practice=self.practice, reason=self.cleaned_data["why"])
        step = {Status.COMPLETED: complete_appointment, Status.NO_SHOW: mark_no_show}
        return step[Status(status)](current, by=by)

    def save_m2m(self) -> None:
        """Nothing either; the admin calls it after a save without commit."""

    def save(self, commit: bool = True) -> Appointment:
        """What the action made; there is nothing left to save."""
        return cast("Appointment", self.outcome)
