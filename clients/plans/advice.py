"""How we advise anybody: how plans are made, how sure we are of what, and what we do not claim."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.care.entries import Oil, Technique, Tip
from clients.care.levels import Grade
from clients.care.sections import Claim
from clients.catalogue import current_catalogue, hash_of, shipped_entry
from clients.models import CatalogueEdit, CatalogueSignature
from clients.plans.wording import ClientWords, citations
from clinic.web.http import HttpRequest
from clinic.web.search_engines import may_be_found

Advice = Technique | Oil | Tip


@login_not_required
@may_be_found
@require_safe
def how_we_advise(request: HttpRequest) -> HttpResponse:
    """How plans are made, how sure we are of what, and what we do not claim: for everybody."""
    catalogue = current_catalogue()
    words = ClientWords(catalogue, request.practice)
    context = {
        "grades": [(str(grade), *grade_words(grade)) for grade in Grade],
        "claims": [claim_of(words, claim) for claim in catalogue.claims],
        "groups": suggestions(words),
        "sources": citations(catalogue.sources.values()),
        "edition": catalogue.meta,
        "signed": reviewers(),
    }
    return render(request, "clients/plans/advice.html", context)


def reviewers() -> list[tuple[str, str]]:
    """Name and qualification of everybody who has signed an entry as it is worded today."""
    edits = {(kind, slug): data for kind, slug, data in CatalogueEdit.objects.values_list("kind", "slug", "data")}
    found = set()
    for each in CatalogueSignature.objects.all():
        entry = edits.get((each.kind, each.slug)) or shipped_entry(each.kind, each.slug)
        if entry is not None and hash_of(entry) == each.entry_hash:
            found.add((each.reviewer, each.qualification))
    return sorted(found)


def grade_words(grade: str) -> tuple[str, str]:
    """A grade of evidence in two words and in a sentence."""
    return {
        "strong": (_("Well supported"), _("Good studies agree, or it is a well established safety rule.")),
        "moderate": (_("Fairly well supported"), _("At least one good study, with limits.")),
        "weak": (_("A little support"), _("Small or mixed studies, or a benefit that lasts only a short time.")),
        "traditional": (
            _("Tradition, not tested"),
            _("Therapists have done this for a long time; no one has tested it well."),
        ),
        "against": (
            _("Evidence against it"),
            _("Good studies found no benefit, or guidelines advise against it. We name it only to be honest about it."),
        ),
    }[grade]


def claim_of(words: ClientWords, claim: Claim) -> dict[str, Any]:
    """What studies found and what we say. What others say is left out: repeating a wrong claim spreads it."""
    index = words.catalogue.index
    known: dict[str, Advice] = {**index.oils, **index.home_care, **index.techniques}
    return {
        "slug": claim.id,
        "about": [words.say(known[slug].name) for slug in known if slug in claim.refs],
        "finding": words.say(claim.finding),
        "say": words.say(claim.say),
        "sources": citations(words.catalogue.cited(claim.source)),
    }


def suggestions(words: ClientWords) -> list[dict[str, Any]]:
    """Everything the catalogue can advise, by kind, each with how sure we are; what is off here says so."""
    catalogue = words.catalogue
    groups: tuple[tuple[str, tuple[Advice, ...]], ...] = (
        (_("Kinds of massage"), catalogue.techniques),
        (_("For home"), catalogue.home_care),
        (_("Oils"), catalogue.oils),
    )
    off = catalogue.index.is_off(words.region)
    return [
        {"title": title, "items": [suggestion(words, item, is_off=item.id in off) for item in items]}
        for title, items in groups
    ]


def suggestion(words: ClientWords, item: Advice, *, is_off: bool) -> dict[str, Any]:
    """One piece of advice as the public page shows it."""
    reviewed = _("Only after a word with your therapist.") if item.review else ""
    return {**words.to_read(item), "off": _("We do not offer this.") if is_off else reviewed}
