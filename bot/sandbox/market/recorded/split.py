"""Longer candles taken apart into minutes that add up to them."""

import itertools

import numpy as np

from bot.sandbox.market.candles import FIRST_EXTREME, SECOND_EXTREME, Candles, Floats
from bot.sandbox.market.clock import MINUTE_MS

VOLUME_DECIMALS = 8


def split(candles: Candles, step_ms: int, tick_size: float) -> Candles:
    """The path of each candle, open to extremes to close, cut at full minutes."""
    many = step_ms // MINUTE_MS
    if many == 1:
        return candles
    near_at, far_at = int(FIRST_EXTREME * many), min(many - 1, int(SECOND_EXTREME * many))
    near, far = _extremes(candles)
    closes = _closes(candles, near, far, many, tick_size)
    opens = np.concatenate([candles.open[:, None], closes[:, :-1]], 1)
    high, low = np.maximum(opens, closes), np.minimum(opens, closes)
    for column, extreme in ((near_at, near), (far_at, far)):
        high[:, column] = np.maximum(high[:, column], extreme)
        low[:, column] = np.minimum(low[:, column], extreme)
    starts = candles.start_ms[:, None] + MINUTE_MS * np.arange(many)
    volume, taker = _shared(candles.volume, many), _shared(candles.taker_buy, many)
    columns = (opens, high, low, closes, volume, taker)
    return Candles(starts.ravel().astype(np.int64), *(column.ravel() for column in columns))


def _extremes(candles: Candles) -> tuple[Floats, Floats]:
    """The extreme that is visited first, and the other."""
    rising = candles.close >= candles.open
    return np.where(rising, candles.low, candles.high), np.where(rising, candles.high, candles.low)


def _closes(candles: Candles, near: Floats, far: Floats, many: int, tick_size: float) -> Floats:
    knots = [
        (0.0, candles.open),
        (FIRST_EXTREME, near),
        (SECOND_EXTREME, far),
        (1.0, candles.close),
    ]
    closes = np.empty((len(candles), many))
    for minute in range(many):
        share = (minute + 1) / many
        (begin, left), (end, right) = next(
            pair for pair in itertools.pairwise(knots) if share <= pair[1][0] + 1e-12
        )
        between = left + (right - left) * (share - begin) / (end - begin)
        on_tick = np.rint(between / tick_size) * tick_size
        closes[:, minute] = np.clip(np.round(on_tick, 10), candles.low, candles.high)
    closes[:, -1] = candles.close
    return closes


def _shared(amount: Floats, many: int) -> Floats:
    """Equal parts, the last one with what rounding left over."""
    scale = 10.0**VOLUME_DECIMALS
    part = np.floor(amount / many * scale) / scale
    parts = np.repeat(part[:, None], many, 1)
    parts[:, -1] = np.round(amount - part * (many - 1), VOLUME_DECIMALS)
    return parts
