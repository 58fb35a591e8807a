"""What a recording takes: which answers are missing, where the model is, and the tokens and money that it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from service.errors import EndpointFailed, InputError
from service.model_transport import checked_host, checked_key, is_loopback
from service.schemas import Usage
from service.settings import Settings

MODELS_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in the currency of whoever asks."""

    prompt: float
    completion: float

    def of(self, prompt_tokens: float, completion_tokens: float) -> float:
        """What so many tokens cost."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """Tokens, and money where the prices are known."""

    prompt_tokens: int
    completion_tokens: int
    money: float | None

    def __str__(self) -> str:
        tokens = f"{self.prompt_tokens:,} tokens of prompts and {self.completion_tokens:,} of answers"
        return f"{tokens}, {self.money:.4f} at the prices given" if self.money is not None else tokens


def cost(prompt_tokens: int, completion_tokens: int, prices: Prices | None) -> Cost:
    """So many tokens, at these prices."""
    return Cost(
        prompt_tokens, completion_tokens, prices.of(prompt_tokens, completion_tokens) if prices is not None else None
    )


def spent(usages: Sequence[Usage], prices: Prices | None) -> Cost:
    """What the answers of a run took."""
    return cost(sum(each.prompt_tokens for each in usages), sum(each.completion_tokens for each in usages), prices)


def only_model(url: str, settings: Settings) -> str:
    """The name of the one model that an endpoint lists.

    Raises:
        InputError: it lists none or several, so that a name must be given.
        EndpointFailed: it does not answer with a list.
        ConfigurationError: the URL or the key cannot be used.
    """
    host, key = checked_host(url, "--model"), checked_key(settings.model_api_key)
    address = f"{url.rstrip('/')}/models"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        # As when it is asked for drafts: a proxy must not see what stays on this machine.
        answer = httpx2.get(address, headers=headers, timeout=MODELS_SECONDS, trust_env=not is_loopback(host))
        names = [str(each["id"]) for each in answer.raise_for_status().json()["data"]]
    except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
        raise EndpointFailed(f"{address} gave no list of models ({type(error).__name__}); give --name") from None
    if len(names) != 1:
        listed = f"lists {len(names)} models: {', '.join(sorted(names)[:20])}" if names else "lists no model"
        raise InputError(f"{address} {listed}; say which one with --name")
    return names[0]
