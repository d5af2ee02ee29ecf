"""What each page of the intake says above its questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DEFAULT_TEMPLATE = "clients/intake/step.html"


@dataclass(frozen=True)
class StepWords:
    """The short label beside the progress, the one question as heading, and a quiet line below it."""

    label: StrOrPromise
    heading: StrOrPromise
    lead: StrOrPromise
    template: str = DEFAULT_TEMPLATE


STEP_PAGES = {
    "where": StepWords(
        _("Where"),
        _("Where does it hurt?"),
        _("Mark every place. Left and right are yours, not ours."),
        "clients/intake/where.html",
    ),
    "feel": StepWords(_("What it feels like"), _("What does it feel like?"), _("As many as fit.")),
    "since": StepWords(_("How long, how strong"), _("How long, and how strong?"), _("A rough answer is fine.")),
    "life": StepWords(
        _("In your life"),
        _("How much does it get in the way?"),
        _("We ask again from time to time, so that you both see what changes. You can leave out what you like."),
    ),
    "cause": StepWords(
        _("What set it off"),
        _("What set it off?"),
        _("Tick what fits; leave the rest empty. You can also continue without an answer."),
    ),
    "signs": StepWords(
        _("Warning signs"),
        _("Is any of this true for you?"),
        _("These are rare. We ask everyone with pain, because some of them need a doctor rather than a massage."),
    ),
    "today": StepWords(
        _("Your health today"),
        _("How are you today?"),
        _("So that nothing we do or use is wrong for you."),
    ),
    "body": StepWords(
        _("Heart and nerves"),
        _("Heart, circulation and feeling"),
        _("Pressure and heat act on these. Some answers change what we do; few rule out a massage."),
    ),
    "long-term": StepWords(
        _("Lasting health"),
        _("Bones, joints and lasting health"),
        _("The last of the health questions."),
    ),
    "words": StepWords(
        _("In your words"),
        _("Medicines, allergies, operations"),
        _("In your own words, as much or as little as you like."),
    ),
    "wishes": StepWords(_("Your wishes"), _("How should your session be?"), _("You can change your mind at any time.")),
    "consent": StepWords(
        _("Your consent"),
        _("Your consent"),
        _("Please read this and ask us anything that is not clear."),
        "clients/intake/consent.html",
    ),
}
