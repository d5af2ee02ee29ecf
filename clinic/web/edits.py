"""Edits that two people make at once: what one has changed is never written over by one who only looked at it.

A form over an existing row carries what it showed (`form.shown`, a hidden input). When it comes back, each field is
compared three ways: as shown, as typed, as it stands now. A field that this person left alone keeps what stands now;
one that only they changed is written; where both changed it, nothing is written: the page comes back with both texts,
and what stands now becomes what was shown, so that saving again is deliberate.

Whoever saves such a form holds the row's lock from reading it until the transaction ends.
"""

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.forms.models import InlineForeignKeyField
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinic.country.locale import current_formats
from clinic.records.record_export import value_in_record

M = TypeVar("M", bound=Model)
SHOWN_INPUT = "shown"
# What a formset adds to its rows.
FORMSET_FIELDS = ("DELETE", "ORDER")
LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Editor:
    """Who saved a row last, and when."""

    name: str
    at: dt.datetime

    @property
    def clock(self) -> str:
        """When, on the practice's clock."""
        return current_formats().clock(timezone.localtime(self.at))


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed: what stands now, in words, and who saved it where that is known."""

    name: str
    theirs: str
    editor: Editor | None = None

    @property
    def told(self) -> str:
        """What happened, in a sentence."""
        if self.editor is None:
            return _("Somebody changed this while your page was open.")
        return _("%(who)s saved this at %(clock)s, while your page was open.") % {
            "who": self.editor.name,
            "clock": self.editor.clock,
        }

    @property
    def message(self) -> SafeString:
        """Their text, to stand beside the field that still holds one's own."""
        return format_html(
            '{} {} <span class="theirs">{}</span> {}',
            self.told,
            _("It now says:"),
            self.theirs or _("(empty)"),
            _("Yours is still in the field: save again to put it in its place."),
        )


def as_sent(field: forms.Field, name: str, value: Any) -> list[tuple[str, str | None]]:
    """A field's value as the page sends it back when nobody touches it: names of inputs, each with its value."""
    hidden = field.hidden_widget()
    context = hidden.get_context(name, field.prepare_value(value), {})["widget"]
    parts = context.get("subwidgets")
    sent = [(name, context["value"])] if parts is None else [(part["name"], part["value"]) for part in parts]
    if isinstance(hidden, forms.MultipleHiddenInput):
        sent.sort(key=lambda each: str(each[1]))
    # A browser sends every line break as two characters, and cleaning strips what stands around the text.
    return [(key, LINE_BREAK.sub("\r\n", text.strip()) if isinstance(text, str) else text) for key, text in sent]


class MergesEdits(forms.BaseForm):
    """Mixed in before the class of a form over a row that others may edit too. Put `{{ form.shown }}` in the form.

    A form without a model is given what stands now as `initial`, also when it is bound. After cleaning,
    `touched` names the fields that this person changed, `merged` those into which a colleague's change was put, and
    `conflicts` tells of those that both changed.
    """

    # The name of the hidden input; forms that share a page and have no prefix need different ones.
    shown_as = SHOWN_INPUT
    conflicts: Mapping[str, Conflict] = MappingProxyType({})
    touched: Collection[str] = ()
    merged: Collection[str] = ()

    def full_clean(self) -> None:
        """Merge, then clean what came of it."""
        if self.is_bound:
            self.merge(self.as_shown())
        super().full_clean()

    def clean(self) -> Any:
        """Each conflict stands beside its field before anything else is judged."""
        for name, conflict in self.conflicts.items():
            self.add_error(name if name in self.fields else None, conflict.message)
        return super().clean()

    def merge(self, shown: Mapping[str, Any]) -> None:
        """Put what others changed meanwhile into the fields that were left alone, and find the fields both changed."""
        since, base = moment_of(shown), fields_of(shown)
        conflicts: dict[str, Conflict] = {}
        touched, merged = set(), set()
        for bound in self.editable():
            now = self.values_of(bound)
            before = base.get(bound.name, now)
            if differs(bound.field, before, bound.data):
                touched.add(bound.name)
            if before == now:
                continue
            if bound.name not in touched:
                self.put(bound, now)
                merged.add(bound.name)
            elif self.is_overwritten(bound, now):
                conflicts[bound.name] = Conflict(bound.name, self.told(bound), self.editor(since))
        self.conflicts, self.touched, self.merged = conflicts, touched, merged

    def was_edited(self) -> bool:
        """Whether anything was changed since the page was shown."""
        before = fields_of(self.as_shown())
        return any(differs(each.field, before.get(each.name, []), each.data) for each in self.editable())

    def is_overwritten(self, bound: BoundField, now: list[str | None]) -> bool:
        """Whether writing what was sent would lose what stands now."""
        return differs(bound.field, now, bound.data)

    def editable(self) -> Iterator[BoundField]:
        """The fields in which a person may change something of the row."""
        instance = getattr(self, "instance", None)
        key = instance._meta.pk.name if instance is not None else None
        for name, field in self.fields.items():
            if not (
                field.disabled or name in FORMSET_FIELDS or name == key or isinstance(field, InlineForeignKeyField)
            ):
                yield self[name]

    def now(self, bound: BoundField) -> Any:
        """What stands in the row."""
        return self.get_initial_for_field(bound.field, bound.name)

    def values_of(self, bound: BoundField) -> list[str | None]:
        """What stands in the row, as the page sends it."""
        return [value for _name, value in as_sent(bound.field, bound.html_name, self.now(bound))]

    def put(self, bound: BoundField, values: list[str | None]) -> None:
        """Set what was sent for a field."""
        names = dict.fromkeys(name for name, _value in as_sent(bound.field, bound.html_name, self.now(bound)))
        sent: Any = self.data
        data = sent.copy()
        if isinstance(bound.field.hidden_widget(), forms.MultipleHiddenInput):
            data.setlist(bound.html_name, values)
        else:
            for name, value in zip(names, values, strict=True):
                data[name] = "" if value is None else value
        self.data = data

    def as_shown(self) -> Mapping[str, Any]:
        """What the page that was sent had shown; empty where it does not say."""
        try:
            said = json.loads(str(self.data.get(self.add_prefix(self.shown_as), "")))
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}

    def editor(self, since: dt.datetime | None) -> Editor | None:
        """Who saved the row since the page was shown, where that is known."""
        instance = getattr(self, "instance", None)
        return last_editor(instance, since) if instance is not None and since is not None else None

    def told(self, bound: BoundField) -> str:
        """What stands in the row, in words."""
        return value_in_words(bound.field, self.now(bound))

    @property
    def shown(self) -> SafeString:
        """The hidden input that says what this page shows, and of which version of the row."""
        name, told = self.add_prefix(self.shown_as), json.dumps(self.shown_after_save())
        return format_html('<input type="hidden" name="{}" value="{}">', name, told)

    def shown_after_save(self) -> dict[str, Any]:
        """What a page that is made now shows."""
        return {
            "version": getattr(getattr(self, "instance", None), "row_version", None),
            "at": timezone.now().isoformat(),
            "fields": {bound.name: self.values_of(bound) for bound in self.editable()},
        }


if TYPE_CHECKING:
    RowForm = forms.ModelForm[Any]
else:
    RowForm = forms.ModelForm


class MergedRowForm(MergesEdits, RowForm):
    """A form over a row that others may edit too."""


def fields_of(shown: Mapping[str, Any]) -> dict[str, list[str | None]]:
    """What a page says that its fields held, by name; a browser may send anything, and what is no such list is passed
    over."""
    said = shown.get("fields")
    return {
        str(name): values
        for name, values in (said.items() if isinstance(said, dict) else ())
        if isinstance(values, list) and all(value is None or isinstance(value, str) for value in values)
    }


def moment_of(shown: Mapping[str, Any]) -> dt.datetime | None:
    """When a page says that it was shown; None where it names no moment."""
    try:
        at = parse_datetime(str(shown.get("at", "")))
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) else None


def differs(field: forms.Field, before: list[str | None], sent: Any) -> bool:
    """Whether what was sent for a field is something else than what its inputs held before."""
    if isinstance(field.hidden_widget(), forms.MultipleHiddenInput) or isinstance(field, forms.MultiValueField):
        return field.has_changed(before, sent)
    value: Any = before[0] if before else None
    if not isinstance(field, forms.ModelChoiceField):
        try:
            value = field.to_python(value)
        except forms.ValidationError:
            return True
    return field.has_changed(value, sent)


def value_in_words(field: forms.Field, value: Any) -> str:
    """A field's value as a person reads it: by the words of its choices where it has some."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return ", ".join(str(each) for each in value or ())
    if isinstance(field, forms.ModelChoiceField):
        rows: Any = field.queryset
        key = field.to_field_name or "pk"
        found = rows.model._default_manager.filter(**{key: value}).first() if value else None
        return str(found) if found is not None else ""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        words = {str(key): str(word) for key, word in choices if not isinstance(word, list | tuple)}
        if not isinstance(value, list | tuple):
            return words.get(str(value), value_in_record(value)) if value is not None else ""
        return ", ".join(words.get(str(each), str(each)) for each in value)
    return value_in_record(value) if not isinstance(value, dt.time) else current_formats().clock(value)


def last_editor(row: Model, since: dt.datetime) -> Editor | None:
    """Who saved a row in the admin since then."""
    kind = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk), action_time__gte=since)
    entry = entries.select_related("user").order_by("-action_time", "-pk").first()
    return Editor(str(entry.user), entry.action_time) if entry is not None else None


def locked_row(row: M) -> M:
    """A row as it stands now, locked until the transaction ends. Raises DoesNotExist where it is gone."""
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=row.pk)
