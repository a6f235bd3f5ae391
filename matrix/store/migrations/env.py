"""Runs the steps that bring a database's tables up: over the connection, and in the transaction, that it is given."""

from __future__ import annotations

from alembic import context

own = context.config.attributes
context.configure(connection=own["connection"], version_table=own["version_table"], transactional_ddl=True)
context.run_migrations()
