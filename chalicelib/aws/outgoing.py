"""Mail out through SES (API v2): one raw message to given addresses, and what became of it in two exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.aws.answers import AwsError, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.clients import Clients

TAG = "foyer-mail"
"""Name of the message tag that SES gives back with every event about a mail."""


class NotSent(Exception):
    """SES did not take a mail; ``reason`` is a sentence for people."""

    def __init__(self, reason: str) -> None:
        """Take the reason, a whole sentence."""
        super().__init__(reason)
        self.reason = reason


class NotNow(NotSent):
    """Trying again later may help. After a time-out nobody knows whether SES took the mail all the same."""


class NeverSent(NotSent):
    """Trying again would change nothing."""


class Outgoing:
    """Hands mail to SES."""

    def __init__(self, clients: Clients, configuration_set: str | None) -> None:
        """Take the clients; without a configuration set SES publishes no events."""
        self._clients, self._configuration_set = clients, configuration_set

    def send(self, raw: bytes, to: Sequence[str], from_: str, tag: str) -> str:
        """Send a whole MIME message and return SES's id for it, or raise :class:`NotNow` or :class:`NeverSent`.

        ``from_`` is the bare address; the name in front of it stands in the message. ``tag`` may have letters,
        digits, ``_`` and ``-``.
        """
        request: dict[str, Any] = {
            "FromEmailAddress": from_,
            "Destination": {"ToAddresses": list(to)},
            "Content": {"Raw": {"Data": raw}},
            "EmailTags": [{"Name": TAG, "Value": tag}],
        }
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        try:
            return str(self._clients.ses.call("SendEmail", request)["MessageId"])
        except AwsError as error:
            reason = _NEVER.get(error.code)
            if reason:
                raise NeverSent(reason) from error
            raise NotNow(_NOT_NOW.get(error.code, _FAULTY)) from error
        except NoAnswer as error:
            raise NotNow("The mail service did not answer.") from error


_NEVER = {
    "MessageRejected": "The mail service refused this mail. An operator can see there whether the sender is verified.",
    "BadRequestException": "The mail service cannot send mail to this address.",
}
_BUSY = "The mail service had no room for more mail."
_FAULTY = "The mail service did not take the mail."
_PAUSED = (
    "Sending mail is switched off for this organization's account at the mail service. "
    "An operator has to get it switched on again."
)
_NOT_NOW = {
    "AccountSuspendedException": _PAUSED,
    "SendingPausedException": _PAUSED,
    "LimitExceededException": "The mail service's sending limit was reached.",
    "ThrottlingException": _BUSY,
    "TooManyRequestsException": _BUSY,
}
