"""How the figures of runs and comparisons are written, the same in page, comment and terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.outcomes import CaseOutcome, Summary
from evals.sameness import RUN_WORDS, sameness
from evals.statistics import Interval, Proportion

NOTHING = "-"
LEAST_P = 0.001
HASH, MOST_VALUES = 8, 2  # characters of a hash that tell it from others; prompts that fit into a line
BLOCKING = {None: "", True: "blocks", False: "advises"}
Quote = Callable[[str], str]  # makes a text that others wrote harmless where it will stand


def percent(share: Proportion) -> str:
    """A share, such as `83.3 %`."""
    return in_percent(share.value)


def in_percent(share: float) -> str:
    """The same of a bare number, 0 to 1."""
    return f"{100 * share:.1f} %"


def between(interval: Interval) -> str:
    """The interval of a share in percent, such as `64.1 to 93.3`."""
    return f"{100 * interval.low:.1f} to {100 * interval.high:.1f}"


def points(difference: float) -> str:
    """A difference of shares in percentage points with its sign, such as `+12.5`."""
    rounded = round(100 * difference, 1)
    return f"{rounded:+.1f}" if rounded else "0.0"  # never -0.0


def points_between(interval: Interval) -> str:
    """The interval of a difference, such as `-3.1 to +28.1`."""
    return f"{points(interval.low)} to {points(interval.high)}"


def p_value(p: float) -> str:
    """A p-value to three decimals."""
    return f"< {LEAST_P}" if p < LEAST_P else f"{p:.3f}"


def counted(count: int, noun: str) -> str:
    """A number of things, such as `1 case` and `24 cases`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def latency(summary: Summary) -> str:
    """The median time of a case, in seconds."""
    return NOTHING if summary.median_model_ms is None else f"{summary.median_model_ms / 1000:.2f} s"


def costs(summary: Summary) -> tuple[tuple[str, str], ...]:
    """What a run took, by name."""
    return (
        ("attempts", f"{summary.attempts:,}"),
        ("prompt tokens", f"{summary.prompt_tokens:,}"),
        ("completion tokens", f"{summary.completion_tokens:,}"),
        ("median model time", latency(summary)),
    )


def likeness(outcomes: Sequence[CaseOutcome], quote: Quote) -> tuple[tuple[str, str], ...]:
    """How much the drafts of a run sound like one template, by name."""
    found = sameness(outcomes)
    if not found.drafts:
        return ()
    most = f"{found.in_drafts} of {found.drafts} drafts: {quote(found.shared)}" if found.shared else NOTHING
    return (
        (f"most shared run of {RUN_WORDS} words that no case says", most),
        ("different pairs of words among all (distinct-2)", f"{found.distinct_2:.2f}"),
    )


def setup_of(outcomes: Sequence[CaseOutcome]) -> dict[str, list[str]]:
    """Which prompts (with the beginning of their hashes), models and policies a run was made with."""
    results = [each.result for each in outcomes]
    return {
        "prompts": sorted({f"{result.prompt.name} {result.prompt.hash[:HASH]}" for result in results}),
        "model": sorted({result.model for result in results if result.model}),
        "policy": sorted({result.policy for result in results}),
    }


def setup_line(outcomes: Sequence[CaseOutcome], quote: Quote) -> str:
    """The same in one line; many of a kind are only counted."""
    return "; ".join(f"{name}: {_listed(values, quote)}" for name, values in setup_of(outcomes).items())


def _listed(values: Sequence[str], quote: Quote) -> str:
    if len(values) > MOST_VALUES:
        return f"{len(values)} of them"
    return ", ".join(map(quote, values)) or NOTHING
