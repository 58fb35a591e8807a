"""What may go wrong, told apart by what is to be done about it.

    ChatwootError
    ├── NotSigned             a webhook that Chatwoot did not send, or long ago: it is refused
    ├── Unreadable            a signed webhook that is none of those that the contract has: it is refused
    ├── TryLater              Chatwoot is away, busy, or refuses the token: the step is tried again later
    └── ConversationGone      Chatwoot has no such conversation: it is let be

None of them quotes what a customer or an agent wrote. A wrong setting is a ConfigurationError, as of every receiver.
"""

from __future__ import annotations

from typing import TypeGuard

from amends_client import AmendsError, NotFound

GONE = ("urn:amends:problem:draft-not-found", "urn:amends:problem:draft-deleted")


class ChatwootError(Exception):
    """Any of them."""


class NotSigned(ChatwootError):
    """`str` says what is wrong with the signature."""


class Unreadable(ChatwootError):
    """`str` names the field."""


class TryLater(ChatwootError):
    """`str` says how Chatwoot did not answer as it should."""


class ConversationGone(ChatwootError):
    """There is no such conversation."""


def is_gone(error: AmendsError) -> TypeGuard[NotFound]:
    """Whether Amends has no such draft: a proxy before it, or a wrong address, answers 404, too, and that passes."""
    return isinstance(error, NotFound) and error.type in GONE
