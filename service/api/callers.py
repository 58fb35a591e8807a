"""What a route says of whoever may call it: each names the scope that it needs, and is given its caller."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from service.access import Caller

SCHEME = "AccessKey"
CALLER = "caller"  # where the door leaves it


class AccessKeys(SecurityBase):
    """How the contract speaks of keys. They were read at the door: this reads nothing."""

    def __init__(self) -> None:
        self.model = HTTPBearer(
            bearerFormat="amends_<id>_<secret>",
            description="An access key, made with `amends keys create`. The names beside it are the scopes of which it "
            "must have one; `admin` has them all. A service that only its own machine reaches needs none as "
            "long as none was made.",
        )
        self.scheme_name = SCHEME

    async def __call__(self) -> None:
        """Do nothing."""


async def _caller(request: Request, needed: SecurityScopes, _: Annotated[None, Depends(AccessKeys())]) -> Caller:
    """Whoever sent a request.

    Raises:
        ScopeMissing: it is not for this caller.
    """
    caller = request.scope["state"][CALLER]
    assert isinstance(caller, Caller)
    for scope in needed.scopes:
        caller.needs(scope)
    return caller


Drafting = Annotated[Caller, Security(_caller, scopes=["draft"])]
Checking = Annotated[Caller, Security(_caller, scopes=["check"])]
FeedingBack = Annotated[Caller, Security(_caller, scopes=["feedback"])]
Reading = Annotated[Caller, Security(_caller, scopes=["read"])]
Administering = Annotated[Caller, Security(_caller, scopes=["admin"])]
