# The service with its embedded model, and without evals, tests, training and benchmarks.
#
#     docker build --tag amends:0.1.0 .
#
# deploy/README.md says how to run it. tests/deploy/test_image.py carries out every step of this file without Docker.
#
# The two images are pinned by version and not by digest: neither registry could be asked where this was written, and no
# digest is here that nobody has checked. `docker buildx imagetools inspect NAME` says today's, which goes behind the
# tag as @sha256:...
FROM python:3.11.15-slim-bookworm AS base

FROM base AS build
# The version that the Makefile installs too, so that what the tests run is what builds here.
COPY --from=ghcr.io/astral-sh/uv:0.13.9 /uv /opt/uv
ENV UV_PYTHON=/usr/local/bin/python3 UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
WORKDIR /app
# What others made first: it changes seldom, and is the larger part.
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \
    /opt/uv sync --frozen --no-dev --extra otlp --no-install-project
COPY README.md LICENSE ./
COPY guardrails guardrails
COPY prompts prompts
COPY service service
RUN --mount=type=cache,target=/root/.cache/uv \
    /opt/uv sync --frozen --no-dev --extra otlp --no-editable

FROM base
LABEL org.opencontainers.image.title="Amends" \
      org.opencontainers.image.description="Drafts replies to customer complaints and checks each draft before anybody sees it." \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/python:3.11.15-slim-bookworm"
# The embedded model's library asks for it, and does not bring it along.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --home-dir /data --no-create-home --shell /usr/sbin/nologin amends \
    && install --directory --owner 10001 --group 10001 --mode 0750 /data
COPY --from=build /app/.venv /app/.venv
# Nothing is written but to /data (the database, where no other is named) and /tmp (uploads, and the embedded model's log).
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_STATE_HOME=/tmp \
    AMENDS_HOST=0.0.0.0 \
    AMENDS_DATABASE_URL=sqlite+aiosqlite:////data/amends.db
WORKDIR /app
# A number, since a cluster that refuses root cannot tell who a name is.
USER 10001:10001
VOLUME /data
EXPOSE 8000
# Not by urllib, which would ask a proxy where the environment names one.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import os, http.client as h; c = h.HTTPConnection('127.0.0.1', int(os.environ.get('AMENDS_PORT') or 8000), timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["amends", "serve"]
