"""Access keys as values: made, written, read and compared."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from service.access import (
    ANYBODY,
    SCOPES,
    AccessKey,
    Caller,
    Presented,
    Scope,
    caller_with,
    checked_name,
    checked_scopes,
    checked_tenant,
    hash_of,
    new_id,
    new_secret,
    presented,
    written,
)
from service.errors import AccessKeyNeeded, AccessKeyWrong, InvalidField, ScopeMissing
from tests.service.admitted import make_key, secret_of
from tests.service.parts import NOW

ID = "0123456789ab"
SECRET = "x" * 43
KEY = make_key(ID, "read", tenant="shop")
LATER = NOW + timedelta(hours=1)


def test_a_key_is_read_as_it_was_written() -> None:
    """Whatever 256 bits a secret is of, and whatever characters they come to."""
    for _ in range(200):
        key_id, secret = new_id(), new_secret()
        assert len(secret) == 43
        assert presented([f"Bearer {written(key_id, secret)}"]) == Presented(key_id, secret)


def test_no_two_are_alike() -> None:
    """Ids and secrets are drawn anew each time."""
    assert len({new_id() for _ in range(1_000)}) == len({new_secret() for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer   "])
def test_the_scheme_may_be_written_in_any_case(scheme: str) -> None:
    """As HTTP has it; blanks around are no matter."""
    assert presented([f" {scheme} {written(ID, SECRET)} "]) == Presented(ID, SECRET)


@pytest.mark.parametrize(
    "fields",
    [
        [""],
        ["Bearer"],
        ["Bearer "],
        ["Bearer amends_"],
        [f"Bearer{written(ID, SECRET)}"],
        [written(ID, SECRET)],
        [f"Basic {written(ID, SECRET)}"],
        ["Basic dXNlcjpwYXNz"],
        [f"Token {written(ID, SECRET)}"],
        [f"Bearer {written(ID, SECRET)}x"],
        [f"Bearer {written(ID, SECRET[1:])}"],
        [f"Bearer {written(ID.upper(), SECRET)}"],
        [f"Bearer AMENDS_{ID}_{SECRET}"],
        [f"Bearer {written(ID, SECRET)}, Bearer {written(ID, SECRET)}"],
        [f"Bearer {written(ID, SECRET)}\nX: y"],
        [f"Bearer {written(ID, 'é' * 43)}"],
        [f"Bearer {written(ID, 'ſ' * 43)}"],
        [f"Bearer\t{written(ID, SECRET)}"],
        [f"Bearer {written(ID, SECRET)}\0"],
        ["Bearer " + "x" * 60_000],
        ["Bearer" + " " * 60_000 + written(ID, SECRET)],
        [f"Bearer {written(ID, SECRET)}", f"Bearer {written(ID, SECRET)}"],
        [f"Bearer {written(ID, SECRET)}", ""],
    ],
    ids=range(23),
)
def test_what_is_no_key(fields: list[str]) -> None:
    """Nothing but one whole key in one field is taken for one."""
    with pytest.raises(AccessKeyWrong) as caught:
        presented(fields)
    assert SECRET not in str(caught.value)


def test_no_field_is_no_key() -> None:
    """Who sends none is told how to send one."""
    with pytest.raises(AccessKeyNeeded, match="Authorization: Bearer amends_"):
        presented([])


def test_a_secret_is_kept_as_a_hash() -> None:
    """From which it cannot be read, and neither can it from what is printed of it."""
    assert hash_of(SECRET) == hash_of(SECRET) != hash_of(SECRET[1:])
    assert SECRET not in hash_of(SECRET)
    assert SECRET not in repr(Presented(ID, SECRET))


def test_who_has_the_secret_is_admitted() -> None:
    """With the tenant and the scopes of the key."""
    assert caller_with(Presented(ID, secret_of(ID)), KEY, NOW) == Caller("shop", ID, frozenset({"read"}))


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        (secret_of(ID), None),
        ("", None),
        (SECRET, KEY),
        (secret_of(ID), replace(KEY, revoked_at=NOW)),
        (secret_of(ID), replace(KEY, revoked_at=LATER)),
        (secret_of(ID), replace(KEY, expires_at=NOW)),
        (SECRET, replace(KEY, old_secret_hash=hash_of(SECRET), old_secret_until=NOW)),
        (SECRET, replace(KEY, old_secret_hash=hash_of(SECRET))),
        ("", replace(KEY, old_secret_until=LATER)),
        (KEY.secret_hash, KEY),
    ],
    ids=["unknown", "empty", "wrong", "revoked", "to be revoked", "expired", "old", "old for ever", "none", "hash"],
)
def test_who_is_not_admitted(secret: str, key: AccessKey | None) -> None:
    """All are told the same."""
    with pytest.raises(AccessKeyWrong) as caught:
        caller_with(Presented(ID, secret), key, NOW)
    assert str(caught.value) == str(AccessKeyWrong())


@pytest.mark.parametrize(
    "key",
    [
        replace(KEY, expires_at=LATER),
        replace(KEY, old_secret_hash=hash_of(SECRET), old_secret_until=LATER),
    ],
    ids=["not expired", "rotated"],
)
def test_a_key_works_until_its_end(key: AccessKey) -> None:
    """The new secret and the old one, while it is taken."""
    assert caller_with(Presented(ID, secret_of(ID)), key, NOW).key_id == ID
    if key.old_secret_hash:
        assert caller_with(Presented(ID, SECRET), key, NOW).key_id == ID


@pytest.mark.parametrize("key", [None, KEY, replace(KEY, revoked_at=NOW), replace(KEY, expires_at=NOW)])
@pytest.mark.parametrize("secret", [secret_of(ID), SECRET])
def test_secrets_are_compared_in_constant_time(
    monkeypatch: pytest.MonkeyPatch, key: AccessKey | None, secret: str
) -> None:
    """By the function that is made for it, and as often and over as much for a key that there is not."""
    compared: list[tuple[int, int]] = []
    compare: Callable[[str, str], bool] = hmac.compare_digest

    def noting(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", noting)
    with suppress(AccessKeyWrong):
        caller_with(Presented(ID, secret), key, NOW)
    assert compared == [(64, 64)] * 2


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("needed", SCOPES)
def test_scopes(scope: Scope, needed: Scope) -> None:
    """Each is for one thing, but `admin` for all."""
    caller = Caller("shop", ID, frozenset({scope}))
    if scope in (needed, "admin"):
        caller.needs(needed)
        return
    with pytest.raises(ScopeMissing, match=f"`{needed}`"):
        caller.needs(needed)


def test_the_audit_trail_names_the_key() -> None:
    """Or who runs Amends, where there is none."""
    assert Caller("shop", ID, frozenset()).actor == f"key:{ID}"
    assert ANYBODY.actor == "operator"


@pytest.mark.parametrize("tenant", ["a", "A-1", "shop.example", "x" * 64, "0_0"])
def test_tenants(tenant: str) -> None:
    """Names that may stand anywhere."""
    assert checked_tenant(tenant) == tenant


@pytest.mark.parametrize("tenant", ["", " ", "-a", ".", "a b", "a\n", "ä", "x" * 65, "a/b", "a\0"])
def test_what_is_no_tenant(tenant: str) -> None:
    """Nothing that would have to be quoted somewhere."""
    with pytest.raises(InvalidField, match=r"^tenant: "):
        checked_tenant(tenant)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb", "a\x1b[31m", "a\0", "\udcff"])
def test_what_is_no_name(name: str) -> None:
    """Nothing that a terminal could take for a command."""
    with pytest.raises(InvalidField, match=r"^name: "):
        checked_name(name)


def test_scopes_of_a_key() -> None:
    """Each once, in one order; none, or an unknown one, is a mistake."""
    assert checked_scopes(["read", "draft", "read"]) == ("draft", "read")
    for wrong in ([], ["write"], ["read", ""]):
        with pytest.raises(InvalidField, match=r"^scope: "):
            checked_scopes(wrong)
