"""Reading which pages may hold the desk in a frame."""

from __future__ import annotations

import pytest

from service.api.desk import security_headers
from service.embedders import read_embedders


@pytest.mark.parametrize(
    ("setting", "found"),
    [
        ("", ()),
        (" , ", ()),
        ("https://help.example.com", ("https://help.example.com",)),
        ("https://Help.example.com/ http://localhost:8080", ("https://help.example.com", "http://localhost:8080")),
        ("https://*.zendesk.com,self", ("https://*.zendesk.com", "'self'")),
        ("'self' self", ("'self'",)),
        ("http://[::1]:8000", ("http://[::1]:8000",)),
    ],
)
def test_origins_are_read(setting: str, found: tuple[str, ...]) -> None:
    """With blanks or commas between them."""
    assert read_embedders(setting) == found


@pytest.mark.parametrize(
    "setting",
    [
        "*",
        "https://*",
        "help.example.com",
        "https://a.example/path",
        "https://a.example;script-src *",
        "ftp://a",
        "data:",
    ],
)
def test_what_is_no_origin_is_refused(setting: str) -> None:
    """It is named: in the header it would let in whom nobody named, or say something else."""
    with pytest.raises(ValueError, match="is no origin"):
        read_embedders(setting)


def test_the_header_names_them() -> None:
    """And the older one, which knows no names, is left out."""
    headers = security_headers(("https://a.example", "'self'"))
    assert "frame-ancestors https://a.example 'self';" in headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in headers
