"""`migrate`: the database brought to this version's tables."""

import typer

from bot.commands.errors import CommandError
from bot.settings import load_settings
from bot.store.connecting import DatabaseUnavailable, plain_errors
from bot.store.database import upgrade


def migrate() -> None:
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with plain_errors(settings.database):
            upgrade(settings.database)
    except DatabaseUnavailable as error:
        raise CommandError(str(error)) from None
    typer.echo("The database is up to date.")
