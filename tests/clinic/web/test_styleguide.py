"""The shared templates, rendered through the styleguide: what every page inherits from them must hold here first."""

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.loader import render_to_string

from clinic.web.styleguide import SampleForm, styleguide_context

TEMPLATES = Path(__file__).parents[3] / "templates"


@pytest.fixture(scope="module")
def page() -> str:
    """The whole styleguide as HTML."""
    return render_to_string("clinic/styleguide.html", styleguide_context())


def render(source: str, **context: Any) -> str:
    """A template written in the test, with this context."""
    return engines["django"].from_string(source).render(context)


def test_the_styleguide_has_one_first_heading_and_one_main(page: str) -> None:
    assert page.count("<h1") == 1
    assert page.count("<main") == 1


def test_nothing_is_styled_or_scripted_inline(page: str) -> None:
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_no_id_stands_twice(page: str) -> None:
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    assert len(ids) > 100


def test_each_label_points_to_a_field(page: str) -> None:
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    targets = re.findall(r'<label[^>]*\sfor="([^"]+)"', page)
    assert len(targets) > 50
    assert set(targets) <= ids


@pytest.mark.parametrize("template", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html")))
def test_no_short_comment_runs_over_a_line_and_so_into_the_page(template: str) -> None:
    source = (TEMPLATES / template).read_text()
    assert re.findall(r"\{#[^\n]*$", re.sub(r"\{#[^\n]*?#\}", "", source), flags=re.MULTILINE) == []


def test_the_body_chart_draws_every_area_and_side_that_the_list_offers(page: str) -> None:
    listed = set(re.findall(r'name="areas"[^>]*value="([a-z-]+:[a-z]+)"', page))
    drawn = {":".join(pair) for pair in re.findall(r'data-area="([a-z-]+)" data-side="([a-z]+)"', page)}
    assert drawn == {tick for tick in listed if not tick.endswith(":both")}
    assert len({tick.split(":")[0] for tick in listed}) == 15


def test_left_and_right_of_the_figure_are_the_clients_own(page: str) -> None:
    """Facing us, the client's right hand is on our left: the mirrored half; seen from behind it is the drawn one."""
    front, back = re.findall(r'<figure data-view="[a-z]+">.*?</figure>', page, flags=re.DOTALL)

    def mirrored(figure: str) -> set[str]:
        return set(re.findall(r'data-side="([a-z]+)"[^>]*transform="scale\(-1 1\)"', figure))

    assert mirrored(front) == {"right"}
    assert mirrored(back) == {"left"}


def test_what_is_marked_stays_ticked_in_the_list(page: str) -> None:
    ticked = re.findall(r'name="areas"[^>]*value="([^"]+)"[^>]*checked', page)
    assert ticked == ["shoulder:right", "lower-back:both"]


def test_a_refused_form_names_each_field_and_leads_to_it() -> None:
    form = SampleForm({})
    html = render('{% include "includes/error_summary.html" %}', form=form)
    assert 'role="alert"' in html
    assert "8 answers" not in html
    assert "7 answers" in html
    assert 'href="#div_id_service"' in html
    assert 'href="#id_email"' in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert "alert" not in render('{% include "includes/error_summary.html" %}', form=SampleForm())


def test_the_error_of_a_group_stands_after_all_its_options() -> None:
    html = render("{% load crispy_forms_tags %}{% crispy form %}", form=SampleForm({}))
    group = html[html.index('id="div_id_service"') : html.index('id="div_id_symptoms"')]
    assert group.rindex("<label") < group.index("invalid-feedback")


def test_a_pain_scale_offers_eleven_scores_and_keeps_the_given_one() -> None:
    html = render('{% include "includes/pain_scale.html" with name="now" legend="Pain" value=0 %}')
    assert re.findall(r'value="(\d+)"', html) == [str(score) for score in range(11)]
    assert re.findall(r'value="(\d+)" checked', html) == ["0"]


def test_a_pain_scale_without_an_answer_is_not_ticked() -> None:
    assert "checked" not in render('{% include "includes/pain_scale.html" with name="now" legend="Pain" value=None %}')


def test_a_time_with_an_address_is_a_link_and_one_with_a_value_a_button() -> None:
    starts = dt.datetime(2027, 3, 28, 9, 0, tzinfo=dt.UTC)
    times = [
        {"starts": starts, "label": "9:00", "url": "/book/x"},
        {"starts": starts, "label": "9:30", "value": "v"},
        {"starts": starts, "label": "10:00", "url": "/book/gone", "gone": True},
    ]
    html = render('{% include "includes/time_list.html" %}', groups=[{"name": "Morning", "times": times}])
    assert '<a class="time" href="/book/x"' in html
    assert '<button class="time" type="submit" name="start" value="v"' in html
    assert "/book/gone" not in html
    assert "just taken" in html


def test_a_group_without_times_is_left_out() -> None:
    assert "Evening" not in render('{% include "includes/time_list.html" %}', groups=[{"name": "Evening", "times": []}])


def test_a_day_of_the_weeks_says_how_many_times_are_free(page: str) -> None:
    weeks = page[page.index('<section class="weeks"') :]
    weeks = " ".join(re.sub(r"<[^>]+>", " ", weeks[: weeks.index("</section>")]).split())
    assert re.search(r"Thursday 11 March\b.*? 11 12 , 12 free times", weeks)
    assert re.search(r"Monday 15 March\b.*? 15 1 , one free time", weeks)
    assert "14 , no free time" in weeks


def test_each_level_of_message_has_its_own_notice() -> None:
    messages = [Message(level, f"said {level}") for level in (20, 25, 30, 40)]
    html = render('{% include "includes/messages.html" %}', messages=messages)
    assert re.findall(r"notice-(info|ok|caution|stop)\b", html) == ["info", "ok", "caution", "stop"]
    assert html.count("said ") == 4


def test_what_a_person_wrote_is_shown_and_never_run() -> None:
    html = render('{% include "includes/notice.html" with text=text %}', text="<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_an_error_page_needs_no_context(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert html.count("<h1") == 1
    assert "Warmstone" in html


@pytest.mark.parametrize("grade", ["strong", "moderate", "weak", "traditional", "against"])
def test_evidence_says_its_grade_in_words_of_its_own(grade: str) -> None:
    words = {
        "strong": "Well supported",
        "moderate": "Fairly well",
        "weak": "A little",
        "traditional": "not tested",
        "against": "against",
    }
    html = render('{% include "includes/evidence.html" %}', grade=grade, sources=[{"title": "A <b>study</b>"}])
    assert words[grade] in html
    assert "A &lt;b&gt;study" in html


MAIL = {
    "practice": {"name": "Linden & Stone", "street": "Linden Lane 4", "city": "Berlin", "phone": "030 1", "email": ""},
    "subject": "Your appointment",
    "button_url": "https://linden.example/appointment/abc/?a=1&b=2",
    "button_label": "See it",
}
BODY = (
    '{{% extends "emails/frames/layout.{}" %}}{{% block heading %}}Hello{{% endblock %}}'
    "{{% block body %}}Soon{{% endblock %}}"
)


def test_a_mail_in_html_loads_nothing_from_afar_and_names_the_practice() -> None:
    html = render(BODY.format("html"), **MAIL)
    assert not re.search(r"<img|<link|<script|url\(|@import", html)
    assert "Linden &amp; Stone" in html
    assert "Linden Lane 4" in html
    assert 'href="https://linden.example/appointment/abc/' in html
    assert html.startswith("<!doctype html>")


def test_a_mail_in_text_says_the_same_without_escapes() -> None:
    text = render(BODY.format("txt"), **MAIL)
    assert "Linden & Stone" in text
    assert "https://linden.example/appointment/abc/?a=1&b=2" in text
    assert "<" not in text
    assert "&amp;" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("kind", ["html", "txt"])
def test_only_a_mail_that_may_be_stopped_offers_it(kind: str) -> None:
    stop = "https://linden.example/stop/x"
    assert stop in render(BODY.format(kind), **MAIL, unsubscribe_url=stop)
    assert "/stop/" not in render(BODY.format(kind), **MAIL)
    assert "No more mails" not in render(BODY.format(kind), **MAIL)
