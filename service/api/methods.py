"""Says which methods a resource has, for the header `Allow` of a 405."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi.routing import RouteContext
from starlette.routing import compile_path


def allow(routes: Iterable[RouteContext], path: str) -> Mapping[str, str]:
    """The header `Allow` for a path: the methods of every route that has its pattern, not of the first one alone.

    Where several patterns fit, the most literal is meant: /v1/webhooks/deliveries is no webhook of that name.
    """
    found: dict[str, set[str]] = {}
    for route in routes:
        if route.path and route.methods and compile_path(route.path)[0].match(path):
            found.setdefault(route.path, set()).update(route.methods)
    if not found:
        return {}
    return {"Allow": ", ".join(sorted(found[min(found, key=_parameters)]))}


def _parameters(pattern: str) -> int:
    return pattern.count("{")
