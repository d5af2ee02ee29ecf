"""Mails to an SMTP server, several at once over as many connections, in step: all are told, then all are heard.

In step because each mail must wait for the disk before its body goes: letters that wait together share one commit.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

from clinic.mail.address import MailServer
from clinic.mail.lane import BAD_ADDRESS, Lane, LineBroken, said, stuffed
from clinic.mail.letters import Letter
from clinic.mail.outcomes import Closed, Down, LostLease, Unknown

# What a step may take for all lanes together. Shorter than the lease of a claimed mail, so that a stalled server cannot
# make two workers hold one mail.
TIMEOUT_SECONDS = 120
Told = Callable[[Lane, Letter], None]
Heard = Callable[[Lane, Letter, int, bytes], None]


class SmtpWay:
    """The connections of one worker, opened when first needed."""

    readable = False

    def __init__(self, server: MailServer, *, host_name: str, timeout: float = TIMEOUT_SECONDS) -> None:
        self.new_lane = partial(Lane, server, host_name=host_name, timeout=timeout)
        self.timeout = timeout
        self.lanes: list[Lane] = []
        self.taken: dict[Letter, Lane] = {}
        self.most: int | None = None

    def room(self, wanted: int) -> int:
        """Open up to so many connections and say how many there are. Raises Down or Closed where there is none.

        A server that wants no more of them from us is content with fewer; it is not asked again.
        """
        wanted = min(wanted, self.most or wanted)
        while len(self.lanes) < wanted:
            self.lanes.append(self.new_lane())
        for place, lane in enumerate(self.lanes[:wanted]):
            try:
                lane.open()
            except (Down, Closed):
                if place == 0:
                    raise
                self.most = place
                return place
        return wanted

    def ask(self, letters: Sequence[Letter]) -> None:
        """MAIL, RCPT, DATA, for no more letters than there is room. After this the server waits for the bodies of
        those without trouble, and has accepted nothing yet."""
        self.taken = dict(zip(letters, self.lanes, strict=False))
        self.step(letters, mail_from, lambda lane, _letter, code, reply: lane.judge_sender(code, reply))
        self.step(letters, rcpt_to, lambda lane, _letter, *answer: lane.judge(*answer, bad_address=BAD_ADDRESS))
        self.step(letters, data, awaits_body)

    def take_back(self, letter: Letter) -> None:
        """Only closing the line takes DATA back: without the final dot the server must forget the mail."""
        self.taken[letter].drop()
        letter.trouble = LostLease("taken back before the body went")

    def hand_over(self, letters: Sequence[Letter]) -> None:
        """The bodies, and what the server says to each. A line that breaks from here on leaves the letter unknown."""
        self.step(letters, body, accepted)
        for letter in letters:
            if isinstance(letter.trouble, LineBroken):
                letter.trouble = Unknown(f"no answer after the body: {letter.trouble.reply}")

    def step(self, letters: Sequence[Letter], tell: Told, heard: Heard) -> None:
        """One command to every lane, then the answers. What goes wrong for one is its own."""
        until = time.monotonic() + self.timeout
        pairs = [(letter, self.taken[letter]) for letter in letters if letter.trouble is None]
        told = [(letter, lane) for letter, lane in pairs if letter.attempt(partial(tell, lane, letter))]
        for letter, lane in told:
            letter.attempt(lambda letter=letter, lane=lane: heard(lane, letter, *lane.hear(until)))  # type: ignore[misc] # called at once

    def drop(self) -> None:
        """Close every line without a word. A polite QUIT would be read as the first line of a body."""
        for lane in self.lanes:
            lane.drop()

    def close(self) -> None:
        """Say goodbye on every line that is open."""
        for lane in self.lanes:
            lane.close()


def mail_from(lane: Lane, letter: Letter) -> None:
    """Whom it is from."""
    lane.tell(f"MAIL FROM:<{letter.sender}>")


def rcpt_to(lane: Lane, letter: Letter) -> None:
    """Whom it is for."""
    lane.tell(f"RCPT TO:<{letter.recipient}>")


def data(lane: Lane, _letter: Letter) -> None:
    """May the body come?"""
    lane.tell("DATA")


def awaits_body(lane: Lane, _letter: Letter, code: int, reply: bytes) -> None:
    """354, or a no."""
    if code != 354:
        lane.judge(code if code >= 400 else 554, reply)


def body(lane: Lane, letter: Letter) -> None:
    """The body with its final dot."""
    lane.send(stuffed(letter.message))


def accepted(lane: Lane, letter: Letter, code: int, reply: bytes) -> None:
    """250, or a no."""
    lane.judge(code, reply)
    letter.reply = said(code, reply)
