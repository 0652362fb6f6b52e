"""What people type about a push of price: up or down, so far, to a price, to a zone."""

from __future__ import annotations

from dataclasses import dataclass

from bot.liquidation.side import Side
from bot.telegram.vocabulary import DOWN_WORDS, UP_WORDS, ZONE_WORDS
from bot.telegram.word_shapes import distance_of, plain_number_of, zone_of
from bot.telegram.words import command_of, words_of


@dataclass(frozen=True)
class PushWords:
    """What was said of the push; `rest` is the line without it."""

    rest: str
    sides: tuple[
        Side, ...
    ] = ()  # whose liquidations it sets off: longs when price falls, shorts when it rises
    distances: tuple[float, ...] = ()  # fractions of price; below 0 is down
    prices: tuple[float, ...] = ()
    zones: tuple[str, ...] = ()

    @property
    def is_one(self) -> bool:
        """One push at most was said, however."""
        said = len(set(self.distances)) + len(set(self.prices)) + len(set(self.zones))
        return said <= 1 and len(set(self.sides)) <= 1


def push_words(text: str) -> PushWords:
    """ "btc down 2%", "btc 95000", "btc Z42", in any order."""
    words, _ = words_of(text)
    rest, sides, distances, prices, zones = [], [], [], [], []
    for place, word in enumerate(words):
        plain = word.casefold()
        if place == 0 and command_of(word):
            rest.append(word)
        elif plain in UP_WORDS or plain in DOWN_WORDS:
            sides.append(Side.SHORT if plain in UP_WORDS else Side.LONG)
        elif (zone := zone_of(word)) is not None:
            zones.append(zone)
        elif (distance := distance_of(word)) is not None:
            distances.append(-abs(distance) if word.startswith(("-", "−")) else distance)
        elif (price := plain_number_of(word)) is not None:
            prices.append(price)
        elif plain not in ZONE_WORDS:
            rest.append(word)
    return PushWords(" ".join(rest), tuple(sides), tuple(distances), tuple(prices), tuple(zones))
