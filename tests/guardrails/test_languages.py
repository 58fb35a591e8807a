"""Tests of language detection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given

from guardrails import languages
from guardrails.languages import detect, primary, readable, reads_english, same, title
from tests.guardrails.exact import TEXTS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I'm sorry your parcel arrived broken.", "en"),
        ("your app sux, it crashes when I open the camera", "en"),
        ("Mi pedido no ha llegado", "es"),
        ("Wir haben Ihre Bestellung erstattet.", "de"),
        ("Bonjour, votre colis est arrivé cassé", "fr"),
        ("Het spijt me dat je pakket kapot is aangekomen", "nl"),
        ("ขอโทษครับ", "th"),
        ("对不起", "zh"),
        ("申し訳ございません", "ja"),
        ("죄송합니다", "ko"),
        ("Вибачте за незручності, ми повернемо гроші", "uk"),
        ("نعتذر عن التأخير", "ar"),
        ("Меня зовут Анна, и мой заказ так и не доставили", "ru"),
        ("Моята поръчка все още не е пристигнала", "bg"),
        ("از صبر و شکیبایی شما سپاسگزاریم", "fa"),
        ("मेरा ऑर्डर अभी तक नहीं आया है", "hi"),
        ("東京都千代田区丸の内一丁目", "ja"),
        ("Tack för ditt mejl, vi skickar en ny vattenkokare", "sv"),
        ("Dziękujemy za wiadomość, zwrócimy całą kwotę", "pl"),
        ("muito obrigado pela ajuda", "pt"),
        ("asdf qwer zxcv uiop hjkl", None),
        ("SKU 99120 KX-2231 HL-20418 QTY 14", None),
        ("Thanks Sam", None),
        ("https://example.com/very/long/path?with=words", None),
        ("12345 £40 !!!", None),
        ("", None),
    ],
)
def test_detects(text: str, expected: str | None) -> None:
    """Scripts are told by their letters, Latin languages by their words, short texts not at all."""
    assert detect(text) == expected


@given(TEXTS)
def test_any_text_has_an_answer(text: str) -> None:
    """Whatever the text, the answer is a code that is listed as readable, or None."""
    code = detect(text)
    assert code is None or code in readable()
    assert reads_english(text) == (code in ("en", None))


@pytest.mark.parametrize(
    ("tag", "code"), [("en-GB", "en"), ("pt_BR", "pt"), ("DE", "de"), ("German", "de"), ("", None), ("12", None)]
)
def test_tags(tag: str, code: str | None) -> None:
    """Of a tag or an English name, the language is what counts."""
    assert primary(tag) == code


def test_only_languages_that_are_looked_up_are_in_the_table() -> None:
    """They have codes of two letters, and share their letters with another language."""
    told = {script for _, _, script in languages.BLOCKS if script not in languages.SHARED} - {"ja"}
    codes = set(languages.identifier().labels)
    assert {len(code) for code in codes} == {2}
    assert not codes & told
    assert codes | told == readable()


def test_near_languages_are_the_same() -> None:
    """Nobody is failed for writing Bokmål that reads like Danish."""
    assert same("nb", "da")
    assert not same("en", "de")


def test_titles() -> None:
    """Advice names languages in English, and unknown ones by their code."""
    assert title("de") == "German"
    assert "xx" in title("xx")


def test_the_detector_is_read_once() -> None:
    """Though many first drafts want it at the same time: each reading slows all others down, past a check's time."""
    languages._identifier.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        found = {id(each.result()) for each in [threads.submit(languages.identifier) for _ in range(8)]}
    assert (len(found), languages._identifier.cache_info().misses) == (1, 1)
