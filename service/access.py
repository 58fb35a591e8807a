"""Access keys as values: how one is made, written, read and compared, and what whoever bears it may do."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from service.audit import OPERATOR
from service.errors import AccessKeyNeeded, AccessKeyWrong, InvalidField, ScopeMissing
from service.idempotency import DEFAULT_TENANT

Scope = Literal["draft", "check", "feedback", "read", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
USUAL_SCOPES: tuple[Scope, ...] = ("draft", "check", "feedback", "read")  # what a plugin needs
ID_BYTES, SECRET_BYTES = 6, 32
ID = rf"[0-9a-f]{{{2 * ID_BYTES}}}"
# base64url without padding: 43 characters for 32 bytes.
BEARER = re.compile(rf"(?i:bearer) +amends_({ID})_([0-9A-Za-z_-]{{43}})", re.ASCII)
NOBODY = "open"  # no key has such an id
HEADER_CHARACTERS = 100  # more than any key takes, so that nobody has us search through a long text
TENANT = re.compile(r"[0-9a-zA-Z][0-9a-zA-Z._-]{0,63}", re.ASCII)
NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request; without a key it is anybody on this machine.

    An agent at the desk has a `session`, which may be for some `drafts` alone, the first of them first.
    """

    tenant: str
    key_id: str | None
    scopes: frozenset[Scope]
    limits: str = ""  # its own, as they are kept
    session: str | None = None
    drafts: tuple[str, ...] | None = None

    def needs(self, scope: str) -> None:
        """Do nothing where the caller may do what the scope is for; `admin` may do everything.

        Raises:
            ScopeMissing: the caller may not.
        """
        if scope not in self.scopes and "admin" not in self.scopes:
            raise ScopeMissing(scope)

    @property
    def actor(self) -> str:
        """What the audit trail calls the caller."""
        return f"key:{self.key_id}" if self.key_id else OPERATOR

    @property
    def payer(self) -> str:
        """By whom requests and tokens are counted; without keys all are one."""
        return self.key_id or NOBODY


ANYBODY = Caller(DEFAULT_TENANT, None, frozenset(SCOPES))


@dataclass(frozen=True, slots=True)
class Presented:
    """A key as a request bears it; its secret is never printed."""

    id: str
    secret: str

    def __repr__(self) -> str:
        return f"Presented(id={self.id!r})"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is kept: of its secret only a hash.

    After a rotation the secret before it is taken, too, until `old_secret_until`. `last_used_at` is exact to about an
    hour. `limits` are its own, as JSON; empty where it has none.
    """

    id: str
    tenant: str
    name: str
    scopes: tuple[Scope, ...]
    secret_hash: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    old_secret_hash: str | None = None
    old_secret_until: datetime | None = None
    last_used_at: datetime | None = None
    limits: str = ""

    def works(self, now: datetime) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def new_id() -> str:
    """An id, which is no secret."""
    return secrets.token_hex(ID_BYTES)


def new_secret() -> str:
    """A secret that nobody guesses: 256 random bits."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """What is kept of a secret.

    One round of SHA-256 without salt: what makes hashes of passwords slow and salted is that people choose passwords
    that can be guessed. Of 256 random bits nobody guesses any, and no two are alike.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


NOBODYS_HASH = "-" * 64  # as long as any, and that of nothing


def written(key_id: str, secret: str) -> str:
    """A key as its owner gets and sends it; the beginning lets scanners for leaked secrets find it."""
    return f"amends_{key_id}_{secret}"


def presented(fields: Sequence[str]) -> Presented:
    """The key in the header fields `Authorization` of a request.

    Raises:
        AccessKeyNeeded: there is none.
        AccessKeyWrong: there are several, or what there is cannot be a key.
    """
    if not fields:
        raise AccessKeyNeeded
    if len(fields) > 1 or len(fields[0]) > HEADER_CHARACTERS:
        raise AccessKeyWrong
    found = BEARER.fullmatch(fields[0].strip())
    if found is None:
        raise AccessKeyWrong
    return Presented(found[1], found[2])


def caller_with(given: Presented, key: AccessKey | None, now: datetime) -> Caller:
    """Whoever presents a key, compared with the one of its id that is kept, if there is one.

    Raises:
        AccessKeyWrong: it is unknown, revoked, expired or has another secret; nobody is told which, and it takes the
            same time.
    """
    current, old = _hashes(key, now)
    hashed = hash_of(given.secret)
    fits = hmac.compare_digest(hashed, current) | hmac.compare_digest(hashed, old)
    if key is None or not fits or not key.works(now):
        raise AccessKeyWrong
    return Caller(key.tenant, key.id, frozenset(key.scopes), key.limits)


def _hashes(key: AccessKey | None, now: datetime) -> tuple[str, str]:
    """Two hashes, so that as much is compared for every key."""
    if key is None:
        return NOBODYS_HASH, NOBODYS_HASH
    overlaps = key.old_secret_until is not None and now < key.old_secret_until
    return key.secret_hash, key.old_secret_hash if overlaps and key.old_secret_hash else NOBODYS_HASH


def checked_tenant(tenant: str) -> str:
    """A tenant's name that may stand anywhere.

    Raises:
        InvalidField: it has other characters than a name should, or too many.
    """
    if not TENANT.fullmatch(tenant):
        message = "must be 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit"
        raise InvalidField(message, "tenant")
    return tenant


def checked_name(name: str) -> str:
    """A key's name, by which people know it again.

    Raises:
        InvalidField: it is blank, too long, or holds what cannot be printed.
    """
    if not name.strip() or len(name) > NAME_CHARACTERS or not name.isprintable():
        raise InvalidField(f"must be 1 to {NAME_CHARACTERS} printable characters", "name")
    return name


def checked_scopes(scopes: Sequence[str]) -> tuple[Scope, ...]:
    """Scopes, each once, in their order.

    Raises:
        InvalidField: there is none, or an unknown one.
    """
    if not scopes or set(scopes) - set(SCOPES):
        raise InvalidField(f"must be some of {', '.join(SCOPES)}", "scope")
    return tuple(scope for scope in SCOPES if scope in scopes)
