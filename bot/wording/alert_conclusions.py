"""The first line of an alert, and what follows from it, by kind."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.rules.kinds import Kind
from bot.rules.telling import Reason, Telling
from bot.wording.escape import escaped
from bot.wording.numbers import percent_text, range_text, rough_text
from bot.wording.pair import base_of
from bot.wording.sides import WORDS, SideWords


@dataclass(frozen=True)
class Conclusion:
    claim: str  # after "BTC 97,200: "
    consequence: str


def conclusion(symbol: str, telling: Telling, tick_size: float) -> Conclusion:
    """Neither is escaped further: what came from outside is escaped in here."""
    about = _About(symbol, telling, tick_size)
    return _BY_KIND[telling.kind](about)


@dataclass(frozen=True)
class _About:
    symbol: str
    telling: Telling
    tick_size: float

    @property
    def words(self) -> SideWords:
        return WORDS[self.telling.side if self.telling.side is not None else Side.LONG]

    @property
    def stretch(self) -> str:
        return range_text(self.telling.low, self.telling.high, self.tick_size)

    @property
    def zone(self) -> str:
        """ "longs' zone Z42 (95,900–96,200)"."""
        name = escaped(self.telling.zone.id, 12) if self.telling.zone else ""
        return f"{self.words.plural}' zone {name} ({self.stretch})"

    @property
    def amount(self) -> str:
        least = "at least " if self.telling.at_least else ""
        return f"{least}{rough_text(self.telling.amount_base)} {base_of(self.symbol)}"

    @property
    def away(self) -> str:
        return f"{percent_text(self.telling.distance)} {self.words.where}"


def _near(about: _About) -> Conclusion:
    telling, words = about.telling, about.words
    if telling.zone is not None and telling.zone.passed(telling.price):
        return Conclusion(
            f"went right through {about.zone}",
            f"Price jumped across it: what is estimated there met its level ({words.orders}).",
        )
    if telling.inside:
        return Conclusion(f"already inside {about.zone}", _if_further(words))
    name = escaped(telling.zone.id, 12) if telling.zone else ""
    claim = f"{words.plural}' zone {name} begins {about.away} ({about.stretch})"
    return Conclusion(
        claim, f"If price {words.moves} to it, {words.plural} are force-closed by {words.order}."
    )


def _if_further(words: SideWords) -> str:
    return f"If price {words.moves} further through it, {words.plural} are force-closed by {words.order}."


def _steep(about: _About) -> Conclusion:
    telling, words = about.telling, about.words
    where = "stands in" if telling.inside else f"{about.away} begins"
    steeper = f"steeper than {telling.ratio:.0f}% of this pair's hours of up to 30 days"
    return Conclusion(
        f"{where} the steepest stretch of {words.plural} ({about.stretch})",
        f"If price {words.moves} through it, {words.orders} mount fastest there: {steeper}.",
    )


def _entered(about: _About) -> Conclusion:
    return Conclusion(f"entered {about.zone}", _if_further(about.words))


def _swept(about: _About) -> Conclusion:
    telling, words = about.telling, about.words
    if telling.amount_base > 0:
        told = f"Confirmed: venues reported {about.amount} of {words.plural} force-closed in it."
    else:
        told = "Not confirmed: no venue has reported liquidations in it so far."
    return Conclusion(f"swept {about.zone}", told)


def _returned(about: _About) -> Conclusion:
    return Conclusion(
        f"came back through {about.zone}, which was swept",
        "What follows a sweep differs from case to case: /score says how often price turned.",
    )


def _new(about: _About) -> Conclusion:
    words, zone = about.words, about.telling.zone
    name = escaped(zone.id, 12) if zone else ""
    return Conclusion(
        f"a new zone of {words.plural}, {name}, {about.away} ({about.stretch})",
        f"If price {words.moves} to it, {words.plural} are force-closed by {words.order}.",
    )


def _gap(about: _About) -> Conclusion:
    left = about.telling.reason is Reason.ENDED
    return Conclusion(
        f"{'left' if left else 'entered'} a quiet gap ({about.stretch})",
        "Few forced orders are estimated in a gap. It says nothing of how deep the order book is.",
    )


def _thin(about: _About) -> Conclusion:
    return Conclusion(
        f"thin book before {about.zone}",
        f"The zone is estimated at {about.telling.ratio:.1f} times what the order books show before it now; "
        "orders in a book come and go.",
    )


def _narrow(about: _About) -> Conclusion:
    calm = f"calmer than {100 - about.telling.ratio:.0f}% of up to 30 days before"
    return Conclusion(
        f"narrow range beside {about.zone}, {about.away}",
        f"The last hours were {calm}. That says nothing of the direction of what follows.",
    )


def _burst(about: _About) -> Conclusion:
    words = about.words
    if about.telling.reason is Reason.ENDED:
        return Conclusion(
            "the burst of liquidations is over", "Reported liquidations are back to a third or less of it."
        )
    grown = "has grown" if about.telling.reason is Reason.ESCALATED else "of realised liquidations"
    return Conclusion(
        f"a burst {grown}: {about.amount} in the last minutes, most of them {words.plural} ({words.orders})",
        f"That is {about.telling.ratio:.1f} times what 99% of such stretches of the last days stayed below.",
    )


_BY_KIND = {
    Kind.NEAR: _near,
    Kind.STEEP: _steep,
    Kind.ENTERED: _entered,
    Kind.SWEPT: _swept,
    Kind.RETURNED: _returned,
    Kind.NEW: _new,
    Kind.GAP: _gap,
    Kind.THIN: _thin,
    Kind.NARROW: _narrow,
    Kind.BURST: _burst,
}
