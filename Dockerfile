# Builds the service without evals, tests and training material.
FROM python:3.11-slim AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY guardrails guardrails
COPY prompts prompts
COPY service service
RUN uv sync --frozen --no-dev --no-editable --python /usr/local/bin/python3

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 amends && install -d -o amends /data
COPY --from=build /app/.venv /app/.venv
USER amends
ENV PATH=/app/.venv/bin:$PATH AMENDS_HOST=0.0.0.0 AMENDS_DATABASE_URL=sqlite+aiosqlite:////data/amends.db
VOLUME /data
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"]
CMD ["amends", "serve"]
