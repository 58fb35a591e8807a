"""What a fault came to: answers, log lines, metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.service.telemetry.watched import Samples


@dataclass(frozen=True, slots=True)
class Seen:
    """What was answered, in order and each once, which events were logged, and the metrics at the end, if any."""

    answers: Sequence[str]
    events: frozenset[str]
    samples: Samples | None


Experiment = Callable[[Path], Seen]


def answered(*answers: httpx2.Response) -> list[str]:
    """Answers as the table writes them; every 503 says when to come again."""
    found = []
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["retry-after"]) > 0
        kind = answer.json().get("type", "").rpartition(":")[2] if answer.status_code >= 400 else ""
        found.append(f"{answer.status_code} {kind}".strip())
    return list(dict.fromkeys(found))


def events_of(logged: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """The events of log lines."""
    return frozenset(str(line["event"]) for line in logged)
