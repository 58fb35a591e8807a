"""Leaves out of the shipped encoders the word pieces that English complaints do not have: `python -m training.prune`.

Check model and complaint model share the tokenizer, so both are cut alike. Texts whose pieces all stay are read
exactly as before; a word whose piece is gone is split into smaller ones, since every letter and sign stays.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import onnx
from onnx import numpy_helper
from tokenizers import Tokenizer

from guardrails.model.features import load_tokenizer

ROOT = Path(__file__).parents[1]
MODELS = (
    ROOT / "guardrails" / "model" / "check_model.onnx",
    ROOT / "guardrails" / "complaint_model" / "complaint_model.onnx",
)
TOKENIZER = ROOT / "guardrails" / "model" / "tokenizer.json"
TEXTS = ("evals/*.jsonl", "evals/labels/*.jsonl", "evals/cases/*.yaml", "training/drafter/pairs/*.jsonl")
FIXED = 104  # the encoder's marks keep their ids, which the readers of the models know
COMMON = 8_000  # the encoder's pieces stand in the order of their frequency
EMBEDDING = ("words.weight_quantized", "word_embeddings.weight_quantized")


def texts(files: list[Path]) -> Iterator[str]:
    """Every string of these files; a line that is no JSON counts as one."""
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                yield from strings(json.loads(line))
            except json.JSONDecodeError:
                yield line


def strings(value: object) -> Iterator[str]:
    """The strings inside a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def kept_pieces(tokenizer: Tokenizer, files: list[Path]) -> list[int]:
    """The ids of the pieces that stay, in their order."""
    kept = set(range(FIXED))
    for index in range(FIXED, tokenizer.get_vocab_size()):
        piece = tokenizer.id_to_token(index)
        common = index < COMMON and piece.isascii() and not piece.startswith("[unused")
        if common or len(piece.removeprefix("##")) == 1:
            kept.add(index)
    for encoded in tokenizer.encode_batch(list(texts(files)), add_special_tokens=False):
        kept.update(encoded.ids)
    return sorted(kept)


def ids_before(whole: Tokenizer, pruned: Tokenizer) -> list[int]:
    """The ids that the pieces of a pruned tokenizer have in the whole one, in their order."""
    return [whole.token_to_id(pruned.id_to_token(index)) for index in range(pruned.get_vocab_size())]


def pruned_tokenizer(given: str, kept: list[int]) -> str:
    """The tokenizer with these pieces alone, numbered anew."""
    parsed = json.loads(given)
    pieces = {index: piece for piece, index in parsed["model"]["vocab"].items()}
    parsed["model"]["vocab"] = {pieces[old]: new for new, old in enumerate(kept)}
    return json.dumps(parsed, ensure_ascii=False, separators=(",", ":")) + "\n"


def prune_model(path: Path, kept: list[int]) -> None:
    """Keep these rows of a model's word embedding; raises SystemExit where there is not exactly one."""
    model = onnx.load(str(path))
    found = [each for each in model.graph.initializer if each.name.endswith(EMBEDDING)]
    if len(found) != 1:
        raise SystemExit(f"{path}: expected one of {EMBEDDING}, found {len(found)}.")
    rows = numpy_helper.to_array(found[0])[kept]
    found[0].CopyFrom(numpy_helper.from_array(rows.copy(), found[0].name))
    onnx.save(model, str(path))


def main() -> None:
    """Prune both models and their tokenizer in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of real replies, whose words stay too")
    chosen = parser.parse_args()
    files = [path for pattern in TEXTS for path in sorted(ROOT.glob(pattern))]
    files += sorted(chosen.data.glob("*.jsonl")) if chosen.data else []
    tokenizer = load_tokenizer(TOKENIZER)
    kept = kept_pieces(tokenizer, files)
    for path in MODELS:
        prune_model(path, kept)
    TOKENIZER.write_text(pruned_tokenizer(TOKENIZER.read_text(encoding="utf-8"), kept), encoding="utf-8")
    print(f"{len(kept)} of {tokenizer.get_vocab_size()} pieces stay")


if __name__ == "__main__":
    main()
