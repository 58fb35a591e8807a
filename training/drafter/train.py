"""Trains the drafting adapter: `python -m training.drafter.train --base BASE --lessons LESSONS.jsonl --out OUT`.

Stopped and started again it goes on from its last checkpoint.

On two cores an epoch over 2,000 lessons takes about an hour; with a GPU (`--device cuda`) a minute or two.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from training.drafter.lora import adapt, adapter_state, adapters, load_adapter_state

RANK = 32
ALPHA = 64.0
RATE = 4e-4
WARM_UP = 0.05
BATCH_TOKENS = 1536  # of prompts and replies together, filled up to the longest
LONGEST = 1400  # tokens; a longer lesson is left out
HELD_OUT = 25  # one pair of so many shows whether the training still learns
CHECKPOINT_SECONDS = 240
MEASURE_SECONDS = 1200  # the held-out loss takes as long as fifteen steps


@dataclass(frozen=True, slots=True)
class Lesson:
    """Token ids of prompt and reply; the loss counts from `start` on."""

    id: str
    ids: tuple[int, ...]
    start: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Lessons side by side, filled up to the longest; `targets` is -100 where nothing is learnt."""

    ids: torch.Tensor
    targets: torch.Tensor


def main() -> None:
    """Train, with a checkpoint every few minutes."""
    parser = parser_of(__doc__, epochs=3, rate=RATE)
    parser.add_argument("--start", type=Path, help="adapter.pt of an earlier training to go on from")
    arguments = parser.parse_args()
    model, tokenizer = prepared(arguments)
    train(model, read_lessons(arguments.lessons, tokenizer), arguments)


def parser_of(description: str | None, *, epochs: int, rate: float) -> argparse.ArgumentParser:
    """What every training of the adapter may be asked for."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--base", type=Path, required=True, help="folder that training.drafter.base wrote")
    parser.add_argument("--lessons", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--rate", type=float, default=rate)
    parser.add_argument("--revisions", type=float, default=1.0, help="share of the revisions that an epoch has")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=1)
    return parser


def prepared(arguments: argparse.Namespace) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The model with an adapter, its tokenizer, and the folder for what is trained."""
    torch.manual_seed(arguments.seed)
    tokenizer = AutoTokenizer.from_pretrained(arguments.base)  # nosec B615 # a folder: nothing is downloaded
    model = model_with_adapter(arguments.base, arguments.device)
    arguments.out.mkdir(parents=True, exist_ok=True)
    return model, tokenizer


def model_with_adapter(base: Path, device: str) -> PreTrainedModel:
    """The frozen model with an adapter that changes nothing yet."""
    # Attention as plain matrix products, compiled: on two cores without AMX a tenth faster than torch's own kernel.
    place = {"pretrained_model_name_or_path": base, "attn_implementation": "eager"}
    model = AutoModelForCausalLM.from_pretrained(**place, dtype=torch.bfloat16)  # nosec B615 # a folder: nothing is downloaded
    adapt(model, RANK, ALPHA)
    model.to(device)
    for layer in model.model.layers:
        layer.compile(dynamic=True)
    return model


def read_lessons(path: Path, tokenizer: PreTrainedTokenizerBase) -> list[Lesson]:
    """Every lesson that is short enough, as tokens."""
    made = [as_lesson(row, tokenizer) for row in rows_of(path)]
    return [lesson for lesson in made if len(lesson.ids) <= LONGEST]


def rows_of(path: Path) -> list[dict[str, object]]:
    """The lines of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def as_lesson(row: dict[str, object], tokenizer: PreTrainedTokenizerBase) -> Lesson:
    """The messages in the model's chat template, then the reply and the mark of its end."""
    prompt = tokenizer.apply_chat_template(row["messages"], tokenize=False, add_generation_prompt=True)
    before = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    after = tokenizer(f"{row['reply']}<|im_end|>", add_special_tokens=False)["input_ids"]
    return Lesson(str(row["id"]), (*before, *after), len(before))


def is_held_out(lesson: Lesson) -> bool:
    """Whether it measures instead of teaching; all lessons of one pair go the same way."""
    pair = lesson.id.partition("/")[0]
    return int(hashlib.sha256(pair.encode()).hexdigest(), 16) % HELD_OUT == 0


def train(model: PreTrainedModel, lessons: Sequence[Lesson], arguments: argparse.Namespace) -> None:
    """All epochs, from the last checkpoint where there is one."""
    held = [lesson for lesson in lessons if is_held_out(lesson)]
    taught = [lesson for lesson in lessons if not is_held_out(lesson)]
    plan = [batch for epoch in range(arguments.epochs) for batch in planned(taught, arguments, arguments.seed + epoch)]
    optimizer = optimizer_of(model, arguments.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate_at(step, len(plan)))
    first = resume(model, optimizer, schedule, arguments)
    print(f"{len(taught)} lessons, {len(held)} held out, {len(plan)} steps, from step {first}", flush=True)
    saved = measured = time.monotonic()
    losses: list[float] = []
    for step in range(first, len(plan)):
        losses.append(learn(model, plan[step], optimizer, arguments.device))
        schedule.step()
        is_last = step + 1 == len(plan)
        if is_last or time.monotonic() - saved > CHECKPOINT_SECONDS:
            save(model, optimizer, schedule, step + 1, arguments.out)
            saved = time.monotonic()
            print(f"{time.strftime('%X')} step {step + 1}: learnt {sum(losses) / len(losses):.3f}", flush=True)
            losses.clear()
        if is_last or time.monotonic() - measured > MEASURE_SECONDS:
            measured = time.monotonic()
            print(f"{time.strftime('%X')} held out {loss_on(model, held, arguments.device):.3f}", flush=True)


def optimizer_of(model: PreTrainedModel, rate: float) -> torch.optim.AdamW:
    """What turns the adapter's matrices."""
    weights = [matrix for _, module in adapters(model) for matrix in (module.a, module.b)]
    return torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)


def rate_at(step: int, steps: int) -> float:
    """The share of the full rate: a short climb, then half a cosine to a tenth."""
    climb = max(1, round(steps * WARM_UP))
    if step < climb:
        return (step + 1) / climb
    return 0.1 + 0.45 * (1 + math.cos(math.pi * (step - climb) / max(1, steps - climb)))


def planned(lessons: Sequence[Lesson], arguments: argparse.Namespace, seed: int) -> list[list[Lesson]]:
    """The batches of one epoch: every first reply, and some of the revisions, others in each epoch."""
    chance = random.Random(seed)  # noqa: S311  # nosec B311 # nothing here is a secret
    chosen = [each for each in lessons if each.id.endswith("/reply") or chance.random() < arguments.revisions]
    return shuffled(chosen, seed)


def shuffled(lessons: Sequence[Lesson], seed: int) -> list[list[Lesson]]:
    """Batches of lessons of like length, in a random order."""
    chance = random.Random(seed)  # noqa: S311  # nosec B311 # nothing here is a secret
    ordered = sorted(lessons, key=lambda lesson: len(lesson.ids) + chance.uniform(-20, 20))
    batches = list(batched(ordered))
    chance.shuffle(batches)
    return batches


def batched(lessons: Sequence[Lesson]) -> Iterator[list[Lesson]]:
    """Neighbours together, as many as fit."""
    batch: list[Lesson] = []
    for lesson in lessons:
        longest = max(len(each.ids) for each in (*batch, lesson))
        if batch and longest * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(lesson)
    if batch:
        yield batch


def tensors(lessons: Sequence[Lesson], device: str) -> Batch:
    """One batch as tensors."""
    longest = max(len(lesson.ids) for lesson in lessons)
    ids = torch.zeros(len(lessons), longest, dtype=torch.long)
    targets = torch.full_like(ids, -100)
    for row, lesson in enumerate(lessons):
        length = len(lesson.ids)
        ids[row, :length] = torch.tensor(lesson.ids)
        targets[row, lesson.start - 1 : length - 1] = torch.tensor(lesson.ids[lesson.start :])
    return Batch(ids.to(device), targets.to(device))


def loss_of(model: PreTrainedModel, batch: Batch) -> torch.Tensor:
    """The mean loss of a token of the replies; logits are computed for those alone, a fifth of the work."""
    # Without a mask: what fills a row up stands at its end, and no earlier token looks there.
    hidden = model.model(input_ids=batch.ids, use_cache=False).last_hidden_state
    learnt = batch.targets >= 0
    logits = model.lm_head(hidden[learnt])
    return cross_entropy(logits.float(), batch.targets[learnt])


def learn(model: PreTrainedModel, lessons: Sequence[Lesson], optimizer: torch.optim.Optimizer, device: str) -> float:
    """One step; returns its loss."""
    model.train()
    loss = loss_of(model, tensors(lessons, device))
    descend(loss, optimizer)
    return float(loss.detach())


def descend(loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
    """Turn the weights a little against a loss."""
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(optimizer.param_groups[0]["params"], 1.0)
    optimizer.step()


def loss_on(model: PreTrainedModel, lessons: Sequence[Lesson], device: str) -> float:
    """The mean loss over lessons that are not taught."""
    model.eval()
    with torch.no_grad():
        losses = [float(loss_of(model, tensors(batch, device))) for batch in batched(lessons)]
    return sum(losses) / max(1, len(losses))


def save(
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    step: int,
    out: Path,
) -> None:
    """Write the adapter and the state of the training; a kill in the middle leaves the earlier one whole."""
    for name, state in (
        ("adapter.pt", adapter_state(model)),
        ("state.pt", {"optimizer": optimizer.state_dict(), "schedule": schedule.state_dict(), "step": step}),
    ):
        torch.save(state, out / f"{name}.new")
        (out / f"{name}.new").replace(out / name)


def resume(
    model: PreTrainedModel,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    arguments: argparse.Namespace,
) -> int:
    """Go on from the checkpoint in `out`, else from the adapter asked for; returns the step to begin with."""
    state = arguments.out / "state.pt"
    if not state.exists():
        if arguments.start:
            load_adapter_state(model, torch.load(arguments.start, weights_only=True))
        return 0
    load_adapter_state(model, torch.load(arguments.out / "adapter.pt", weights_only=True))
    found = torch.load(state, weights_only=True)
    optimizer.load_state_dict(found["optimizer"])
    schedule.load_state_dict(found["schedule"])
    return int(found["step"])


if __name__ == "__main__":
    main()
