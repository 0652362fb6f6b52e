"""The map: how much would be force-closed at which distance from price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from bot.liquidation.absence import Absence
from bot.liquidation.expiry import Expiry
from bot.liquidation.side import Side

Floats = NDArray[np.float64]

DISTANCE_BIN = 5e-4  # log-distance
DISTANCE_BINS = 400  # a side, so a map reaches 20 % in log-distance
LEVERAGE_BANDS = ("≤10x", "10–25x", "25–50x", ">50x")


@dataclass(frozen=True)
class VenueMap:
    """One venue's share of a map, counted outward from that venue's own mark price.

    `mass` has shape (2 sides, 4 leverage bands, DISTANCE_BINS), in base coin: mass[Side.LONG, b, i] is
    liquidated when price falls by a log-distance in [i, i+1) * DISTANCE_BIN, mass[Side.SHORT, b, i] when it
    rises by that much.
    """

    venue: str
    market_id: str
    price: float
    as_of_ms: int  # end of the last candle it rests on
    open_interest_base: float
    hourly_range: float  # mean (high - low) of an hour over the last day, in log price
    mass: Floats
    lump_base: float = 0.0  # the position that an average coin is liquidated with; 0 where nobody knows
    open_interest_ms: int | None = None  # when its open interest was told; None where that is its last candle

    @property
    def interest_as_of_ms(self) -> int:
        return self.as_of_ms if self.open_interest_ms is None else self.open_interest_ms

    @property
    def rests_on_ms(self) -> int:
        """Stamp of the older of what it rests on: candles and open interest."""
        return min(self.as_of_ms, self.interest_as_of_ms)

    def moved_by(self, step: float) -> VenueMap:
        """The same levels after the price moved by `step` in log price; what it crossed is gone."""
        edges = np.arange(DISTANCE_BINS + 1) * DISTANCE_BIN
        mass = np.empty_like(self.mass)
        for side in Side:
            for band, quantity in enumerate(self.mass[side]):
                crossed = np.concatenate([[0.0], np.cumsum(quantity)])
                mass[side, band] = np.diff(np.interp(edges + side.sign * step, edges, crossed))
        return replace(self, price=float(self.price * np.exp(step)), mass=mass)


@dataclass(frozen=True)
class LiquidationMap:
    """The venues' maps of one symbol together, on log-distance from the reference price."""

    symbol: str
    price: float  # reference price: the median of the venues' mark prices
    window: str  # "all" or what was asked, e.g. "7d"
    venues: tuple[VenueMap, ...]
    missing: tuple[str, ...] = ()  # venues that were asked and have no share in it
    reasons: Mapping[str, Absence] = field(default_factory=dict)  # missing venue -> why
    ages: tuple[tuple[int, float], ...] = ()  # (span in ms, share of the mass opened within it), ascending
    priced_ms: int | None = None  # stamp of the price; None where it is the last candle's
    late: frozenset[str] = frozenset()  # venues whose share rests on old data
    doubted: Mapping[str, float] = field(default_factory=dict)  # venue left out -> fraction its price is off
    expiry: Expiry | None = None  # of a dated contract
    loading: Mapping[str, float] = field(default_factory=dict)  # venue -> share of its history read so far

    @property
    def as_of_ms(self) -> int:
        """The newest candle; the ages of late shares are told apart from it."""
        return max(venue.as_of_ms for venue in self.venues)

    @property
    def price_stamp_ms(self) -> int:
        return self.as_of_ms if self.priced_ms is None else self.priced_ms

    @property
    def oldest_interest(self) -> VenueMap:
        """The share whose open interest is the oldest."""
        return min(self.venues, key=lambda venue: venue.interest_as_of_ms)

    @property
    def late_venues(self) -> tuple[VenueMap, ...]:
        return tuple(venue for venue in self.venues if venue.venue in self.late)

    @property
    def open_interest_base(self) -> float:
        return sum(venue.open_interest_base for venue in self.venues)

    @property
    def hourly_range(self) -> float:
        return float(np.mean([venue.hourly_range for venue in self.venues]))

    @property
    def mass(self) -> Floats:
        """Shape (2, 4, DISTANCE_BINS): all venues, by side and leverage band, base coin."""
        return np.asarray(np.sum([venue.mass for venue in self.venues], axis=0))

    @property
    def profile(self) -> Floats:
        """Shape (2, DISTANCE_BINS): all venues and leverage bands, base coin."""
        return np.asarray(self.mass.sum(axis=1))

    def shares(self) -> dict[str, float]:
        """Each venue's share of the open interest behind the map."""
        total = self.open_interest_base
        return {venue.venue: venue.open_interest_base / total for venue in self.venues}

    def at_price(self, price: float, stamp_ms: int) -> LiquidationMap:
        """The map as it looks from a newer mark price: closer on one side, farther on the other."""
        step = float(np.log(price / self.price))
        moved = tuple(venue.moved_by(step) for venue in self.venues)
        return replace(self, price=price, venues=moved, priced_ms=stamp_ms)

    def only(self, venues: Iterable[str]) -> LiquidationMap:
        wanted = set(venues)
        return replace(self, venues=tuple(venue for venue in self.venues if venue.venue in wanted))

    def without(self, reasons: Mapping[str, Absence]) -> LiquidationMap:
        """Without these venues, which are missing for the reasons told; the price stays."""
        rest = self.only(venue.venue for venue in self.venues if venue.venue not in reasons)
        missing = tuple(dict.fromkeys((*self.missing, *reasons)))
        return replace(rest, missing=missing, reasons={**self.reasons, **reasons})

    def mass_to(self, side: Side, price: float) -> float:
        """Base coin of a side between the reference price and another price; 0 for one on the wrong side."""
        if not self.venues:
            return 0.0
        reach = side.sign * float(np.log(price / self.price))
        cumulative = np.concatenate([[0.0], np.cumsum(self.profile[side])])
        return float(np.interp(reach, np.arange(DISTANCE_BINS + 1) * DISTANCE_BIN, cumulative))

    def price_at(self, side: Side, distance: float) -> float:
        """The price a log-distance away from the reference price on that side."""
        return float(self.price * np.exp(side.sign * distance))


def line_of(found: LiquidationMap, bins: int = 200) -> dict[str, object]:
    """The map as one JSON line of the `estimate` format, ±`bins` * DISTANCE_BIN around the price."""
    distance = np.arange(-bins, bins + 1) * DISTANCE_BIN
    empty = np.zeros(bins)
    profile = found.profile[:, :bins]
    return {
        "timestamp_ms": found.as_of_ms,
        "price": found.price,
        "edges": (found.price * np.exp(distance)).tolist(),
        "long_base": np.concatenate([profile[Side.LONG][::-1], empty]).tolist(),
        "short_base": np.concatenate([empty, profile[Side.SHORT]]).tolist(),
    }
