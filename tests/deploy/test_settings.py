"""The deployment files name settings that there are, with values that they take."""

from __future__ import annotations

import pytest

from service.settings import PREFIX, Settings, load_settings
from tests.deploy.files import FOLDER, example, manifests, variables_named

KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
FILES = sorted(path for path in FOLDER.iterdir() if path.is_file())


@pytest.mark.parametrize("name", [path.name for path in FILES])
def test_settings_exist(name: str) -> None:
    """Also those that a comment or the page names."""
    assert variables_named((FOLDER / name).read_text(encoding="utf-8")) <= KNOWN


def test_values_are_taken() -> None:
    """What the files set together, the service would start with."""
    given = next(each["data"] for each in manifests() if each["kind"] == "ConfigMap") | example("amends.env.example")
    settings = load_settings(given, None)
    assert settings.host == "0.0.0.0"
    assert settings.database_url.startswith("postgresql+asyncpg://")


def test_both_sides_know_the_same_database() -> None:
    """User, password, host and name stand in two files."""
    server = example("postgres.env.example")
    user, password, name = (server[f"POSTGRES_{part}"] for part in ("USER", "PASSWORD", "DB"))
    assert (
        example("amends.env.example")["AMENDS_DATABASE_URL"]
        == f"postgresql+asyncpg://{user}:{password}@postgres/{name}"
    )
