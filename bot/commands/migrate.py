"""`migrate`: the database brought to this version's tables."""

import typer

from bot.settings import load_settings
from bot.store.database import upgrade


def migrate() -> None:
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database)
    typer.echo("The database is up to date.")
