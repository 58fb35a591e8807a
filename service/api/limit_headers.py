"""The header fields that tell callers of their limits, as draft-ietf-httpapi-ratelimit-headers-10 has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service.limiting.policies import Policy

POLICY, LEFT = "RateLimit-Policy", "RateLimit"
USUAL_UNITS = "requests"  # what is meant where nothing is said
DESCRIBED_LIMITS: Mapping[str, object] = {
    POLICY: {"description": "The limits: `q` in `w` seconds.", "schema": {"type": "string"}},
    LEFT: {"description": "What is left of them: `r`, for `t` seconds.", "schema": {"type": "string"}},
}


def limit_headers(policies: Sequence[Policy]) -> dict[str, str]:
    """Both fields; none where there is no limit."""
    if not policies:
        return {}
    return {POLICY: ", ".join(map(_policy, policies)), LEFT: ", ".join(map(_left, policies))}


def _policy(policy: Policy) -> str:
    window = "" if policy.seconds is None else f";w={policy.seconds}"
    units = "" if policy.units == USUAL_UNITS else f';qu="{policy.units}"'
    return f'"{policy.name}";q={policy.quota}{window}{units}'


def _left(policy: Policy) -> str:
    reset = "" if policy.reset_s is None else f";t={policy.reset_s}"
    return f'"{policy.name}";r={policy.remaining}{reset}'
