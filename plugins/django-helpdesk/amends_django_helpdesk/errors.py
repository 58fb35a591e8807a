"""What may go wrong, told apart by what is to be done about it.

    HelpdeskError
    ├── TryLater              the help desk or Amends is away, or busy: the ticket is looked at again later
    ├── TicketGone            the help desk has no such ticket, or the bot may not see it: it is let be
    └── Refused               Amends will not take this: to ask again would not help

None of them quotes what a customer or an agent wrote. A wrong setting is a ConfigurationError, as of every receiver.
"""


class HelpdeskError(Exception):
    """Any of them."""


class TryLater(HelpdeskError):
    """`str` says who did not answer as it should, and how."""


class TicketGone(HelpdeskError):
    """There is no such ticket."""


class Refused(HelpdeskError):
    """`str` is the title of Amends' problem, which holds no text of anybody."""
