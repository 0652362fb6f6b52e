"""Single trades and a book around the price, enough for clients that look at them."""

from dataclasses import dataclass

from bot.sandbox.market.clock import HOUR_MS, MINUTE_MS
from bot.sandbox.market.listing import Listing
from bot.sandbox.market.market import Market


@dataclass(frozen=True)
class Trade:
    number: int
    stamp_ms: int
    price: float
    quantity: float
    bought: bool  # by the taker


def recent_trades(market: Market, listing: Listing, begin_ms: int, end_ms: int, limit: int) -> list[Trade]:
    """What every minute's takers bought and sold, as one trade each, newest last."""
    begin = max(begin_ms, end_ms - 48 * HOUR_MS, end_ms - (limit // 2 + 2) * MINUTE_MS)
    minutes = market.candles(listing, MINUTE_MS, begin, end_ms)
    trades: list[Trade] = []
    for row, start in enumerate(minutes.start_ms.tolist()):
        bought = float(minutes.taker_buy[row])
        sold = float(minutes.volume[row]) - bought
        number = start // MINUTE_MS * 2
        trades.append(Trade(number, start, float(minutes.open[row]), sold, False))
        trades.append(Trade(number + 1, start + 1, float(minutes.close[row]), bought, True))
    return [trade for trade in trades if trade.stamp_ms >= begin_ms and trade.quantity > 0][-limit:]


Level = tuple[float, float]


DEPTH = 1.5  # of open interest for each 100 % of price: 1.5 % of it rest within 1 % of the price
THINNING = 2e-8  # of price: how much farther from the one before each level lies


def depth(market: Market, listing: Listing, levels: int) -> tuple[list[Level], list[Level]]:
    """(bids, asks) in what the contract counts: levels lie a tick apart near the price, farther out more."""
    price, tick = market.book_price(listing), listing.tick_size
    below = int(price / tick + 1e-9)
    counted = market.open_interest(listing) or 1_000.0
    steps = [1 + round(2 * n * THINNING * price / tick) for n in range(levels)]
    sides = []
    for sign, at in ((-1, below + 1), (1, below)):
        side = []
        for step in steps:
            at += sign * step
            side.append((at * tick, max(listing.lot_size, counted * DEPTH * step * tick / price)))
        sides.append(side)
    return [level for level in sides[0] if level[0] > 0], sides[1]
