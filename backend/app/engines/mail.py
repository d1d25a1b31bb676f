"""Mail: how a message gets to somebody."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal, Protocol

Security = Literal["starttls", "tls", "none"]


class Mailer(Protocol):
    """Sends mail. Safe to call from many tasks at once."""

    async def send(self, to: str, subject: str, text: str) -> None:
        """Send a message of plain text; returns when the next server has taken it. Raises OSError (of which what
        smtplib raises is one kind)."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Sends through an SMTP server. `security`: TLS after STARTTLS, TLS from the start, or none."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30.0

    async def send(self, to: str, subject: str, text: str) -> None:
        """See `Mailer`."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        await asyncio.to_thread(self._send, message)

    def _send(self, message: EmailMessage) -> None:
        with self._connected() as server:
            if self.username is not None:
                server.login(self.username, self.password or "")
            server.send_message(message)

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server
