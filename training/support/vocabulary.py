"""The word pieces that the support model keeps, and the tokenizer with them alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer

from guardrails.model.features import load_tokenizer
from training.network import encoder_folder
from training.support.examples import Example

COMMON = range(1996, 9000)  # the encoder's pieces stand in the order of their frequency
SEEN_OFTEN = 2  # drafts and complaints together have a rarer piece at least so often
FIXED = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def pieces_of(out: Path, start: Path | None, examples: Sequence[Example]) -> tuple[Tokenizer, list[int]]:
    """The vocabulary of this training, written to its folder."""
    if start:
        kept = json.loads((start / "vocabulary.json").read_text())
    else:
        kept = vocabulary(load_tokenizer(encoder_folder() / "tokenizer.json"), examples)
    (out / "vocabulary.json").write_text(json.dumps(kept))
    return pruned(encoder_folder(), kept, out / "tokenizer.json"), kept


def vocabulary(tokenizer: Tokenizer, examples: Iterable[Example]) -> list[int]:
    """The encoder's pieces that are kept: marks, letters and signs, the commonest, and those that the drafts have."""
    pieces = {index: piece for piece, index in tokenizer.get_vocab().items()}
    kept = {tokenizer.token_to_id(each) for each in FIXED}
    kept |= {index for index, piece in pieces.items() if len(piece.removeprefix("##")) == 1 and piece.isascii()}
    kept |= {index for index in COMMON if pieces[index].isascii()}
    seen: Counter[int] = Counter()
    for example in examples:
        for text in (example.draft.text, example.draft.complaint):
            seen.update(tokenizer.encode(text, add_special_tokens=False).ids)
    kept |= {index for index, count in seen.items() if count >= SEEN_OFTEN and pieces[index].isascii()}
    return [tokenizer.token_to_id(FIXED[0]), *sorted(kept - {0})]


def pruned(folder: Path, kept: list[int], path: Path) -> Tokenizer:
    """The tokenizer with these pieces alone, numbered anew, written to `path`."""
    given = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    by_id = {index: piece for piece, index in given["model"]["vocab"].items()}
    given["model"]["vocab"] = {by_id[old]: new for new, old in enumerate(kept)}
    new_ids = {old: new for new, old in enumerate(kept)}
    given["added_tokens"] = [each | {"id": new_ids[each["id"]]} for each in given["added_tokens"]]
    given["truncation"] = given["padding"] = given["post_processor"] = None
    path.write_text(json.dumps(given, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    return load_tokenizer(path)
