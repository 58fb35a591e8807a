"""Access keys kept in memory, and who is admitted by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from service.access import SCOPES, AccessKey, Scope, hash_of, written
from service.admitting import LIFETIME, Admitting, Lifetime
from service.errors import StoreError
from service.idempotency import DEFAULT_TENANT
from tests.service.parts import NOW

AT_ONCE = Lifetime(0, 0)  # every request reads the keys


def secret_of(key_id: str) -> str:
    """The secret of a key of these tests, of the length that they have."""
    return key_id[0] * 43


def make_key(key_id: str, *scopes: Scope, tenant: str = DEFAULT_TENANT, name: str = "crm") -> AccessKey:
    """A key whose secret is told by its id; with all scopes where none is given."""
    return AccessKey(key_id, tenant, name, scopes or SCOPES, hash_of(secret_of(key_id)), NOW)


def bearer(key_id: str, secret: str | None = None) -> dict[str, str]:
    """The header that bears a key."""
    return {"Authorization": f"Bearer {written(key_id, secret or secret_of(key_id))}"}


class MemoryKeys:
    """Keys in memory, which count how often they are read; with a fault, they cannot be."""

    def __init__(self, *keys: AccessKey) -> None:
        self.kept = {key.id: key for key in keys}
        self.fault: StoreError | None = None
        self.reads = 0
        self.used: list[tuple[str, ...]] = []

    async def all(self) -> Sequence[AccessKey]:
        """Every one."""
        self.reads += 1
        if self.fault:
            raise self.fault
        return list(self.kept.values())

    async def note_used(self, ids: Sequence[str], at: datetime, before: datetime) -> None:
        """Note that, whatever is known of before."""
        assert before < at
        self.used.append(tuple(ids))
        for key_id in ids:
            self.kept[key_id] = replace(self.kept[key_id], last_used_at=at)


def admitting_by(
    keys: MemoryKeys,
    clock: Callable[[], datetime] = lambda: NOW,
    *,
    may_be_open: bool = False,
    lifetime: Lifetime = LIFETIME,
) -> Admitting:
    """Who admits by these keys."""
    return Admitting(keys, clock, may_be_open=may_be_open, lifetime=lifetime)


def admitting_all() -> Admitting:
    """Who admits everybody, as there is no key."""
    return admitting_by(MemoryKeys(), may_be_open=True)
