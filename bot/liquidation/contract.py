"""A futures contract of one venue and its margin tiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from bot.liquidation.feed import Feed

HIGHEST_RATE = 0.5  # of notional; the last tier of Binance's tables asks for it at leverage 1


class TierError(ValueError):
    """A margin table that cannot be used; the text names row and field, row 0 being the first tier."""

    def __init__(self, row: int, field: str, what: str) -> None:
        super().__init__(row, field, what)
        self.row = row
        self.field = field
        self.what = what

    def __str__(self) -> str:
        return f"tiers[{self.row}]: {self.field} {self.what}"


@dataclass(frozen=True)
class Tier:
    """One row of a venue's margin table, in ascending order of its cap."""

    notional_cap: float  # quote currency, or base coin where the contract says so
    max_leverage: float
    maintenance_rate: float  # fraction of notional, e.g. 0.004


@dataclass(frozen=True)
class Contract:
    """Raises TierError for a margin table that is empty, out of order or out of range."""

    venue: str  # binance, okx, bybit, gate
    market_id: str  # the venue's own id, e.g. BTC-USDT-SWAP
    symbol: str  # ccxt's unified symbol, e.g. BTC/USDT:USDT
    tick_size: float
    tiers: tuple[Tier, ...]
    inverse: bool = False
    closing_fee: float = 0.0  # counted in the liquidation price on OKX only
    caps_in_base: bool = False  # OKX counts linear contracts, Bybit inverse ones, in coins
    feed: Feed = Feed.PARTIAL  # how much of its liquidations the venue tells
    tiers_from: str = ""  # where the margin table comes from, in words that a chat may read
    tiers_read_ms: int = 0  # when the venue told it, market time; 0 for one that stands in
    tiers_trouble: str = ""  # why a better table was not used

    def __post_init__(self) -> None:
        check_tiers(self.tiers, self.closing_fee)

    @property
    def base(self) -> str:
        return self.symbol.partition("/")[0]

    @property
    def max_leverage(self) -> float:
        return max(tier.max_leverage for tier in self.tiers)

    @property
    def first_maintenance_rate(self) -> float:
        return self.tiers[0].maintenance_rate


def check_tiers(tiers: Sequence[Tier], closing_fee: float = 0.0) -> None:
    """Raises TierError naming the first row and field that no venue can mean.

    Refused: no rows; a number that is not finite; a cap that is not positive; leverage below 1; a rate not
    above 0 or above 0.5; initial margin (1 / leverage) that does not exceed what liquidates (rate and fee);
    from one row to the next a cap that does not rise, leverage that rises or a rate that falls.
    """
    if not tiers:
        raise TierError(0, "row", "is missing: the margin table is empty")
    for row, tier in enumerate(tiers):
        _check_range(row, tier, closing_fee)
    for row, (below, above) in enumerate(pairwise(tiers), 1):
        _check_order(row, below, above)


def _check_range(row: int, tier: Tier, closing_fee: float) -> None:
    for field, value in vars(tier).items():
        if not isfinite(value):
            raise TierError(row, field, f"is {value}")
    if tier.notional_cap <= 0:
        raise TierError(row, "notional_cap", f"{tier.notional_cap:g} is not positive")
    if tier.max_leverage < 1:
        raise TierError(row, "max_leverage", f"{tier.max_leverage:g} is below 1")
    if not 0 < tier.maintenance_rate <= HIGHEST_RATE:
        raise TierError(
            row, "maintenance_rate", f"{tier.maintenance_rate:g} is not between 0 and {HIGHEST_RATE}"
        )
    if tier.max_leverage * (tier.maintenance_rate + closing_fee) >= 1:
        what = (
            f"{tier.max_leverage:g} is liquidated at once by a maintenance rate of {tier.maintenance_rate:g}"
        )
        raise TierError(row, "max_leverage", what)


def _check_order(row: int, below: Tier, above: Tier) -> None:
    wrong = {
        "notional_cap": above.notional_cap <= below.notional_cap,
        "max_leverage": above.max_leverage > below.max_leverage,
        "maintenance_rate": above.maintenance_rate < below.maintenance_rate,
    }
    for field in (field for field, is_wrong in wrong.items() if is_wrong):
        raise TierError(row, field, f"{getattr(above, field):g} does not follow {getattr(below, field):g}")
