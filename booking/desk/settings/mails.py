"""Mail times and texts: each kind of mail on a page, its words beginning with those that they replace."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from booking.appointments.access import owner_only
from booking.desk.settings.frame import log_edit, sent, status_of
from booking.desk.settings.mail_forms import RuleForm, WordsForm
from booking.models import MessageText, ReminderRule
from booking.reminders.kind import ReminderKind, WordedKind, worded_kind, worded_kinds
from booking.reminders.message import Message
from booking.reminders.rules import recompute_rule
from booking.reminders.sample import sample_mail
from booking.reminders.shipped_words import ShippedWords, shipped_words
from clinic.web.edits import locked_row
from clinic.web.http import StaffRequest
from clinic.web.post_only import post_only


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
    return render(request, "booking/desk/settings/mails.html", {"section": "settings", "lines": lines})


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
        form = WordsForm(data, instance=row, shipped=shipped) if data else WordsForm(instance=row, shipped=shipped)
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
        current = locked_row(rule) if rule.pk else rule
        form = RuleForm(request.POST, instance=current, anchors=kind.anchors)
        if form.is_valid():
            form.save()
            log_edit(request, current)
            moved = recompute_rule(current, request.practice)
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
        "section": "settings",
        "kind": kind,
        "form": form,
        "rule_form": rule_form,
        "shipped": shipped,
        "preview": preview,
        "variables": [f"{{{name}}}" for name in kind.variables],
    }
    status = max(status_of(form), status_of(rule_form) if rule_form else 200)
    return render(request, "booking/desk/settings/mail.html", context, status=status)
