"""What the styleguide shows: plain sample values for every component in every state. No person, no database."""

import datetime as dt
from calendar import day_abbr, day_name
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.html import format_html

SAMPLE_DAY = dt.date(2027, 3, 10)
# Slug and name of each area; those in the middle of the body have a centre; those that are ticked here.
AREAS = {
    "head-jaw": "Head and jaw",
    "neck": "Neck",
    "shoulder": "Shoulder",
    "upper-back": "Upper back",
    "mid-back": "Middle back",
    "lower-back": "Lower back",
    "tailbone-sacrum": "Tailbone area",
    "hip-buttock": "Hip and buttock",
    "thigh": "Thigh",
    "knee": "Knee",
    "calf-shin": "Calf and shin",
    "foot-ankle": "Foot and ankle",
    "upper-arm-elbow": "Upper arm and elbow",
    "forearm-hand": "Forearm, wrist and hand",
    "chest-ribs": "Chest and ribs",
}
WITH_CENTRE = {"head-jaw", "neck", "upper-back", "mid-back", "lower-back", "tailbone-sacrum", "chest-ribs"}
TICKED = {"shoulder": ["right"], "lower-back": ["both"]}
SAMPLE_STATUSES = [
    *(("requested", "Requested"), ("confirmed", "Confirmed"), ("completed", "Completed")),
    *(("cancelled", "Cancelled"), ("no-show", "No-show"), ("offered", "Offered")),
]


def _service(name: str, note: str) -> str:
    """Label of a choice card: a name and a quieter line below."""
    return format_html('<strong>{}</strong><span class="choice-note">{}</span>', name, note)


class SampleForm(forms.Form):
    """Each kind of field in the one form style."""

    service = forms.ChoiceField(
        label="Which massage?",
        choices=[
            ("back", _service("Back relief massage", "25 minutes, 38 €")),
            ("regular", _service("Regular massage", "60 minutes, 72 €")),
            ("stone", _service("Hot stone massage", "75 minutes, 98 €. Warm basalt stones; a few questions first.")),
        ],
        widget=forms.RadioSelect,
    )
    symptoms = forms.MultipleChoiceField(
        label="What do you feel?",
        help_text="As many as fit.",
        choices=[
            ("dull", "Dull or aching pain"),
            ("tight", "Tightness in one place"),
            ("limited", "Limited movement"),
            ("stiff", "Stiff in the morning"),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    pain = forms.ChoiceField(
        label="How strong is the pain now?",
        help_text="0 is no pain, 10 the worst you can think of.",
        choices=[(str(score), str(score)) for score in range(11)],
        widget=forms.RadioSelect,
    )
    first_name = forms.CharField(label="First name")
    email = forms.EmailField(label="E-mail", help_text="For the confirmation and changes to your appointment.")
    onset = forms.ChoiceField(
        label="Since when?",
        choices=[("", "Please choose"), ("acute", "Two days to 6 weeks"), ("chronic", "More than 12 weeks")],
    )
    words = forms.CharField(
        label="In your own words (optional)", widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    policy = forms.BooleanField(label="I have read the cancellation policy.")

    @property
    def helper(self) -> FormHelper:
        """The crispy layout; the wrapper classes carry the looks."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Field("service", wrapper_class="choice-cards"),
            Field("symptoms", wrapper_class="choice-cards choice-cards-two"),
            Field("pain", wrapper_class="pain-scale"),
            Field("first_name", template="bootstrap5/layout/floating_field.html"),
            "email",
            "onset",
            "words",
            "policy",
        )
        return helper


def _calendar() -> dict[str, Any]:
    """Five weeks of March 2027 with busy and free days, today and a chosen day."""
    begin = SAMPLE_DAY - dt.timedelta(days=SAMPLE_DAY.weekday())
    days = [begin + dt.timedelta(days=ahead) for ahead in range(35)]
    cells = [
        {
            "date": day,
            "is_shown": day >= SAMPLE_DAY,
            "names_month": day == SAMPLE_DAY or day.day == 1,
            "count": count,
            "url": f"#day-{day}" if count else None,
            "selected": day == SAMPLE_DAY + dt.timedelta(days=2),
            "today": day == SAMPLE_DAY,
        }
        for day in days
        for count in [0 if day.weekday() == 6 else (day.day * 7) % 13]
    ]
    weekdays = [{"short": day_abbr[number][:2], "name": day_name[number]} for number in range(7)]
    weeks = [cells[at : at + 7] for at in range(0, 35, 7)]
    title = "10 Mar to 11 Apr"
    return {"title": title, "earlier_url": None, "later_url": "#later", "weekdays": weekdays, "weeks": weeks}


def _time(hour: int, minute: int = 0, **more: Any) -> dict[str, Any]:
    """One entry of a time list on the sample day."""
    starts = dt.datetime(SAMPLE_DAY.year, SAMPLE_DAY.month, SAMPLE_DAY.day, hour, minute, tzinfo=dt.UTC)
    return {"starts": starts, "label": f"{hour}:{minute:02}", "url": f"#{hour}-{minute:02}", **more}


def _lines() -> list[dict[str, Any]]:
    """A day at the desk: each status once, one with an alert, one going on now."""
    people = ["Hanna Berg", "Tomás Okafor", "Li Wei", "Ruth Vogel", "Sam Amsel", "Ada Brandt"]
    alerts = {1: "Takes blood thinners: no deep pressure."}
    return [
        {
            "starts": dt.datetime(2027, 3, 10, 9 + 2 * at, 0, tzinfo=dt.UTC),
            "ends": dt.datetime(2027, 3, 10, 10 + 2 * at, 15, tzinfo=dt.UTC),
            "title": person,
            "detail": "Hot stone massage, 75 min · Garden room · Kit 1",
            "status": status,
            "status_label": label,
            "alert": alerts.get(at),
            "now": at == 1,
            "over": status in {"cancelled", "no-show"},
            "url": f"#appointment-{at}",
        }
        for at, (person, (status, label)) in enumerate(zip(people, SAMPLE_STATUSES, strict=True))
    ]


def _notices() -> list[dict[str, str]]:
    """A notice of each level."""
    return [
        {
            "level": "ok",
            "title": "You are booked.",
            "text": "Friday 27 November at 14:30. A mail with a calendar file is on its way.",
        },
        {"level": "info", "text": "Please come ten minutes early the first time."},
        {
            "level": "caution",
            "title": "Tell your therapist",
            "text": "You take blood thinners: we work with light pressure.",
            "link_url": "#notices",
        },
        {
            "level": "stop",
            "title": "Hot stones are not for you today",
            "text": "Heat is not safe on numb skin. A regular massage of the same length is free at the same time.",
        },
    ]


def styleguide_context() -> dict[str, Any]:
    """Everything that templates/clinic/styleguide.html reads."""
    return {
        "form": SampleForm(initial={"service": "regular", "symptoms": ["tight"], "pain": "6"}),
        "refused": SampleForm({"email": "hanna@", "words": "It hurts"}, prefix="again", auto_id="again_%s"),
        "calendar": _calendar(),
        "groups": [
            {"name": "Morning", "times": [_time(9), _time(9, 30), _time(10, gone=True), _time(11, 15)]},
            {"name": "Afternoon", "times": [_time(13), _time(14, 30, selected=True), _time(16, note="Marta only")]},
            {"name": "Evening", "times": [_time(18), _time(19, 30)]},
        ],
        "notices": _notices(),
        "statuses": SAMPLE_STATUSES,
        "lines": _lines(),
        "grades": ["strong", "moderate", "weak", "traditional", "against"],
        "sources": [
            {"title": "A review of massage for neck pain, 2016", "url": "https://example.org/review"},
            {"title": "Practice rule"},
        ],
        "areas": [
            {
                "slug": slug,
                "name": name,
                "sides": [
                    (side, "both sides" if side == "both" else side, side in TICKED.get(slug, []))
                    for side in ["left", "right", *(["centre"] if slug in WITH_CENTRE else []), "both"]
                ],
            }
            for slug, name in AREAS.items()
        ],
        "day_nav": {"label": "Wednesday 10 March", "previous_url": "#9", "next_url": "#11", "today_url": "#10"},
        "colours": ["paper", "surface", "sunk", "ink", "basalt", "ember", "sage", "amber", "brick"],
    }
