"""What is sent to Amends and answered by it, as openapi.yaml has it."""

from amends_client.generated.models import *  # noqa: F403 - all of them, whatever the contract has
from amends_client.generated.types import *  # noqa: F403 - they stand in the fields of the others
