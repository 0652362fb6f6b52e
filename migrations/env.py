"""What alembic runs; `bot.store.upgrading` hands it a connection inside a locked transaction."""

from alembic import context

from bot.store.tables import metadata

connection = context.config.attributes["connection"]
# SQLite rolls table changes back like any other, so a failed upgrade leaves the database as it was.
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
