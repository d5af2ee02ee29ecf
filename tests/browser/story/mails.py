"""Reading what the SMTP server was given, as a mail program would show it."""

import re
from dataclasses import dataclass
from email.message import EmailMessage

from icalendar import Calendar
from playwright.sync_api import BrowserContext

from tests.fixtures.processes import PATIENCE_SECONDS, wait_until
from tests.fixtures.services import SmtpServer

# Beat ticks once a minute; what waits for its tick gets a little more.
A_TICK_SECONDS = 60.0 + PATIENCE_SECONDS


@dataclass(frozen=True)
class Mail:
    """One mail in both its bodies."""

    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject line."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain body."""
        return self.body("plain")

    @property
    def html(self) -> str:
        """The HTML body."""
        return self.body("html")

    def body(self, kind: str) -> str:
        """The body of a kind, `plain` or `html`."""
        part = self.message.get_body((kind,))
        assert part is not None, f"no {kind} body in {self.subject}"
        return str(part.get_content())

    @property
    def calendar(self) -> Calendar:
        """The calendar file that came with it."""
        files = [part for part in self.message.walk() if part.get_content_type() == "text/calendar"]
        content = files[0].get_payload(decode=True)
        assert isinstance(content, bytes)
        found = Calendar.from_ical(content)
        assert isinstance(found, Calendar)
        return found

    def link(self, place: str) -> str:
        """The address of a kind, such as `intake`, and the same in both bodies."""
        found = re.search(rf"https?://\S+/{place}/[\w-]+/\S*", self.text)
        assert found, f"no link to {place} in {self.subject}"
        assert found[0] in self.html
        return found[0]

    def read_by(self, person: BrowserContext) -> str:
        """What a person reads of the HTML body, as Chromium lays it out in a window of its own."""
        window = person.new_page()
        window.set_content(self.html)
        text = window.inner_text("body")
        window.close()
        return text


def mail_for(server: SmtpServer, address: str, words: str, seconds: float = A_TICK_SECONDS) -> Mail:
    """The mail to a person whose plain body has these words, once it has arrived."""
    found: list[Mail] = []

    def arrived() -> bool:
        for received in list(server.mails):
            mail = Mail(received.message)
            if received.recipients == [address] and words in mail.text:
                found.append(mail)
        return bool(found)

    wait_until(arrived, f"a mail to {address} that says “{words}”", seconds)
    return found[0]
