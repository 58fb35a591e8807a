"""How many calls each model takes at once, and how freely it writes."""

from __future__ import annotations

import pytest
from pydantic import AnyHttpUrl

from service.settings import Settings
from service.wiring.models import called_endpoints, make_gate, make_models


@pytest.mark.parametrize(
    ("url", "model_calls", "size"),
    [(None, None, 1), (None, 3, 3), ("http://127.0.0.1:9", None, 32), ("http://127.0.0.1:9", 3, 3)],
)
def test_the_size_of_a_gate(url: str | None, model_calls: int | None, size: int) -> None:
    """One of the embedded model, of an endpoint as many as requests can need; the settings may say another."""
    at = {"model_url": AnyHttpUrl(url), "model_name": "any"} if url else {}
    settings = Settings.model_validate({**at, "model_calls": model_calls, "max_drafts": 16, "candidates": 2})
    (model,) = make_models(settings, ())
    assert make_gate(settings, model).size == size


@pytest.mark.parametrize(
    ("url", "asked", "temperature"),
    [(None, None, 0.2), (None, 0, 0), ("http://127.0.0.1:9", None, 0.4), ("http://127.0.0.1:9", 0.2, 0.2)],
)
def test_the_temperature_of_a_model(url: str | None, asked: float | None, temperature: float) -> None:
    """The embedded model's is lower than an endpoint's, unless the settings name one."""
    at = {"model_url": AnyHttpUrl(url), "model_name": "any"} if url else {}
    (called,) = called_endpoints(Settings.model_validate({**at, "model_temperature": asked}), ())
    assert called.temperature == temperature
