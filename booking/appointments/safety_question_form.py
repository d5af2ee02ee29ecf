"""The safety question as the desk asks it, by phone or at the counter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.safety_form import LAST_WEEK, TICK, AsksDetails, Line, boxes_of
from booking.appointments.safety_questions import SafetyQuestions
from booking.appointments.screening import SafetyAnswers
from clients.models import Intake
from clinic.country import locale

NONE, SOME, FILE = "none", "some", "file"
NOT_ASKED = {"required": _("Please ask the safety question, and choose what was answered.")}


@dataclass(frozen=True)
class AskedGroup:
    """One question to ask aloud, and what to tick after a yes."""

    name: Any
    question: Any
    lines: list[Line]

    @property
    def is_open(self) -> bool:
        """Whether something in it is ticked, or is to be answered once more."""
        return any(line.box.data["selected"] or (line.more is not None and line.more.errors) for line in self.lines)


class SafetyQuestionForm(AsksDetails):
    """None is true, some are and are ticked, or it is as in the newest intake. Part of other forms."""

    adds_to_file = False
    """Whether what is ticked is told besides what the file says, rather than against it."""

    safety = forms.ChoiceField(label=_("Safety question"), widget=forms.RadioSelect, error_messages=NOT_ASKED)
    conditions = forms.MultipleChoiceField(
        label=_("Health"), required=False, widget=forms.CheckboxSelectMultiple(attrs=TICK)
    )
    red_flags = forms.MultipleChoiceField(
        label=_("Warning signs"), required=False, widget=forms.CheckboxSelectMultiple(attrs=TICK)
    )
    weeks = forms.IntegerField(
        label=_("Weeks of pregnancy"),
        min_value=0,
        max_value=LAST_WEEK,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )

    def __init__(
        self,
        *args: Any,
        questions: SafetyQuestions,
        intake: Intake | None,
        words: Callable[[str], str],
        **kwargs: Any,
    ) -> None:
        """`words` puts a text of the catalogue into those of the practice."""
        super().__init__(*args, **kwargs)
        self.intake, self.by_weeks, self.words = intake, questions.by_weeks, words
        self.ask_details(questions)
        groups = [
            (each.group.name, [(one.id, words(one.name)) for one in each.conditions]) for each in questions.groups
        ]
        self.offer("conditions", groups)
        self.offer("red_flags", [(each.id, each.name) for each in questions.red_flags])
        ways: list[tuple[str, Any]] = [
            (NONE, _("Asked: none of these is true")),
            (SOME, _("Asked: some are true, and ticked")),
        ]
        if intake is not None:
            given = locale.current_formats().full_date(timezone.localdate(intake.given_at))
            ways.insert(0, (FILE, _("As in the intake of %(date)s") % {"date": given}))
        self.offer("safety", ways)

    def offer(self, name: str, choices: Any) -> None:
        """Fill a field's choices."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """What is ticked and what was chosen must not contradict each other."""
        cleaned = super().clean() or {}
        ticked = cleaned.get("conditions") or cleaned.get("red_flags")
        if cleaned.get("safety") == SOME and not ticked:
            self.add_error("safety", _("Please tick under “what to ask” what is true."))
        elif cleaned.get("safety") in (NONE, FILE) and ticked and not (self.adds_to_file and self.relies_on_file):
            self.add_error("safety", _("Something is ticked. Please choose “some are true”, or untick it."))
        asks_weeks = self.by_weeks & set(cleaned.get("conditions") or ())
        if asks_weeks and cleaned.get("weeks") is None and "weeks" not in self.errors:
            self.add_error("weeks", _("Please ask how many weeks. A guess will do."))
        self.clean_days(cleaned.get("red_flags") or ())
        return cleaned

    def groups(self) -> list[AskedGroup]:
        """What to ask, by group: warning signs first, then conditions, each with what else is asked about it."""
        boxes = boxes_of(self["conditions"])
        conditions = [
            AskedGroup(
                each.group.name,
                self.words(each.group.gate),
                [self.condition_line(one.id, boxes[one.id]) for one in each.conditions],
            )
            for each in self.questions.groups
        ]
        signs = self.flag_lines()
        of_pain = AskedGroup(_("Warning signs"), _("Do they come with pain or an injury?"), signs)
        return [of_pain, *conditions] if signs else conditions

    @property
    def relies_on_file(self) -> bool:
        """Whether the answers are those of the intake, which not everyone may read."""
        return bool(self["safety"].value() == FILE)

    @property
    def has_ticks(self) -> bool:
        """Whether something is ticked, so that the boxes stand open."""
        return bool(
            self["conditions"].value()
            or self["red_flags"].value()
            or any(self[name].errors for name in self.detail_names)
        )

    def answers(self) -> SafetyAnswers:
        """The safety answers, once valid. What is as in the intake is told now."""
        typed = self.cleaned_data
        if typed["safety"] == FILE and self.intake is not None:
            return SafetyAnswers.on_file(self.intake).told_now()
        return self.told().with_the_rest_denied()
