"""Tests of the language check."""

from __future__ import annotations

import pytest
from hypothesis import given

from guardrails.checks.language import Language
from tests.guardrails.exact import GOOD, HOSTILE, TEXTS, quoted, read

GERMAN = "Es tut uns sehr leid, dass Ihr Paket beschädigt ankam. Wir erstatten Ihnen den Betrag."
SPANISH = "Hola, mi paquete llegó roto y quiero que me devuelvan el dinero."


@pytest.mark.parametrize(
    ("text", "complaint", "language"),
    [
        (GERMAN, "My parcel arrived broken and I want my money back.", None),
        (GOOD, SPANISH, None),
        (GERMAN, SPANISH, None),
        (GOOD, "My parcel arrived broken and I want my money back.", "de"),
        (f"I'm sorry that your parcel arrived broken. {GERMAN}", "My parcel arrived broken.", None),
        (GERMAN, "?", None),
        ("12 £40 !", "?", None),
        ("", "?", None),
        ("ขอโทษครับ เราจะคืนเงิน", "My parcel arrived broken.", None),
    ],
)
def test_flagged(text: str, complaint: str, language: str | None) -> None:
    """Another language than the customer's, a mix, or no words at all."""
    assert read(Language(), text, complaint=complaint, language=language).faulty


@pytest.mark.parametrize(
    ("text", "complaint", "language"),
    [
        (GOOD, "My parcel arrived broken and I want my money back.", None),
        (GERMAN, "Mein Paket kam kaputt an und niemand antwortet mir.", None),
        (GERMAN, "My parcel arrived broken and I want my money back.", "de-AT"),
        (GOOD, "?", None),
        ("Sorry, Sam", "?", None),
        ("We are sorry that your Ostfriesenmischung arrived broken. Liebe Grüße, Sam", "My tea arrived broken.", None),
    ],
)
def test_allowed(text: str, complaint: str, language: str | None) -> None:
    """The language that the case names, else the complaint's, else English; single foreign words are no mix."""
    assert not read(Language(), text, complaint=complaint, language=language).faulty


def test_points_at_the_foreign_sentences() -> None:
    """In a mixed draft only the foreign sentences are pointed at, and the advice names the language to use."""
    text = "I'm sorry that your parcel arrived broken. Wir erstatten Ihnen den ganzen Betrag noch heute zurück."
    reading = read(Language(), text)
    assert quoted(reading, text) == ["Wir erstatten Ihnen den ganzen Betrag noch heute zurück."]
    assert reading.advice == "Write the whole reply in English."


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile(text: str) -> None:
    """Any text gets a reading."""
    read(Language(), text)


@given(TEXTS)
def test_offsets(text: str) -> None:
    """Findings lie inside the text."""
    read(Language(), text)
