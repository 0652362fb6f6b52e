"""/liq, /stop and /target: questions about one position; nothing of them is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.liquidation.contract import Contract
from bot.liquidation.position import Position
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.telegram.asking import Answer, Asking
from bot.telegram.position_words import PositionWords, position_words
from bot.telegram.reading import no_symbol, read
from bot.telegram.room import Room
from bot.wording import misreadings
from bot.wording import position_problems as problems
from bot.wording.buttons import Keyboard, in_rows, key, map_line, rows
from bot.wording.position_text import Asked, liq_text, stop_text, target_text
from bot.wording.refusal import Refusal

FARTHEST = 5.0  # times the price, or below it: an entry beyond is a slip
OFFERED = ("5x", "10x", "25x", "50x", "100x")


async def answer_liq(room: Room, asking: Asking) -> Answer:
    question = await _understood(room, asking, "liq")
    leverage, symbol = question.words.leverage, question.symbol
    if leverage is None:
        keys = [key(one, question.line(replace(question.words, leverage=float(one[:-1])))) for one in OFFERED]
        raise Refusal(problems.which_leverage(symbol), rows(*in_rows(keys, 3)))
    contracts = question.contracts
    offered = {venue: contract.max_leverage for venue, contract in contracts.items()}
    if leverage > max(offered.values()):
        highest = f"{max(offered.values()):g}x"
        again = question.line(replace(question.words, leverage=max(offered.values())))
        raise Refusal(problems.leverage_not_offered(symbol, leverage, offered), rows((key(highest, again),)))
    asked = question.asked()
    return Answer(liq_text(question.shown, asked, contracts), question.others("liq"))


async def answer_stop(room: Room, asking: Asking) -> Answer:
    question = await _understood(room, asking, "sl")
    text = stop_text(question.shown, question.asked(), question.contracts)
    return Answer(text, (*question.read_otherwise(), *question.others("sl")))


async def answer_target(room: Room, asking: Asking) -> Answer:
    question = await _understood(room, asking, "target")
    return Answer(target_text(question.shown, question.asked()), question.others("target"))


@dataclass(frozen=True)
class _Question:
    """A line that was understood."""

    command: str  # as buttons carry it
    symbol: str
    venue: str | None
    words: PositionWords
    shown: Snapshot
    contracts: Mapping[str, Contract]  # of the venues shown
    notes: tuple[str, ...] = ()  # what was left aside

    @property
    def entry(self) -> float:
        return self.shown.found.price if self.words.entry is None else self.words.entry

    @property
    def stop(self) -> float | None:
        """As typed, or so far on the losing side."""
        words = self.words
        if words.stop is not None or words.stop_away is None or words.side is None:
            return words.stop
        return self.entry * (1 + words.side.sign * words.stop_away)

    @property
    def side(self) -> Side | None:
        if self.words.side is not None or self.stop is None:
            return self.words.side
        return Side.LONG if self.stop < self.entry else Side.SHORT

    def asked(self) -> Asked:
        """Raises Refusal for what no position can be."""
        side, entry, stop, words = self._checked_side(), self.entry, self.stop, self.words
        self._check(side, entry, stop)
        tick_size = self.shown.tick_size
        readings = [problems.entry_now() if words.entry is None else problems.read_as_entry(entry, tick_size)]
        readings += [problems.read_as_stop(stop, tick_size)] if stop is not None else []
        readings += [problems.side_from_stop(side)] if words.side is None else []
        position = Position(side, entry, words.leverage, stop)
        return Asked(position, (*self.notes, " ".join(readings)), words.risk)

    def _checked_side(self) -> Side:
        if self.side is not None:
            return self.side
        keys = [key(side.word.capitalize(), self.line(replace(self.words, side=side))) for side in Side]
        raise Refusal(problems.which_side(self.symbol), rows(tuple(keys)))

    def _check(self, side: Side, entry: float, stop: float | None) -> None:
        words, price = self.words, self.shown.found.price
        if words.stop_away is not None and not 0 < words.stop_away < 1:
            raise Refusal(problems.stop_too_far(words.stop_away))
        if entry <= 0 or (stop is not None and stop <= 0):
            raise Refusal(problems.not_a_price())
        if not price / FARTHEST <= entry <= price * FARTHEST:
            sentence = problems.far_from_price(self.symbol, entry, price, self.shown.tick_size)
            raise Refusal(sentence, self._nearer(entry, price))
        if stop is not None and (stop - entry) * side.sign <= 0:
            other = Side.SHORT if side is Side.LONG else Side.LONG
            again = key(other.word.capitalize(), self.line(replace(words, side=other)))
            raise Refusal(
                problems.stop_on_wrong_side(side, entry, stop, self.shown.tick_size),
                rows((again,)) if stop != entry else (),
            )
        if words.risk is not None and not (words.risk.amount or words.risk.share or 0.0) > 0:
            raise Refusal(problems.risk_of_nothing())

    def _nearer(self, entry: float, price: float) -> Keyboard:
        """The same with the digits moved to where the price is: 97.200 is often 97,200."""
        for factor in (1000.0, 10.0, 100.0, 0.1, 0.01, 0.001):
            if price / 1.5 <= entry * factor <= price * 1.5:
                moved = float(f"{entry * factor:.10g}")
                return rows((key(f"{moved:,.10g}", self.line(replace(self.words, entry=moved))),))
        return rows((key("At the price now", self.line(replace(self.words, entry=None))),))

    def line(self, words: PositionWords, command: str | None = None) -> str:
        """The question with other words."""
        return _line(command or self.command, self.symbol, self.venue, words)

    def read_otherwise(self) -> Keyboard:
        """A lone price on the losing side of the price now may have been meant as the stop."""
        words, price = self.words, self.shown.found.price
        if words.entry is None or words.side is None or words.stop is not None or words.stop_away is not None:
            return ()
        if (words.entry - price) * words.side.sign <= 0:
            return ()
        meant = replace(words, entry=None, stop=words.entry)
        return rows((key(f"I meant a stop at {words.entry:,.10g}", self.line(meant)),))

    def others(self, command: str) -> Keyboard:
        """The other questions about the same position."""
        words = replace(self.words, side=self.side)
        keys = [
            key(text, self.line(words, name))
            for name, text in (("liq", "Liquidation"), ("sl", "Stop"), ("target", "Targets"))
            if name != command
        ]
        return rows(tuple(keys), (key("Map", map_line(self.symbol)), key("Zones", f"zones {self.symbol}")))


def _line(command: str, symbol: str, venue: str | None, words: PositionWords) -> str:
    """A question as a button carries it; a risk that was stated does not fit in there."""
    parts = [command, symbol, venue or ""]
    parts += [f"{words.leverage:g}x"] if words.leverage is not None else []
    parts += [words.side.word] if words.side is not None else []
    parts += [f"{words.entry:.10g}"] if words.entry is not None else []
    parts += [f"stop {words.stop:.10g}"] if words.stop is not None else []
    parts += [f"stop {100 * words.stop_away:.6g}%"] if words.stop_away is not None else []
    return " ".join(part for part in parts if part)


async def _understood(room: Room, asking: Asking, command: str) -> _Question:
    """Raises Refusal for the first thing that cannot be followed."""
    words = position_words(asking.line)
    if words.twice:
        raise Refusal(problems.which_one(words.twice[0]))
    if words.unread:
        raise Refusal(problems.what_is(words.unread))
    if words.leverage is not None and words.leverage < 1:
        raise Refusal(problems.leverage_too_low(words.leverage))
    request = read(words.rest, command)

    def ask(choice: str) -> str:
        return _line(command, choice, request.venue, words)

    if request.symbol_text is None:
        missing = no_symbol(command, room.market, ask)
        raise Refusal(problems.stop_of_what(), missing.keyboard) if command == "sl" else missing
    symbol, venue = room.market.find(request.symbol_text, ask)
    venue = request.venue or venue
    shown = await room.market.view(symbol, venue=venue)
    contracts = room.market.contracts(symbol)
    shares = [share.venue for share in shown.found.venues]
    known = {name: contracts[name] for name in shares if name in contracts}
    if not known:
        raise Refusal(problems.no_contract(symbol))
    notes = (misreadings.zones_have_no_window(request.window),) if request.window else ()
    return _Question(command, symbol, venue, words, shown, known, notes)
