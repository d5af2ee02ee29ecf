"""An SMTP server that answers as a test tells it, stalls where it says, and keeps what it accepted."""

import contextlib
import email
import email.policy
import socketserver
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

from tests.fixtures.processes import PATIENCE_SECONDS

OK = {"MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 Continue", "BODY": "250 Kept", "AUTH": "235 Welcome"}


@dataclass
class Script:
    """What the server does, and what it saw. `answers[stage]` are given in turn before the usual one; DROP hangs up."""

    answers: defaultdict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    stall_at: str = ""
    offers: list[str] = field(default_factory=list)
    certificate: Path | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    stalled: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    refuse_address: str = ""
    port: int = 0

    @property
    def url(self) -> str:
        """The server as an EMAIL_URL without TLS."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs accepted, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    def answer(self, stage: str) -> str:
        """The next answer at a stage; stalls first where the test wants that."""
        if self.stall_at == stage:
            self.stalled.set()
            self.go_on.wait(PATIENCE_SECONDS)
        return self.answers[stage].popleft() if self.answers[stage] else OK.get(stage, "250 OK")


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        """Talk until either side hangs up."""
        script: Script = self.server.script  # type: ignore[attr-defined]
        script.connections += 1
        with contextlib.suppress(OSError, ssl.SSLError):
            if self.say(script.answers["HELLO"].popleft() if script.answers["HELLO"] else "220 scripted"):
                self.talk(script)

    def finish(self) -> None:
        """Close what `secure` opened, too."""
        with contextlib.suppress(OSError, ssl.SSLError):
            super().finish()
        self.connection.close()

    def talk(self, script: Script) -> None:
        """Read commands, answer each."""
        while line := self.rfile.readline():
            verb, _space, rest = line.decode("ascii", "replace").strip().partition(" ")
            verb = verb.upper()
            command = f"{verb} {rest}".strip()
            script.commands.append(command)
            if verb == "QUIT":
                self.say("221 Bye")
                return
            if verb == "STARTTLS":
                self.say("220 Ready")
                self.secure(script)
            elif verb in {"EHLO", "HELO"}:
                self.say("\r\n".join(["250-scripted", *(f"250-{offer}" for offer in script.offers), "250 HELP"]))
            elif verb == "RCPT" and script.refuse_address and script.refuse_address in command:
                self.say("550 5.1.1 No such mailbox")
            elif verb == "DATA":
                if not self.take_body(script):
                    return
            elif not self.say(script.answer(verb)):
                return
            elif verb == "RCPT":
                script.recipients.append(command)

    def take_body(self, script: Script) -> bool:
        """DATA and the body; False when the server hung up."""
        answer = script.answer("DATA")
        if not self.say(answer) or not answer.startswith("354"):
            return answer != "DROP"
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return False
        if script.stall_at == "ACCEPTED":
            # The server has the mail for good; its answer is what never arrives.
            script.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
            script.answer("ACCEPTED")
            return self.say("250 Kept")
        answer = script.answer("BODY")
        if answer.startswith(("250", "DROP AFTER")):
            script.mails.append(email.message_from_bytes(b"".join(lines), policy=email.policy.default))
        return self.say("DROP" if answer.startswith("DROP") else answer)

    def secure(self, script: Script) -> None:
        """Switch to TLS with the test's certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(str(script.certificate))
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)

    def say(self, answer: str) -> bool:
        """Answer, or hang up where the script says DROP; False then."""
        if answer == "DROP":
            return False
        self.wfile.write(answer.encode() + b"\r\n")
        return True


class Server(socketserver.ThreadingTCPServer):
    """Many connections at once, none of which keeps the test alive."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 50


@contextlib.contextmanager
def scripted() -> Iterator[Script]:
    """A server on a free port, and the script that it follows."""
    script = Script()
    with Server(("127.0.0.1", 0), Conversation) as server:
        server.script = script  # type: ignore[attr-defined]
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            script.go_on.set()
            server.shutdown()
            thread.join()
