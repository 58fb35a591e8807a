"""Access keys in a database of each kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from service.access import AccessKey, Presented, caller_with, hash_of
from service.errors import AccessKeyNotFound, AccessKeyWrong, StoreError
from service.passes import Pass
from service.store.access_keys import AccessKeyRepository, Rotation
from service.store.audit import AuditRepository
from service.store.database import open_database
from service.store.passes import PassRepository
from tests.databases import rows
from tests.service.admitted import make_key, secret_of
from tests.service.parts import NOW

ID, OTHER = "a00000000000", "b00000000000"
KEY = make_key(ID, "draft", "read", tenant="shop", name="CRM “Köln”")
DAY = timedelta(days=1)


def with_keys(url: str, work: Callable[[AccessKeyRepository], Awaitable[None]]) -> None:
    """Do something with the keys of a database."""

    async def run() -> None:
        async with open_database(url) as engine:
            await work(AccessKeyRepository(engine))

    asyncio.run(run())


def admitted(key: AccessKey, secret: str, hours: float = 0) -> bool:
    """Whether a secret opens a key after some hours."""
    try:
        caller_with(Presented(key.id, secret), key, NOW + timedelta(hours=hours))
    except AccessKeyWrong:
        return False
    return True


def test_what_is_kept_is_given_back(database_url: str) -> None:
    """Of all tenants, the oldest first; and no secret stands anywhere in the database."""
    second = replace(make_key(OTHER, "admin"), created_at=NOW + DAY, expires_at=NOW + 2 * DAY)

    async def use(keys: AccessKeyRepository) -> None:
        assert await keys.all() == []
        await keys.add(second)
        await keys.add(KEY)
        assert await keys.all() == [KEY, second]

    with_keys(database_url, use)
    (row, _) = rows(database_url, "SELECT * FROM access_keys ORDER BY created_at")
    assert hash_of(secret_of(ID)) in row
    assert secret_of(ID) not in str(row)


def test_an_id_is_given_once(database_url: str) -> None:
    """A second key of the same id takes nothing from the first."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        with pytest.raises(StoreError):
            await keys.add(replace(KEY, tenant="other"))
        assert await keys.all() == [KEY]

    with_keys(database_url, use)


def test_a_rotated_key_has_two_secrets_for_a_while(database_url: str) -> None:
    """The new one at once, the old one until the end of its time."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        key = await keys.rotate(ID, Rotation(hash_of("new"), NOW, NOW + DAY))
        assert await keys.all() == [key]
        assert (key.tenant, key.scopes, key.created_at) == (KEY.tenant, KEY.scopes, KEY.created_at)
        assert [admitted(key, secret) for secret in ("new", secret_of(ID), "x")] == [True, True, False]
        assert [admitted(key, secret, 24) for secret in ("new", secret_of(ID))] == [True, False]

    with_keys(database_url, use)


def test_a_key_that_has_leaked(database_url: str) -> None:
    """Rotated without an overlap, the new secret alone works, whatever was promised before."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        await keys.rotate(ID, Rotation(hash_of("second"), NOW, NOW + DAY))
        key = await keys.rotate(ID, Rotation(hash_of("third"), NOW, NOW))
        assert [admitted(key, secret) for secret in (secret_of(ID), "second", "third")] == [False, False, True]

    with_keys(database_url, use)


def test_a_key_rotated_twice(database_url: str) -> None:
    """The first secret keeps the time that it was promised; afterwards the one in between would have had it."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        await keys.rotate(ID, Rotation(hash_of("second"), NOW, NOW + DAY))
        hour = timedelta(hours=1)
        key = await keys.rotate(ID, Rotation(hash_of("third"), NOW + hour, NOW + hour + DAY))
        assert [admitted(key, secret, 23) for secret in (secret_of(ID), "second", "third")] == [True, False, True]
        assert [admitted(key, secret, 24) for secret in (secret_of(ID), "second", "third")] == [False, False, True]
        key = await keys.rotate(ID, Rotation(hash_of("fourth"), NOW + 2 * DAY, NOW + 3 * DAY))
        assert [admitted(key, secret, 48) for secret in (secret_of(ID), "third", "fourth")] == [False, True, True]

    with_keys(database_url, use)


@pytest.mark.parametrize(("overlap", "left"), [(0, []), (1, [1, 1]), (5, [1, 5]), (24, [1, 12])])
def test_passes_end_with_the_old_secret(database_url: str, overlap: float, left: list[float]) -> None:
    """Whoever took a secret may have signed in by it; sessions and links of other keys are left alone."""
    hour = timedelta(hours=1)

    async def run() -> None:
        async with open_database(database_url) as engine:
            keys, passes = AccessKeyRepository(engine), PassRepository(engine)
            await keys.add(KEY)
            await passes.add(Pass("link", "link", ID, ("d-1",), NOW + hour), NOW)
            await passes.add(Pass("session", "session", ID, (), NOW + 12 * hour), NOW)
            await passes.add(Pass("another", "session", OTHER, (), NOW + 12 * hour), NOW)
            await keys.rotate(ID, Rotation(hash_of("new"), NOW, NOW + overlap * hour))
            found = [await passes.get(each) for each in ("link", "session")]
            assert [(each.expires_at - NOW) / hour for each in found if each] == left
            another = await passes.get("another")
            assert another is not None
            assert another.expires_at == NOW + 12 * hour

    asyncio.run(run())


def test_a_revoked_key_is_revoked_for_good(database_url: str) -> None:
    """With both of its secrets; it is neither rotated nor revoked again, and the others go on."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        await keys.add(make_key(OTHER))
        await keys.rotate(ID, Rotation(hash_of("new"), NOW, NOW + DAY))
        key = await keys.revoke(ID, NOW)
        assert (key.revoked_at, admitted(key, "new"), admitted(key, secret_of(ID))) == (NOW, False, False)
        for attempt in (keys.revoke(ID, NOW + DAY), keys.rotate(ID, Rotation(hash_of("x"), NOW, NOW))):
            with pytest.raises(AccessKeyNotFound, match="there is no such key that works"):
                await attempt
        assert [each.revoked_at for each in await keys.all()] == [NOW, None]

    with_keys(database_url, use)


def test_an_expired_key_is_not_rotated(database_url: str) -> None:
    """A new secret would not work either; to revoke it is possible."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(replace(KEY, expires_at=NOW))
        with pytest.raises(AccessKeyNotFound):
            await keys.rotate(ID, Rotation(hash_of("x"), NOW, NOW))
        await keys.revoke(ID, NOW)

    with_keys(database_url, use)


@pytest.mark.parametrize(
    "key_id", ["", "none", "%", "a00000000000'--", f"amends_{ID}_{secret_of(ID)}", "a\0", "\udcff"]
)
def test_a_key_that_there_is_not(database_url: str, key_id: str) -> None:
    """It is told without what was given: that may be a key."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        for attempt in (keys.revoke(key_id, NOW), keys.rotate(key_id, Rotation(hash_of("x"), NOW, NOW))):
            with pytest.raises(AccessKeyNotFound) as caught:
                await attempt
            assert not key_id or key_id not in str(caught.value)
        assert await keys.all() == [KEY]

    with_keys(database_url, use)


def test_two_rotations_at_once(database_url: str) -> None:
    """One is the first and the other the second: the promised secret and the last one work, and no third."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        secrets = [f"secret {number}" for number in range(8)]
        await asyncio.gather(*(keys.rotate(ID, Rotation(hash_of(each), NOW, NOW + DAY)) for each in secrets))
        (key,) = await keys.all()
        assert sum(admitted(key, each) for each in secrets) == 1
        assert admitted(key, secret_of(ID))

    with_keys(database_url, use)


def test_when_a_key_was_last_used(database_url: str) -> None:
    """It is noted where that is not known since some moment, so that many processes write little."""
    hour = timedelta(hours=1)

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        await keys.add(make_key(OTHER))
        await keys.note_used([ID, "none"], NOW, NOW - hour)
        await keys.note_used([ID], NOW + hour / 2, NOW - hour / 2)
        assert {key.id: key.last_used_at for key in await keys.all()} == {ID: NOW, OTHER: None}
        await keys.note_used([ID], NOW + hour, NOW)
        assert (await keys.all())[0].last_used_at == NOW + hour

    with_keys(database_url, use)


def test_a_scope_of_a_newer_version_opens_nothing(database_url: str) -> None:
    """While old and new processes run side by side."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        rows(database_url, "UPDATE access_keys SET scopes = 'draft export read'")
        assert (await keys.all())[0].scopes == ("draft", "read")

    with_keys(database_url, use)


def test_the_audit_trail_has_it(database_url: str) -> None:
    """Who may call is changed by whoever runs Amends; the tenant can see it, and no other."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(KEY)
        await keys.rotate(ID, Rotation(hash_of("new"), NOW + DAY, NOW + DAY))
        await keys.revoke(ID, NOW + 2 * DAY)

    async def read(tenant: str) -> list[tuple[str, str, str | None]]:
        async with open_database(database_url) as engine:
            page = await AuditRepository(engine).page(tenant, None, 10)
        return [(each.actor, each.action, each.about) for each in page.entries]

    with_keys(database_url, use)
    deeds = ("key.revoked", "key.rotated", "key.created")
    assert asyncio.run(read("shop")) == [("operator", deed, ID) for deed in deeds]
    assert asyncio.run(read("default")) == []


def test_limits_of_a_key(database_url: str) -> None:
    """They are kept with it, changed at once by several without a loss, and gone where there are none."""

    async def use(keys: AccessKeyRepository) -> None:
        await keys.add(replace(KEY, limits="a"))
        await asyncio.gather(*(keys.limit(ID, NOW, lambda own: f"{own}b") for _ in range(5)))
        (key,) = await keys.all()
        assert key.limits == "abbbbb"
        assert (await keys.limit(ID, NOW, lambda _: "")).limits == ""
        assert await keys.all() == [replace(KEY, limits="")]
        await keys.revoke(ID, NOW)
        for key_id in (ID, OTHER):
            with pytest.raises(AccessKeyNotFound):
                await keys.limit(key_id, NOW, lambda own: own)

    with_keys(database_url, use)
