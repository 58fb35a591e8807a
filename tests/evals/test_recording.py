"""What a recording takes and costs, and which model an endpoint has."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from evals.recording import Cost, Prices, cost, only_model, spent
from service.errors import ConfigurationError, EndpointFailed, InputError
from service.schemas import Usage
from service.settings import Settings
from tests.evals.made import KEY
from tests.fake_endpoint import Behaviour, FakeEndpoint, Handler, fails, html, refusing_url, says_json

WITH_KEY = Settings(model_api_key=SecretStr(KEY))


def listing(*names: str) -> Behaviour:
    """A list of models, as OpenAI writes it."""
    return says_json({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})


@pytest.mark.parametrize(
    ("prices", "money", "text"),
    [
        (None, None, "1,500,000 tokens of prompts and 200,000 of answers"),
        (
            Prices(0.5, 1.5),
            1.05,
            "1,500,000 tokens of prompts and 200,000 of answers, 1.0500 at the prices given",
        ),
        (Prices(0, 0), 0, "1,500,000 tokens of prompts and 200,000 of answers, 0.0000 at the prices given"),
    ],
)
def test_tokens_have_their_price(prices: Prices | None, money: float | None, text: str) -> None:
    """By the million, of prompts and of answers; nothing is said of money where no price is known."""
    found = cost(1_500_000, 200_000, prices)
    assert (found.prompt_tokens, found.completion_tokens) == (1_500_000, 200_000)
    assert found.money == pytest.approx(money)
    assert str(found) == text


def test_what_a_run_spent_is_added_up() -> None:
    """Over all attempts of all cases; none at all is nothing."""
    run = [Usage(prompt_tokens=1_000, completion_tokens=200)] * 3
    assert spent(run, Prices(1, 10)) == cost(3_000, 600, Prices(1, 10))
    assert spent(run, Prices(1, 10)).money == pytest.approx(0.009)
    assert spent([], None) == Cost(0, 0, None)


def test_the_only_model_of_an_endpoint_is_taken() -> None:
    """It is asked for with the key, with or without a slash at the end."""
    seen: list[str | None] = []

    def answer(handler: Handler) -> None:
        seen.append(handler.headers.get("authorization"))
        listing("qwen")(handler)

    with FakeEndpoint(models=answer) as endpoint:
        assert only_model(endpoint.url, WITH_KEY) == "qwen"
        assert only_model(f"{endpoint.url}/", Settings()) == "qwen"
    assert seen == [f"Bearer {KEY}", None]


@pytest.mark.parametrize(
    ("models", "message"),
    [
        (listing(), "lists no model; say which one with --name"),
        (listing("b", "a"), "lists 2 models: a, b; say which one with --name"),
        (listing(*map(str, range(300))), "lists 300 models: "),
    ],
)
def test_none_or_many_need_a_name(models: Behaviour, message: str) -> None:
    """Nobody guesses which one was meant; a long list is cut."""
    with FakeEndpoint(models=models) as endpoint, pytest.raises(InputError, match=message) as caught:
        only_model(endpoint.url, Settings())
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "models",
    [
        fails(401, message="wrong key sk-x"),
        fails(500),
        html(),
        says_json({"data": None}),
        says_json({"data": [1]}),
        says_json([]),
        says_json({}),
        says_json("x", 302, location="http://127.0.0.1:1/"),
    ],
)
def test_what_is_no_list_is_told(models: Behaviour) -> None:
    """One line with the address and the way out; neither the key nor the answer stands in it."""
    with FakeEndpoint(models=models) as endpoint, pytest.raises(EndpointFailed, match="give --name") as caught:
        only_model(endpoint.url, WITH_KEY)
    assert KEY not in str(caught.value)
    assert "sk-x" not in str(caught.value)


def test_nobody_answers() -> None:
    """The same line as for a wrong answer."""
    with pytest.raises(EndpointFailed, match=r"/models gave no list of models \(ConnectError\)"):
        only_model(refusing_url(), Settings())


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://[", "ftp://a.example", "http://me:secret@a.example/v1", "http://a b"]
)
def test_a_url_that_cannot_be_called_is_told(url: str) -> None:
    """By the name of the option, without a password that may stand in it."""
    with pytest.raises(ConfigurationError, match="--model") as caught:
        only_model(url, Settings())
    assert "secret" not in str(caught.value)


def test_a_proxy_never_sees_what_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the same endpoint is asked for drafts."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, refusing_url())
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with FakeEndpoint(models=listing("qwen")) as endpoint:
        assert only_model(endpoint.url, Settings()) == "qwen"
