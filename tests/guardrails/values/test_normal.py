"""Tests of the even spelling of characters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guardrails.values.normal import normal


@given(st.text())
def test_keeps_offsets(text: str) -> None:
    """No character moves, and a second time changes nothing."""
    assert len(normal(text)) == len(text)
    assert normal(normal(text)) == normal(text)


def test_spellings() -> None:
    """Quotes, dashes, spaces and digits have one spelling each."""
    assert normal("“Don’t” – £\u00a0４０\u200b") == '"Don\'t" - £ 40 '
