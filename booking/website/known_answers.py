"""What whoever books has answered before, in this session or in their health form: shown again, not asked again."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from booking.appointments.rebooking import standing_answers
from booking.appointments.safety_questions import SafetyQuestions
from booking.appointments.screening import SafetyAnswers
from booking.appointments.selection import Selection
from booking.website import booking_session
from clients.record.access import own_files, reader_label
from clients.record.access_log import note_access
from clinic.models import AccessEvent
from clinic.web.http import HttpRequest


@dataclass(frozen=True)
class KnownAnswers:
    """Earlier answers, since when they stand, and what is left to ask. `from_file`: of the health form."""

    answers: SafetyAnswers
    since: dt.datetime
    left: SafetyQuestions
    from_file: bool

    @property
    def mark(self) -> str:
        """A hash of what is shown: what the person confirms is what they read."""
        shown = [*sorted(self.answers.ticked), "", *sorted(self.left.slugs)]
        return hashlib.sha256(" ".join(shown).encode()).hexdigest()[:16]


def known_answers(
    request: HttpRequest, selection: Selection, questions: SafetyQuestions, *, for_other: bool = False
) -> KnownAnswers | None:
    """What is known of whoever books: what they answered in this session, else the health form of a signed-in client.

    None for a stranger, and where several share the mailbox: nobody knows for whom they book. `for_other`: for somebody
    else, of whom only this session's answers for somebody else are known, and no file.
    """
    if booking_session.is_for_other(request) == for_other and (found := booking_session.fresh_answers(request)):
        answers, asked = found
        placeless = answers.conditions & questions.with_place - answers.where.keys()
        left = questions.without(asked - placeless)
        return KnownAnswers(answers, answers.told_at or dt.datetime.now(dt.UTC), left, from_file=False)
    files = [] if for_other else list(own_files(request).filter(mailbox_is_anothers=False)[:2])
    if len(files) != 1:
        return None
    standing = standing_answers(files[0], selection.order, request.practice)
    if standing is None:
        return None
    note_access(files[0], noun="safety answers", action=AccessEvent.Action.VIEW, actor=reader_label(request))
    known = questions.without(questions.slugs - standing.today.slugs - {each.id for each in questions.red_flags})
    return KnownAnswers(replace(standing.answers, with_pain=False), standing.since, known, from_file=True)
