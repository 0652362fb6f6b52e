"""Keyboards as the outbox keeps them."""

from collections.abc import Sequence

from bot.store.alerts import Alert
from bot.store.gathering import Composed
from bot.store.letter import Button
from bot.wording.alert_text import several_text
from bot.wording.buttons import Keyboard, alert_keyboard, scheduled_keyboard, several_keyboard
from bot.wording.retirement_text import Ended, roll_keyboard
from bot.wording.session_text import session_keyboard

Rows = tuple[tuple[Button, ...], ...]


def alert_letter_buttons(symbol: str, subscription_id: int, zone_id: str) -> Rows:
    return _rows(alert_keyboard(symbol, subscription_id, zone_id))


def composed(told: Sequence[Alert], *, now_ms: int) -> Composed:
    """One message: an alert alone, or several with the worst first and as the picture."""
    ranked = sorted(told, key=lambda alert: -alert.said.rank)
    worst = ranked[0]
    if len(ranked) == 1:
        return Composed(worst.said.full, worst.said.picture_key, worst.said.buttons)
    symbols = [alert.symbol for alert in ranked]
    lines = [alert.said.line for alert in ranked]
    text = several_text(lines, symbols, min(alert.fired_ms for alert in told), now_ms)
    keys = _rows(several_keyboard(tuple(dict.fromkeys(symbols))))
    return Composed(text, worst.said.picture_key, keys)


def scheduled_letter_buttons(symbol: str) -> Rows:
    return _rows(scheduled_keyboard(symbol))


def session_letter_buttons(symbols: Sequence[str]) -> Rows:
    return _rows(session_keyboard(symbols))


def roll_letter_buttons(ended: Sequence[Ended]) -> Rows:
    return _rows(roll_keyboard(ended))


def _rows(keyboard: Keyboard) -> Rows:
    return tuple(tuple(Button(key.text, key.data) for key in row) for row in keyboard)
