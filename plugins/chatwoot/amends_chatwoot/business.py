"""What the business knows and allows, as the file `AMENDS_CHATWOOT_BUSINESS` says it."""

from __future__ import annotations

from typing import Any

from amends_client.receiver.business import Context, Options, Part

NAME = "AMENDS_CHATWOOT_BUSINESS"


class Business(Part):
    """The file: `[context]` and, if you like, `[options]`, for every conversation."""

    context: Context
    options: Options = Options()

    def context_of_case(self) -> dict[str, Any]:
        """What a case's `context` begins with."""
        return self.context.model_dump(mode="json", exclude_none=True)
