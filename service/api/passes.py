"""How agents come to the desk: by an access key or by a link to one draft, and out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response

from service.access import Caller
from service.admitting import Admitting
from service.api.bodies import body_of, read_body
from service.api.callers import Reading
from service.api.idempotency import HEADER_PARAMETER, key_of
from service.api.limited import counted
from service.api.responses import problems
from service.errors import CsrfMissing, InvalidField, OriginRefused
from service.limiting.limiter import Limiter
from service.listing import Listing
from service.passes import (
    LIMITED_LASTS,
    PREFIX,
    SESSION_LASTS,
    Desk,
    DeskSession,
    Link,
    LinkInput,
    Passes,
    SignIn,
    WorkingLink,
    csrf_of,
)

SESSION = "/v1/desk/session"
COOKIE = "amends_desk"
CSRF_HEADER = "Amends-CSRF"
SAFE = frozenset({"GET", "HEAD"})
PRIVATE = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What the desk is made of: where passes are kept, the time, and which pages may hold it in a frame."""

    passes: Passes
    clock: Callable[[], datetime]
    embedders: tuple[str, ...] = ()


def passes_router(
    desk: Desk, listing: Listing, admitting: Admitting, embedders: Sequence[str], limiter: Limiter | None
) -> APIRouter:
    """Links to drafts, and the desk's own sessions."""
    router = APIRouter(tags=["drafts"])
    _add_links(router, desk, listing)
    _add_sessions(router, desk, admitting, tuple(embedders), limiter)
    return router


def _add_links(router: APIRouter, desk: Desk, listing: Listing) -> None:
    @router.post(
        "/v1/drafts/{draft_id}/links",
        status_code=HTTPStatus.CREATED,
        response_model=Link,
        summary="Make a link to a draft at the desk",
        openapi_extra=HEADER_PARAMETER | body_of(LinkInput),
        responses=problems(400, 404, 409, 410, 413, 422, 503),
    )
    async def link_draft(draft_id: str, request: Request, caller: Reading) -> Response:
        """Whoever follows it may read this draft, check, change and record it, with the scopes of the caller's key.

        It opens a session for this draft alone and stops working when it expires, or with the key.
        """
        # A wrong key is refused as everywhere. A right one makes no difference: to be given again, a link would have to
        # be kept, and two links open no more than one.
        key_of(request)
        given = await read_body(request, LinkInput)
        await listing.case(caller.tenant, draft_id)
        link = await desk.link_to(caller, draft_id, given.expires_in_s)
        headers = PRIVATE
        return Response(link.model_dump_json(), HTTPStatus.CREATED, headers, media_type="application/json")


def _add_sessions(
    router: APIRouter, desk: Desk, admitting: Admitting, embedders: tuple[str, ...], limiter: Limiter | None
) -> None:
    @router.get(SESSION, include_in_schema=False)
    async def read_session(request: Request) -> Response:
        """Who sits at the desk; nobody is no mistake."""
        given, by_cookie = pass_of(request)
        caller = await desk.admit(given) if given else None
        if caller is None:
            given, caller = None, await admitting.anybody()
        return _session(_described(caller, given, embedders, by_cookie=by_cookie))

    @router.post(SESSION, include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        """Exchanges a key or a link for a session."""
        refuse_other_pages(request)
        asked = await read_body(request, SignIn)
        link = await desk.link(asked.link) if asked.link else None
        caller = link.caller if link else await _key_holder(asked, admitting)
        # The door lets everybody come this far, so that nobody has counted it yet.
        async with counted(limiter, caller, request.scope) as headers:
            answer = await _enter(desk, embedders, request, link or caller, keep=asked.keep)
            answer.headers.update(headers)
        return answer

    @router.delete(SESSION, include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        """Ends the session."""
        refuse_other_pages(request)
        given, _ = pass_of(request)
        if given:
            await desk.end(given)
        answer = Response(status_code=HTTPStatus.NO_CONTENT, headers=PRIVATE)
        answer.delete_cookie(COOKIE, path="/v1")
        return answer


async def _key_holder(asked: SignIn, admitting: Admitting) -> Caller:
    """Whoever has the key.

    Raises:
        AccessKeyWrong: it lets nobody in.
        InvalidField: there is none.
    """
    if asked.key:
        return await admitting.admit([f"Bearer {asked.key}"])
    raise InvalidField("is required where there is no `link`: an access key", "key")


async def _enter(
    desk: Desk,
    embedders: tuple[str, ...],
    request: Request,
    by: WorkingLink | Caller,
    *,
    keep: Literal["cookie", "page"],
) -> Response:
    """Make a session by a link or for whoever has a key, and answer with it."""
    by_cookie = keep == "cookie"
    if isinstance(by, WorkingLink):
        followed = await desk.session_by(by, request.cookies.get(COOKIE) if by_cookie else None)
        given, opens, known = followed.session, followed.draft_id, followed.known
    elif by.key_id is None:
        return _session(_described(by, None, embedders, by_cookie=True))
    else:
        given, opens, known = await desk.session_for(by), None, False
    session = _described(await desk.admit(given), given, embedders, by_cookie=by_cookie)
    answer = _session(session.model_copy(update={"opens": opens}))
    # Where its key was revoked in this very moment, it admits nobody, and must not take the place of one that does.
    if by_cookie and not known and session.signed_in:
        _set_cookie(request, answer, given, LIMITED_LASTS if opens else SESSION_LASTS)
    return answer


def pass_of(request: Request) -> tuple[str | None, bool]:
    """The pass of a request, and whether a browser sent it by itself."""
    given = request.headers.get("authorization", "")
    scheme, _, token = given.partition(" ")
    if scheme.lower() == "bearer" and token.strip().startswith(PREFIX):
        return token.strip(), False
    return (None, False) if given else (request.cookies.get(COOKIE), True)


def refuse_forged(request: Request, given: str) -> None:
    """Do nothing where a request with a cookie was sent by a page of ours.

    Raises:
        CsrfMissing, OriginRefused: it was not.
    """
    if request.method in SAFE:
        return
    refuse_other_pages(request)
    if request.headers.get(CSRF_HEADER) != csrf_of(given):
        raise CsrfMissing


def refuse_other_pages(request: Request) -> None:
    """Do nothing where a request does not come from a page of another host.

    Raises:
        OriginRefused: it does.
    """
    site = request.headers.get("sec-fetch-site")
    if site is None:  # an old browser, or plain http: what a proxy made of Host may then be another name
        origin, host = request.headers.get("origin"), request.headers.get("host", "").lower()
        ours = origin is None or origin.lower().partition("://")[2] == host
    else:
        ours = site == "same-origin"
    if not ours:
        raise OriginRefused("A page of another host sent this.")


def _described(caller: Caller | None, given: str | None, embedders: tuple[str, ...], *, by_cookie: bool) -> DeskSession:
    return DeskSession(
        signed_in=caller is not None,
        open=caller is not None and caller.key_id is None,
        draft_id=caller.drafts[0] if caller and caller.drafts else None,
        csrf=csrf_of(given) if given and by_cookie else None,
        token=None if by_cookie else given,
        embedders=embedders,
    )


def _session(session: DeskSession) -> Response:
    return Response(session.model_dump_json(), headers=PRIVATE, media_type="application/json")


def _set_cookie(request: Request, answer: Response, given: str, lasts: timedelta) -> None:
    # The browser itself says by which scheme its page came, also through a proxy.
    secure = request.url.scheme == "https" or request.headers.get("origin", "").startswith("https://")
    answer.set_cookie(
        COOKIE,
        given,
        max_age=int(lasts.total_seconds()),
        path="/v1",
        httponly=True,
        samesite="strict",
        secure=secure,
    )
