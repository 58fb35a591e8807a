"""Limits as they are spelt, and whose count."""

from __future__ import annotations

import pytest

from service.limiting.rates import CLASSES, Limits, OwnLimits, Rate, class_of, limits_of, read_rates

USUAL = Limits(drafting=(Rate(5, 1),), checking=(Rate(9, 60),), at_once=4, tokens_per_day=1_000)


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("5/second", [(5, 1)]),
        ("5 per second", [(5, 1)]),
        (" 100/minute , 5/second ", [(5, 1), (100, 60)]),
        ("1/day;2/hour|3/minute", [(3, 60), (2, 3_600), (1, 86_400)]),
        ("10 / 30 seconds", [(10, 30)]),
        ("1000000000/second", [(1_000_000_000, 1)]),
    ],
)
def test_rates(text: str, rates: list[tuple[int, int]]) -> None:
    """As settings spell them, the shortest time first."""
    assert [(rate.amount, rate.seconds) for rate in read_rates(text)] == rates


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "5", "/second", "five/second", "5/fortnight", "-5/second", "0/second", "5/0second,", "1.5/second"),
        *(
            "5/month",
            "2/2day",
            "1000000001/second",
            "5/second,6/second",
            "60/minute,1/60 seconds",
            "5/second,",
            "٥/second",
        ),
        *(
            "1/second,1/minute,1/hour,1/day,1/2 seconds",
            "9" * 5_000 + "/second",
            "1/second," * 60,
            "1/" + "9" * 100 + "day",
        ),
    ],
)
def test_what_is_no_rate(text: str) -> None:
    """It is refused in words that help, whatever it is."""
    with pytest.raises(ValueError, match="must be like"):
        read_rates(text)


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/v1/drafts", "drafting"),
        ("POST", "/v1/batches", "drafting"),
        ("POST", "/v1/checks", "checking"),
        ("POST", "/v1/drafts/1/again", "drafting"),
        ("POST", "/v1/drafts/1/2/again", "reading"),
        ("GET", "/v1/drafts", "reading"),
        ("POST", "/v1/drafts/1/feedback", "reading"),
        ("BREW", "/anything", "reading"),
    ],
)
def test_classes(method: str, path: str, kind: str) -> None:
    """What costs much is named; all else is reading."""
    assert class_of(method, path) == kind


@pytest.mark.parametrize(
    ("own", "limits"),
    [
        ("", USUAL),
        ("{}", USUAL),
        ('{"drafting": null, "at_once": null}', Limits(checking=(Rate(9, 60),), tokens_per_day=1_000)),
        ('{"checking": "1/second", "tokens_per_day": 0}', Limits((Rate(5, 1),), (Rate(1, 1),), (), 4, 0)),
        ('{"newer": 1}', USUAL),
        ('{"drafting": "nonsense"}', USUAL),
        ('{"at_once": -1}', USUAL),
        ("[", USUAL),
        ("null", USUAL),
    ],
)
def test_whose_limits_count(own: str, limits: Limits) -> None:
    """Those of the key where it has some, even none; what nobody can read limits as the settings do."""
    assert limits_of(own, USUAL) == limits


def test_own_limits_are_counted_on() -> None:
    """Every limit of a caller can be a key's own."""
    assert set(OwnLimits.model_fields) == set(Limits.__dataclass_fields__)


@pytest.mark.parametrize(
    ("limits", "concerned"),
    [
        (Limits(), []),
        (Limits(tokens_per_day=5), ["drafting"]),
        (Limits(reading=(Rate(1, 1),)), ["reading"]),
        (Limits(at_once=1), ["drafting", "checking", "reading"]),
    ],
)
def test_whom_a_limit_concerns(limits: Limits, concerned: list[str]) -> None:
    """Nothing is counted where nothing is limited."""
    assert [kind for kind in CLASSES if limits.concern(kind)] == concerned
