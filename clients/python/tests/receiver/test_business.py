"""The file of what a business knows and allows: each fault is named with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field

from amends_client.receiver.business import MOST_CHARACTERS, Context, Options, Part, read_business
from amends_client.receiver.errors import ConfigurationError
from guardrails import limits, types


class Business(Part):
    """A file with all that there is."""

    context: Context
    options: Options = Options()
    shop: dict[Annotated[int, Field(ge=1)], Context] = Field(default={})


AGENT = 'agent = { name = "M" }'
RIGHT = f'[context]\nbrand = "B"\n{AGENT}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[context", "AMENDS_FILE: {path} is no TOML: "),
        ('[context]\nbrand = "B"', "{path}: context.agent: is missing"),
        (f'[context]\nbrand = " "\n{AGENT}', "{path}: context.brand: "),
        (f"{RIGHT}fact = []", "{path}: context.fact: is unknown"),
        (f'{RIGHT}remedies = [{{ id = "x" }}]', "{path}: context.remedies.0.text: is missing"),
        (f"{RIGHT}facts = {['a'] * (limits.LIST_ITEMS + 1)}", "{path}: context.facts: "),
        (f"{RIGHT}facts = ['{'a' * (limits.LIST_ITEM_CHARACTERS + 1)}']", "{path}: context.facts.0: "),
        (f"{RIGHT}[options]\nmax_words = 2001", "{path}: options.max_words: "),
        (f"{RIGHT}[shop.first]\nbrand = 'B'\n{AGENT}", "{path}: shop.first: "),
    ],
)
def test_a_wrong_file(tmp_path: Path, text: str, said: str) -> None:
    """What Amends would refuse of every case is refused before the first."""
    path = tmp_path / "business.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_business(path, Business, "AMENDS_FILE")
    assert str(caught.value).startswith(said.format(path=path))


@pytest.mark.parametrize(("content", "why"), [(None, "No such file"), (b"\xff", "it is not UTF-8")])
def test_no_file_that_can_be_read(tmp_path: Path, content: bytes | None, why: str) -> None:
    """It says which, which setting names it, and why."""
    path = tmp_path / "business.toml"
    if content:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=f"AMENDS_FILE: {path} cannot be read: {why}"):
        read_business(path, Business, "AMENDS_FILE")


def test_a_right_file_is_that_of_a_case(tmp_path: Path) -> None:
    """Its names and limits are those of the contract; a draft that failed is asked for, too."""
    path = tmp_path / "business.toml"
    path.write_text(f'{RIGHT}facts = ["F"]\nfollow_up = {{ team = "T" }}\n[options]\ntone = "warm"', encoding="utf-8")
    business = read_business(path, Business, "AMENDS_FILE")
    assert types.Context.model_validate_json(business.context.model_dump_json()).facts == ("F",)
    assert business.options.of_case() == {"tone": "warm", "delivery": "flagged"}
    assert limits.COMPLAINT_CHARACTERS == limits.HISTORY_ITEM_CHARACTERS == MOST_CHARACTERS
