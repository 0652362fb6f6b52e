"""One method of the Bot API."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.telegram import Telegram

Method = Callable[[Telegram, Parameters], Awaitable[Any]]
