"""The invented market, minute by minute: price moves, positions are reached, closed and opened."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.sandbox.market.candles import Floats, Ints
from bot.sandbox.market.invented.coins import COINS, Book, Coin, Crowd
from bot.sandbox.market.invented.draws import Block, Draws, prices_of, whole_block
from bot.sandbox.market.invented.habits import USUAL, Habits
from bot.sandbox.market.invented.margin import MarginTables
from bot.sandbox.market.invented.positions import PositionPool, Taken
from bot.sandbox.market.invented.wandering import BLOCK_MINUTES

MARK_WICK = 0.6  # the mark price follows an index and overshoots less than the last price
PUSH, LARGEST_PUSH, PUSH_LEFT = 0.2, 0.002, 0.97  # what liquidations do to price, and how it fades
TURNOVER = 0.003  # of open interest, a minute
DELEVERAGING = 0.8  # the part of a liquidation that nobody replaces
CASCADE = 0.0003  # of open interest: from here on the other side takes profit
WORRY = 0.03  # who is that close to liquidation thinks of adding margin
TOP_UP, LARGEST_TOP_UP = 0.03, 0.3  # mean and most of what is added, shares of the price


@dataclass(frozen=True)
class Minute:
    """What one minute was, a value a contract; volume in what it counts, open interest as published."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    taker_buy: Floats
    open_lots: Floats
    long_share: Floats


@dataclass(frozen=True)
class Reached:
    """Positions liquidated in one minute."""

    minute: int
    row: Ints
    trigger: Floats
    bankruptcy: Floats
    lots: Floats


class Simulation:
    def __init__(
        self,
        seed: int,
        books: Sequence[Book],
        first_minute: int,
        habits: Habits = USUAL,
        small: Sequence[Coin] = (),
    ) -> None:
        """Books come in the order of their crowds; `small` are the coins of the last one."""
        self.minute = first_minute  # the next one to be lived
        self._first_minute = first_minute
        self._habits = habits
        prices = dict.fromkeys(Crowd, prices_of(seed, first_minute, habits))
        if small:
            prices[Crowd.SMALL] = prices_of(seed, first_minute, habits, small, len(COINS))
        crowds = {crowd: [book for book in books if book.crowd is crowd] for crowd in Crowd}
        self._draws = [
            Draws(seed, own, first_minute, habits, prices[crowd]) for crowd, own in crowds.items() if own
        ]
        self._fright = np.random.default_rng([seed, 18])
        self._block: Block | None = None
        self.positions = PositionPool(len(books), habits.slots, habits.openings)
        self._margin = MarginTables([book.listing for book in books])
        self._ticks = np.rint([1 / book.listing.tick_size for book in books])
        self._lot = np.array([book.listing.lot_size for book in books])
        self._coin = np.array([book.coin for book in books])
        self._usual = np.array([book.open_interest for book in books]) / self._lot
        self.open_lots: Floats = np.zeros(len(books))
        # Only the first crowd moves price: without the others it would be the same.
        self._pressing = np.where([book.crowd is Crowd.LINEAR for book in books], self._lot, 0.0)
        self._coins = len(COINS) + len(small)
        depth = np.bincount(self._coin, self._usual * self._pressing, self._coins)
        self._depth = np.where(depth > 0, depth, np.inf)  # nobody here presses a coin that is not traded
        self._push = np.zeros(self._coins)
        self._close: Floats = np.empty(0)

    def live(self) -> tuple[Minute, Reached]:
        """One more minute."""
        at = (self.minute - self._first_minute) % BLOCK_MINUTES
        if at == 0:
            number = (self.minute - self._first_minute) // BLOCK_MINUTES
            self._block = whole_block([draws.block(number) for draws in self._draws])
        block = self._block
        assert block is not None
        opened, high, low, close = self._move(block, at)
        hit, reached = self._liquidate(opened, high, low, close)
        forced = self._per_row(hit)
        self._top_up(close)
        left = forced + self._leave(hit, forced, block.pick[at])
        entered = self._enter(block, at, close, left, forced)
        self._feel(forced)
        volume = self._volume(block, at, opened, close, left, entered)
        bought = volume * np.clip(
            0.5 + 0.2 * np.tanh((close / opened - 1) * 600) + block.taker[at], 0.03, 0.97
        )
        self.minute += 1
        told, share = self.open_lots * (1 + block.misread[at]), block.long_share[at]
        return Minute(opened, high, low, close, volume, bought, told, share), reached

    def _move(self, block: Block, at: int) -> tuple[Floats, Floats, Floats, Floats]:
        close = self._rounded(np.exp(block.log_price[at] + self._push[self._coin]))
        opened = self._close if len(self._close) else close
        self._close = close
        top, bottom = np.maximum(opened, close), np.minimum(opened, close)
        high = self._rounded(top * (1 + block.wick[at, 0]))
        low = self._rounded(bottom * (1 - block.wick[at, 1]))
        return opened, high, low, close

    def _rounded(self, price: Floats) -> Floats:
        return np.asarray(np.rint(price * self._ticks) / self._ticks)

    def _liquidate(self, opened: Floats, high: Floats, low: Floats, close: Floats) -> tuple[Taken, Reached]:
        mark_high, mark_low = mark_range(opened, high, low, close)
        threshold = np.stack([mark_low, -mark_high], 1).ravel()
        hit = self.positions.reached(threshold)
        trigger = np.abs(self.positions.key.ravel()[hit.slot])
        bankruptcy = self.positions.bankruptcy.ravel()[hit.slot]
        self.positions.withdraw(hit)
        return hit, Reached(self.minute, hit.row, trigger, bankruptcy, hit.lots)

    def _top_up(self, close: Floats) -> None:
        """Some of those who are close to liquidation add margin."""
        if not self._habits.top_ups:
            return
        threshold = np.stack([close * (1 - WORRY), -close * (1 + WORRY)], 1).ravel()
        worried = self.positions.reached(threshold)
        decided = self._fright.random(len(worried.slot)) < self._habits.top_ups
        who = self.positions.chosen(worried.slot[decided])
        share = np.minimum(self._fright.exponential(TOP_UP, len(who.slot)), LARGEST_TOP_UP)
        self.positions.move_away(who, share * close[who.row // 2])

    def _per_row(self, taken: Taken) -> Floats:
        return np.bincount(taken.row, taken.lots, 2 * len(self._lot)).astype(np.float64)

    def _leave(self, hit: Taken, forced: Floats, pick: Ints) -> Floats:
        """Lots that owners close: their time has come, or the other side's liquidations are their profit."""
        due = self.positions.chosen(self.positions.due(self.minute))
        self.positions.withdraw(due)
        closed, freed = self._per_row(due), [hit.slot, due.slot]
        row = np.flatnonzero(forced > CASCADE * np.repeat(self.open_lots, 2))
        if len(row):
            other = self.positions.some_of(row ^ 1, pick[row], forced[row] * DELEVERAGING)
            happy = self.positions.chosen(other)
            self.positions.withdraw(happy)
            closed += self._per_row(happy)
            freed.append(happy.slot)
        self.positions.give_back(np.sort(np.concatenate(freed)))
        return closed

    def _enter(self, block: Block, at: int, close: Floats, left: Floats, forced: Floats) -> Floats:
        """New positions: both sides grow by as much, and newcomers take what their side's leavers leave."""
        sides = left.reshape(-1, 2)
        wanted = self._usual * (1 + block.appetite[at]) - self.open_lots
        noise = block.flow[at] * self._habits.restlessness * self.open_lots
        growth = np.rint(self._habits.growth * wanted + noise - DELEVERAGING * forced.reshape(-1, 2).sum(1))
        growth = np.maximum(growth, -sides.min(1))
        self.open_lots = self.open_lots + growth
        entered = sides + growth[:, None]
        self._open(block, at, close, entered)
        return np.asarray(entered.ravel())

    def _open(self, block: Block, at: int, close: Floats, entered: Floats) -> None:
        lots = np.floor(entered[..., None] * self._shares(entered, block.weight[at]))
        lots[..., -1] = entered - lots[..., :-1].sum(-1)
        entry = np.broadcast_to(close[:, None, None], lots.shape)
        quantity = lots * self._lot[:, None, None]
        liquidation, bankruptcy = self._margin.ends(entry, block.leverage[at], quantity)
        key = np.where(lots > 0, liquidation * np.array([1.0, -1.0])[None, :, None], -np.inf)
        if self.positions.crowded():
            self.positions.hurry(self.minute + 1)
        rows = (-1, self._habits.openings)
        self.positions.open(
            key.reshape(rows),
            lots.reshape(rows),
            bankruptcy.reshape(rows),
            self._ends(lots, block.lifetime[at]).reshape(rows),
        )

    def _shares(self, entered: Floats, weight: Floats) -> Floats:
        """What part each newcomer takes; a crowd sends as many people as it takes usual sizes."""
        if not self._habits.crowd:
            return weight
        people = np.ceil(entered / self._usual[:, None] * self._habits.crowd)
        most = weight.shape[-1]
        taking = np.arange(most) >= most - np.maximum(people, 1)[..., None]
        return np.asarray(weight * taking / (weight * taking).sum(-1, keepdims=True))

    def _ends(self, lots: Floats, lifetime: Ints) -> Ints:
        """When newcomers close; in a crowd, the places of those who stayed away are free at once."""
        stayed = (lots > 0) | (not self._habits.crowd)
        return np.asarray(self.minute + np.where(stayed, lifetime, 1))

    def _feel(self, forced: Floats) -> None:
        """Forced selling presses every venue's price of the coin, forced buying lifts it."""
        sides = forced.reshape(-1, 2)
        net = (sides[:, 1] - sides[:, 0]) * self._pressing
        kick = PUSH * np.bincount(self._coin, net, self._coins) / self._depth
        self._push = self._push * PUSH_LEFT + np.clip(kick, -LARGEST_PUSH, LARGEST_PUSH)

    def _volume(
        self, block: Block, at: int, opened: Floats, close: Floats, left: Floats, entered: Floats
    ) -> Floats:
        """What is traded: by people who come and go, and by people who only trade."""
        turned = (left.reshape(-1, 2).sum(1) + entered.reshape(-1, 2).sum(1)) / 2
        busy = 1 + np.abs(close / opened - 1) * 700
        lots = np.rint(turned + self.open_lots * TURNOVER * busy * block.volume[at])
        return np.asarray(np.maximum(lots, 1) * self._lot)


def mark_range(opened: Floats, high: Floats, low: Floats, close: Floats) -> tuple[Floats, Floats]:
    """(highest, lowest) mark price of a candle of last prices."""
    top, bottom = np.maximum(opened, close), np.minimum(opened, close)
    return top + (high - top) * MARK_WICK, bottom - (bottom - low) * MARK_WICK
