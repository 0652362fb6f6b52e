"""What a venue lists: contracts, their units and their margin tiers."""

from dataclasses import dataclass
from datetime import UTC, datetime

VENUES = ("binance", "okx", "bybit", "gate")
CONTRACT_SIZES = {
    "okx": {"BTC": 0.01, "ETH": 0.1, "SOL": 1.0, "ZRX": 10.0},
    "gate": {"BTC": 0.0001, "ETH": 0.01, "SOL": 1.0, "ZRX": 10.0},
}
OTHER_CONTRACT_SIZE = 10.0
INVERSE_CONTRACT_SIZES = {"okx": 100.0, "bybit": 1.0}  # quote currency


@dataclass(frozen=True)
class MarginTier:
    notional_cap: float
    max_leverage: float
    maintenance_rate: float


@dataclass(frozen=True)
class Listing:
    """One contract of one venue.

    A linear one counts coins, an inverse one quote currency: `contract_size`, `lot_size` and open interest
    are in that unit, all other amounts in base coin. The tiers' caps are quote currency unless they are in
    base coin.
    """

    venue: str
    id: str
    base: str
    quote: str
    contract_size: float
    tick_size: float
    lot_size: float
    tiers: tuple[MarginTier, ...]
    listed_ms: int
    expires_ms: int | None = None
    has_open_interest: bool = True
    inverse: bool = False
    caps_in_base: bool = False

    @property
    def symbol(self) -> str:
        """The unified symbol."""
        perpetual = f"{self.base}/{self.quote}:{self.settle}"
        if self.expires_ms is None:
            return perpetual
        return f"{perpetual}-{_expiry(self.expires_ms):%y%m%d}"

    @property
    def settle(self) -> str:
        """The coin that margin is paid in."""
        return self.base if self.inverse else self.quote

    @property
    def is_perpetual(self) -> bool:
        return self.expires_ms is None

    @property
    def max_leverage(self) -> float:
        return self.tiers[0].max_leverage

    @property
    def deductions(self) -> tuple[float, ...]:
        """The maintenance amount that each tier lets off, so that margin is continuous over the tiers."""
        amounts = [0.0]
        for lower, upper in zip(self.tiers, self.tiers[1:], strict=False):
            step = lower.notional_cap * (upper.maintenance_rate - lower.maintenance_rate)
            amounts.append(amounts[-1] + step)
        return tuple(amounts)

    def contracts(self, coins: float, price: float) -> float:
        """How many contracts so many coins are at a price."""
        return coins * price / self.contract_size if self.inverse else coins / self.contract_size

    def coins(self, counted: float, price: float) -> float:
        """What the contract counts, as coins at a price."""
        return counted / price if self.inverse else counted


def _expiry(expires_ms: int) -> datetime:
    return datetime.fromtimestamp(expires_ms / 1000, UTC)


def contract_id(venue: str, base: str, quote: str, expires_ms: int | None = None) -> str:
    """The id that a venue gives to a contract."""
    if venue == "okx":
        ending = "SWAP" if expires_ms is None else f"{_expiry(expires_ms):%y%m%d}"
        return f"{base}-{quote}-{ending}"
    if venue == "gate":
        return f"{base}_{quote}" if expires_ms is None else f"{base}_{quote}_{_expiry(expires_ms):%Y%m%d}"
    if expires_ms is None:
        return f"{base}{quote}"
    if venue == "bybit":
        return f"{base}{quote}-{_expiry(expires_ms):%d%b%y}".upper()
    return f"{base}{quote}_{_expiry(expires_ms):%y%m%d}"


def contract_size(venue: str, base: str) -> float:
    sizes = CONTRACT_SIZES.get(venue)
    return 1.0 if sizes is None else sizes.get(base, OTHER_CONTRACT_SIZE)
