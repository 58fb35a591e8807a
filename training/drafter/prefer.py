"""Trains the adapter on its own drafts and their corrections: `python -m training.drafter.prefer --start ADAPTER ...`.

A correction keeps what is right in a draft and changes what is not, so that what the two differ in is the fault alone.
The loss is that of direct preference optimisation (Rafailov et al. 2023), which makes the correction likelier than the
draft, measured by the adapter that wrote it, with the plain loss of the correction beside it. Batches of ordinary
lessons stand between, so that nothing else is unlearnt.

Stopped and started again it goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy, logsigmoid
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from training.drafter.lora import load_adapter_state
from training.drafter.train import (
    CHECKPOINT_SECONDS,
    LONGEST,
    Lesson,
    as_lesson,
    descend,
    is_held_out,
    learn,
    loss_on,
    optimizer_of,
    parser_of,
    planned,
    prepared,
    rate_at,
    read_lessons,
    resume,
    rows_of,
    save,
    tensors,
)

RATE = 1e-4
BETA = 0.1  # how strongly a preference pulls away from the adapter that wrote the draft


@dataclass(frozen=True, slots=True)
class Preference:
    """A correction and the draft that it corrects, as answers to one prompt; `number` counts them."""

    number: int
    better: Lesson
    worse: Lesson


def main() -> None:
    """Train, with a checkpoint every few minutes."""
    parser = parser_of(__doc__, epochs=1, rate=RATE)
    parser.add_argument("--start", type=Path, required=True, help="adapter.pt that wrote the drafts")
    parser.add_argument("--corrections", type=Path, required=True, help="JSON Lines of id, draft and reply")
    arguments = parser.parse_args()
    model, tokenizer = prepared(arguments)
    train(model, read_preferences(arguments, tokenizer), read_lessons(arguments.lessons, tokenizer), arguments)


def read_preferences(arguments: argparse.Namespace, tokenizer: PreTrainedTokenizerBase) -> list[Preference]:
    """Every correction that changes something, with the prompt of its case; a case may have several.

    Raises:
        KeyError: the lessons have no case of this id.
    """
    lessons = {row["id"]: row for row in rows_of(arguments.lessons)}
    found: list[Preference] = []
    for row in rows_of(arguments.corrections):
        lesson = lessons[f"{row['id']}/reply"]
        better, worse = (as_lesson(lesson | {"reply": text}, tokenizer) for text in (row["reply"], row["draft"]))
        if better.ids != worse.ids and max(len(better.ids), len(worse.ids)) <= LONGEST:
            found.append(Preference(len(found), better, worse))
    return found


def train(
    model: PreTrainedModel, preferences: Sequence[Preference], lessons: Sequence[Lesson], arguments: argparse.Namespace
) -> None:
    """All epochs, from the last checkpoint where there is one."""
    held = [lesson for lesson in lessons if is_held_out(lesson) and lesson.id.endswith("/reply")]
    taught = [lesson for lesson in lessons if not is_held_out(lesson)]
    preferred = [each for each in preferences if not is_held_out(each.better)]
    plan: list[Preference | list[Lesson]] = []
    for epoch in range(arguments.epochs):
        steps = [*preferred, *planned(taught, arguments, arguments.seed + epoch)]
        random.Random(arguments.seed + epoch).shuffle(steps)  # noqa: S311  # nosec B311 # nothing here is a secret
        plan.extend(steps)
    optimizer = optimizer_of(model, arguments.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, len(plan)))
    margins = reference_margins(model, preferences, arguments)
    first = resume(model, optimizer, schedule, arguments)
    print(f"{len(preferred)} corrections, {len(taught)} lessons, {len(plan)} steps, from step {first}", flush=True)
    saved = time.monotonic()
    gained: list[float] = []
    losses: list[float] = []
    for step in range(first, len(plan)):
        item = plan[step]
        if isinstance(item, Preference):
            gained.append(prefer(model, item, margins[item.number], optimizer, arguments.device))
        else:
            losses.append(learn(model, item, optimizer, arguments.device))
        schedule.step()
        is_last = step + 1 == len(plan)
        if is_last or time.monotonic() - saved > CHECKPOINT_SECONDS:
            save(model, optimizer, schedule, step + 1, arguments.out)
            saved = time.monotonic()
            means = (sum(values) / max(1, len(values)) for values in (losses, gained))
            print(
                "{} step {}: learnt {:.3f}, margin gained {:.2f}".format(time.strftime("%X"), step + 1, *means),
                flush=True,
            )
            losses.clear()
            gained.clear()
    aside = [each for each in preferences if is_held_out(each.better)]
    with torch.no_grad():
        gain = [float(margin_of(model, each, arguments.device)[0]) - margins[each.number] for each in aside]
    print(f"held out {loss_on(model, held, arguments.device):.3f}, margins gained {gain}", flush=True)


def reference_margins(
    model: PreTrainedModel, preferences: Sequence[Preference], arguments: argparse.Namespace
) -> list[float]:
    """How much likelier each correction was than its draft before the training, in nats; kept for a restart."""
    kept = arguments.out / "margins.json"
    if not kept.exists():
        load_adapter_state(model, torch.load(arguments.start, weights_only=True))
        model.eval()
        with torch.no_grad():
            margins = [float(margin_of(model, each, arguments.device)[0]) for each in preferences]
        kept.write_text(json.dumps(margins), encoding="utf-8")
    return list(json.loads(kept.read_text(encoding="utf-8")))


def margin_of(model: PreTrainedModel, preference: Preference, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """How much likelier the correction is than the draft, in nats, and the mean loss of a token of the correction."""
    batch = tensors([preference.better, preference.worse], device)
    hidden = model.model(input_ids=batch.ids, use_cache=False).last_hidden_state
    sums = []
    for row in range(2):
        learnt = batch.targets[row] >= 0
        logits = model.lm_head(hidden[row, learnt])
        sums.append(cross_entropy(logits.float(), batch.targets[row, learnt], reduction="sum"))
    better, worse = sums
    return worse - better, better / int((batch.targets[0] >= 0).sum())


def prefer(
    model: PreTrainedModel, preference: Preference, reference: float, optimizer: torch.optim.Optimizer, device: str
) -> float:
    """One step; returns how much the margin had grown over the reference, in nats."""
    model.train()
    margin, plain = margin_of(model, preference, device)
    gained = margin - reference
    loss = plain - logsigmoid(BETA * gained)
    descend(loss, optimizer)
    return float(gained.detach())


if __name__ == "__main__":
    main()
