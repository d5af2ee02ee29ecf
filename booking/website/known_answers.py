"""What whoever books has answered before, in this session or in their health form: shown again, not asked again."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from booking.appointments.rebooking import standing_answers
from booking.appointments.safety_questions import SafetyQuestions
from booking.appointments.screening import SafetyAnswers
from booking.appointments.selection import Selection
from booking.website import booking_session
from clients.catalogue import current_catalogue
from clients.catalogue.texts import client_text
from clients.record.access import own_files, reader_label
from clients.record.access_log import note_access
from clinic.models import AccessEvent, Practice
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
        shown = [*sorted(booking_session.ticked_in(self.answers)), "", *sorted(self.left.slugs)]
        return hashlib.sha256(" ".join(shown).encode()).hexdigest()[:16]

    def names(self, practice: Practice) -> list[str]:
        """What was told, in words."""
        index = current_catalogue().index
        told = index.in_order(booking_session.ticked_in(self.answers))
        entries = (index.conditions.get(slug) or index.red_flags[slug] for slug in told)
        return [client_text(each.name, practice) for each in entries]

    def with_new(self, new: SafetyAnswers) -> SafetyAnswers:
        """The earlier answers together with those to what was left."""
        old = self.answers
        # What is told again now was not looked at by a doctor then.
        looked_at = {slug: day for slug, day in old.checked.items() if slug not in new.red_flags}
        return replace(
            new,
            conditions=old.conditions | new.conditions,
            red_flags=old.red_flags | new.red_flags,
            denied=frozenset(),
            checked={**looked_at, **new.checked},
            where={**old.where, **new.where},
            weeks=old.weeks if new.weeks is None else new.weeks,
            with_pain=new.with_pain or old.with_pain,
        ).with_the_rest_denied()


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
