"""Consent: in force for twelve months and for one version of the text; signed anew only where it is not. Rules:
docs/invariants.md#consent. Hot stones take a tick of their own, and under 18 a parent or guardian signs too."""

import datetime as dt
from dataclasses import replace

from django.utils.translation import gettext as _

from clients.care import Catalogue
from clients.care.conditions import present_conditions
from clients.intake.answers import IntakeAnswers, age_of, needs_hot_stone_consent, read_answers
from clients.models import Client, Consent, IntakeRequest
from clinic.errors import Refusal
from clinic.models import Practice

CONSENT_STEP = "consent"
GUARDIAN_FIELDS = ("guardian", "guardian_relation", "guardian_agrees")
MINOR = "minor-under-18"
PURPOSES = ("treatment", "hot_stone", "personal_tips", "statistics")


def answers_with_consent(row: IntakeRequest, catalogue: Catalogue, practice: Practice) -> IntakeAnswers:
    """The answers saved so far, with the age by the date of birth on file, and the consent that still stands.

    It then needs no signature. Only for the client themselves: an intake begun from a link on a page asks whoever it is
    to sign, but once: who corrects what they sent signed it with that form.
    """
    given = replace(read_answers(row.answers, catalogue), short=row.short)
    given = replace(given, age=age_of(given.born_on or row.client.born_on))
    if given.consent or not (row.by_mail or row.intake):
        return given
    standing = row.client.valid_consent(version=practice.consent_version)
    if not row.by_mail and row.intake and row.intake.consent != standing:
        return given
    if standing is None or not consent_covers(standing, row, given, catalogue):
        return given
    return replace(given, standing=standing, done=(*given.done, CONSENT_STEP))


def consent_covers(consent: Consent, row: IntakeRequest, given: IntakeAnswers, catalogue: Catalogue) -> bool:
    """Whether a consent is enough for this client and this massage."""
    stones = consent.hot_stone or not needs_hot_stone_consent(catalogue, row.technique)
    adult = consent.has_guardian or not is_minor(given, catalogue)
    return consent.treatment and stones and adult


def is_minor(given: IntakeAnswers, catalogue: Catalogue) -> bool:
    """Whether the client is under 18: by what they ticked, or by the date of birth on file or just given."""
    return MINOR in present_conditions(catalogue.index, given.for_engine(catalogue)).conditions


def must_have_consent(row: IntakeRequest, given: IntakeAnswers, catalogue: Catalogue, practice: Practice) -> None:
    """Raise Refusal unless a consent stands or was signed, under today's text, for this massage and this age."""
    if given.standing is not None:
        return
    if given.consent["text_hash"] != Consent.hash_of(practice.consent_text):
        raise Refusal(
            _("Our consent text has changed since you read it. Please read it once more and sign again."),
            code="consent_changed",
            field=CONSENT_STEP,
        )
    if needs_hot_stone_consent(catalogue, row.technique) and not given.consent["hot_stone"]:
        raise Refusal(_("Hot stones need a consent of their own."), code="incomplete", field=CONSENT_STEP)
    guardian_says = {
        "guardian_agrees": _("Under 18 we can only treat you when a parent or guardian agrees."),
        "guardian_relation": _("Please say who the guardian is, for example mother."),
        "guardian": _("Under 18 a parent or guardian signs as well. Please have them type their name."),
    }
    if is_minor(given, catalogue):
        for name, message in guardian_says.items():
            if not given.consent[name]:
                raise Refusal(message, code="incomplete", field=CONSENT_STEP)


def sign_consent(client: Client, given: IntakeAnswers, practice: Practice, now: dt.datetime) -> Consent:
    """The consent that stands, or a new one with the words as they stood."""
    if given.standing is not None:
        return given.standing
    ticks = {name: bool(given.consent.get(name)) for name in PURPOSES}
    ticks["personal_tips"] = bool(given.tips_by_mail)
    if client.personal_tips_wanted != ticks["personal_tips"]:
        client.personal_tips_wanted = ticks["personal_tips"]
        client.save(update_fields=["personal_tips_wanted"])
    return Consent.objects.create(
        client=client,
        version=practice.consent_version,
        text=practice.consent_text,
        text_hash=Consent.hash_of(practice.consent_text),
        signature=given.consent["signature"],
        **{name: given.consent[name] for name in GUARDIAN_FIELDS},
        given_at=now,
        **ticks,
    )


def purposes_in_words(consent: Consent) -> list[str]:
    """What was agreed to, in words."""
    labels = (
        _("treatment, with your health answers for it"),
        _("hot stones"),
        _("personal tips by e-mail"),
        _("statistics without your name"),
    )
    return [label for name, label in zip(PURPOSES, labels, strict=True) if getattr(consent, name)]
