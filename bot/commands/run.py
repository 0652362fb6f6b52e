"""`run`: the bot itself."""

from __future__ import annotations

import asyncio
import sys

from bot.commands.ending import watch_over_start
from bot.commands.errors import CommandError
from bot.log import set_up_logging
from bot.settings import load_settings


def run() -> None:
    watch_over_start()
    settings = load_settings()
    secret = settings.bot_token.get_secret_value() if settings.bot_token else ""
    set_up_logging(settings.log_level, secret)
    from bot.app import TelegramRefusedError
    from bot.app import run as run_bot
    from bot.store.connecting import DatabaseUnavailable

    try:
        asyncio.run(run_bot(settings, _announce))
    except (TelegramRefusedError, DatabaseUnavailable) as error:
        raise CommandError(str(error).replace(secret or "\0", "<token>")) from None


def _announce(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
