"""YAML that names the line and the field of what is wrong."""

from __future__ import annotations

import pytest

from guardrails.located_yaml import YamlError, parse


def test_every_value_has_its_line() -> None:
    """Also one inside of a list; a date stays a text."""
    located = parse("a: 1\nb:\n  - 2026-01-02\n  - {c: null}\n")
    assert located.data == {"a": 1, "b": ["2026-01-02", {"c": None}]}
    assert [located.line(path) for path in (("a",), ("b", 0), ("b", 1, "c"), ("b", 9))] == [1, 3, 4, 2]


@pytest.mark.parametrize(
    "value",
    [
        "!!binary aGk=",
        "!!set {c: }",
        "!!omap [c: 1]",
        "!!timestamp 2020-99-99",
        "!!python/object:os.system x",
        "!!int abc",
        "!!int ''",
        "!!float ''",
        "!!bool maybe",
        "9" * 5_000,
        "0x" + "f" * 5_000,
        '"\\ud800"',
        '{"\\ud800": 1}',
    ],
)
def test_what_json_does_not_know_is_refused_at_its_place(value: str) -> None:
    """Whatever a value's tag or size: a YamlError with line and field, never a crash."""
    with pytest.raises(YamlError) as caught:
        parse(f"a: 1\nb:\n  - {value}\n")
    assert (caught.value.line, caught.value.field) == (3, "b.0")
