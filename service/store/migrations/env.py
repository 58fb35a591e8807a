"""Runs the migrations on the connection that database.py hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from service.store.tables import Table

context.configure(connection=context.config.attributes["connection"], target_metadata=Table.metadata)
context.run_migrations()
