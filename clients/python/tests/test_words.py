"""What agents are told of a draft, in plain words."""

from __future__ import annotations

import pytest

from amends_client.words import check_name, escalation


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("safety: Life or safety may be at stake. Answer now.", "Life or safety may be at stake. Answer now."),
        ("data_breach: Personal data may be lost", "Personal data may be lost."),
        ("A person asked: read it first.", "A person asked: read it first."),
        ("Read it first", "Read it first."),
    ],
)
def test_an_escalation_is_told_without_its_kind(said: str, told: str) -> None:
    """As one sentence or more; what is no kind stays."""
    assert escalation(said) == told


def test_a_check_has_a_name() -> None:
    """Also one that this client does not know."""
    assert check_name("follow_up") == "Who follows up"
    assert check_name("a_check_of_theirs") == "A check of theirs"
