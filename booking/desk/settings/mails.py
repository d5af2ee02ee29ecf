"""Mail times and texts: each kind of mail on a page, its words beginning with those that they replace."""

from dataclasses import dataclass
from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.desk.settings.frame import log_edit, saved_form, sent, status_of
from booking.models import MessageText, ReminderRule
from booking.reminders.kind import ReminderKind, WordedKind, worded_kind, worded_kinds
from booking.reminders.message import Message
from booking.reminders.rules import recompute_rule
from booking.reminders.sample import sample_mail
from booking.reminders.shipped_words import ShippedWords, own_words, shipped_words
from clinic.web.edits import MergedRowForm, locked_row
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only

LONGEST = 730 * 24 * 60
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


class WordsForm(LaidOut, MergedRowForm):
    """The words of a kind of mail, beginning with those that they replace. What is left as it ships stays so."""

    class Meta:
        model = MessageText
        fields = ("subject", "opening", "closing")
        widgets = {"opening": forms.Textarea(attrs={"rows": 6}), "closing": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, shipped: ShippedWords, instance: MessageText) -> None:
        self.shipped = shipped
        begins = {name: getattr(instance, name) or text for name, text in shipped.as_initial().items()}
        super().__init__(data, instance=instance, initial=begins)
        self.fields["subject"].label, self.fields["opening"].label = _("Subject"), _("Opening")
        self.fields["closing"].label = _("Closing")

    def clean(self) -> dict[str, Any]:
        """A text as it ships is none of the practice's own."""
        typed: dict[str, Any] = super().clean() or {}
        return {**typed, **own_words({name: typed[name] for name in self.fields if name in typed}, self.shipped)}


def largest_unit(minutes: int) -> str:
    """The largest unit in which a length is a whole number."""
    return next(name for name, size in reversed(UNITS.items()) if minutes % size == 0 and (minutes or size == 1))


class RuleForm(LaidOut, MergedRowForm):
    """When a kind of mail goes, in the unit that suits; the model says what cannot be."""

    minutes = forms.IntegerField(label=gettext_lazy("How long"), min_value=0, max_value=100_000)
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"),
        choices=[
            ("minutes", gettext_lazy("minutes")),
            ("hours", gettext_lazy("hours")),
            ("days", gettext_lazy("days")),
        ],
    )
    layout = ("active", Div("minutes", "unit", "anchor", css_class="side-by-side"))

    class Meta:
        model = ReminderRule
        fields = ("active", "minutes", "anchor")

    def __init__(self, data: Any = None, *, instance: ReminderRule, anchors: tuple[str, ...]) -> None:
        unit = largest_unit(instance.minutes)
        begins = {"unit": unit, "minutes": instance.minutes // UNITS[unit]}
        super().__init__(data, instance=instance, initial=begins)
        self.fields["active"].label = _("These mails go out")
        choices: Any = self.fields["anchor"]
        choices.choices = [choice for choice in choices.choices if choice[0] in anchors]

    def clean(self) -> dict[str, Any]:
        """The minutes of the rule, so that its own rules hold."""
        typed: dict[str, Any] = super().clean() or {}
        if "minutes" in typed and "unit" in typed:
            typed["minutes"] *= UNITS[typed["unit"]]
            if typed["minutes"] > LONGEST:
                self.add_error("minutes", _("That is longer than two years."))
        return typed


@dataclass(frozen=True)
class MailLine:
    """A kind of mail in the list: when it goes, and whether in the practice's own words."""

    kind: WordedKind
    rule: ReminderRule | None
    text: MessageText | None

    @property
    def when(self) -> str:
        """When it goes, in words."""
        if isinstance(self.kind, ReminderKind) and self.kind.by_interval and self.rule and self.rule.active:
            return _("at the interval that the therapist named")
        if self.rule is not None:
            return self.rule.when if self.rule.active else _("switched off")
        return _("at once, when it happens")


def general_rule(kind: WordedKind) -> ReminderRule | None:
    """The rule of every service without one of its own; None for a kind that no rule times."""
    if not kind.anchors:
        return None
    found = ReminderRule.objects.filter(kind=kind.code, service=None).first()
    minutes = kind.minutes if isinstance(kind, ReminderKind) else None
    return found or ReminderRule(kind=kind.code, anchor=kind.anchors[0], minutes=minutes or 0, active=False)


def kind_or_404(code: str) -> WordedKind:
    """A kind of mail that can be worded. Raises Http404."""
    try:
        return worded_kind(code)
    except KeyError as error:
        raise Http404 from error


@owner_only
@require_safe
def mails_page(request: StaffRequest) -> HttpResponse:
    """Every kind of mail."""
    rules = {rule.kind: rule for rule in ReminderRule.objects.filter(service=None)}
    texts = {text.kind: text for text in MessageText.objects.all()}
    lines = [MailLine(kind, rules.get(kind.code), texts.get(kind.code)) for kind in worded_kinds()]
    return render(request, "booking/desk/settings/mails.html", {"lines": lines})


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def mail_page(request: StaffRequest, code: str) -> HttpResponse:
    """The words of one kind. On POST they are saved, or looked at first where *Preview* was pressed."""
    kind = kind_or_404(code)
    shipped = shipped_words(code, request.practice)
    preview, data = None, sent(request)
    with transaction.atomic():
        found = MessageText.objects.filter(kind=code).first()
        row = locked_row(found) if found is not None else MessageText(kind=code)
        form = WordsForm(data, instance=row, shipped=shipped)
        if data and form.is_valid():
            if "preview" in data:
                preview = sample_mail(row, request.practice)
            else:
                keep_words(request, form, row)
                messages.success(request, _("Saved. Mails written from now on say it like this."))
                return redirect("booking:desk-settings-mail", code=code)
    return render_mail(request, kind, form, shipped, preview=preview)


def keep_words(request: StaffRequest, form: WordsForm, row: MessageText) -> None:
    """Save the practice's words, in use from now on; without any of its own the row goes."""
    if not any(form.cleaned_data.values()):
        if row.pk:
            row.delete()
        return
    row.active, row.changed_at = True, timezone.now()
    is_new = row.pk is None
    form.save()
    log_edit(request, row, is_new=is_new)


@owner_only
@post_only("booking:desk-settings-mail", "code")
def mail_times(request: StaffRequest, code: str) -> HttpResponse:
    """Change when a kind goes; what is pending of it follows."""
    kind = kind_or_404(code)
    rule = general_rule(kind)
    if rule is None:
        raise Http404
    with transaction.atomic():
        form = saved_form(request, RuleForm, rule, anchors=kind.anchors)
        moved = 0 if form.errors else recompute_rule(form.instance, request.practice)
    if form.errors:
        found = MessageText.objects.filter(kind=code).first() or MessageText(kind=code)
        shipped = shipped_words(code, request.practice)
        return render_mail(request, kind, WordsForm(instance=found, shipped=shipped), shipped, rule_form=form)
    messages.success(request, _("Saved."))
    if moved:
        said = ngettext("%(number)d reminder follows.", "%(number)d reminders follow.", moved)
        messages.info(request, said % {"number": moved})
    return redirect("booking:desk-settings-mail", code=code)


def render_mail(
    request: StaffRequest,
    kind: WordedKind,
    form: WordsForm,
    shipped: ShippedWords,
    *,
    preview: Message | None = None,
    rule_form: RuleForm | None = None,
) -> HttpResponse:
    """The page of a kind."""
    rule = general_rule(kind)
    if rule_form is None and rule is not None:
        rule_form = RuleForm(instance=rule, anchors=kind.anchors)
    context = {
        "kind": kind,
        "form": form,
        "rule_form": rule_form,
        "shipped": shipped,
        "preview": preview,
        "variables": [f"{{{name}}}" for name in kind.variables],
    }
    status = max(status_of(form), status_of(rule_form) if rule_form else 200)
    return render(request, "booking/desk/settings/mail.html", context, status=status)
