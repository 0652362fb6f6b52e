"""Keyboards as the outbox keeps them."""

from collections.abc import Sequence

from bot.store.letter import Button
from bot.wording.buttons import Keyboard, alert_keyboard, scheduled_keyboard
from bot.wording.retirement_text import Ended, roll_keyboard

Rows = tuple[tuple[Button, ...], ...]


def alert_letter_buttons(symbol: str, subscription_id: int, zone_id: str) -> Rows:
    return _rows(alert_keyboard(symbol, subscription_id, zone_id))


def scheduled_letter_buttons(symbol: str) -> Rows:
    return _rows(scheduled_keyboard(symbol))


def roll_letter_buttons(ended: Sequence[Ended]) -> Rows:
    return _rows(roll_keyboard(ended))


def _rows(keyboard: Keyboard) -> Rows:
    return tuple(tuple(Button(key.text, key.data) for key in row) for row in keyboard)
