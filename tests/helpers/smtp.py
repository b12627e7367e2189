"""A small SMTP server on loopback: it takes messages, or refuses them as a test says."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """What the server took, and how it answers: `refuse` is a reply to MAIL, "" to take everything."""

    port: int = 0
    refuse: str = ""
    refuse_recipient: str = ""
    hang_up: bool = False
    messages: list[EmailMessage] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box: Mailbox = self.server.box  # type: ignore[attr-defined]
        self._say("220 ready")
        while line := self.rfile.readline():
            command = line.decode("ascii", "replace").strip()
            box.commands.append(command)
            verb = command[:4].upper()
            if box.hang_up and verb == "MAIL":
                return
            if verb == "DATA":
                self._say("354 go on")
                box.messages.append(self._message())
            answers = {"MAIL": box.refuse, "RCPT": box.refuse_recipient, "QUIT": "221 bye"}
            self._say(answers.get(verb) or ("250 SIZE 100000" if verb == "EHLO" else "250 ok"))
            if verb == "QUIT":
                return

    def _message(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        data = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
        return message_from_bytes(data, policy=default)  # type: ignore[return-value]

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """A running server; it ends with the block."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        box = Mailbox(port=server.server_address[1])
        server.box = box  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
