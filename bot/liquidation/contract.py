"""A futures contract of one venue and its margin tiers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """One row of a venue's margin table, in ascending order of its cap."""

    notional_cap: float  # quote currency
    max_leverage: float
    maintenance_rate: float  # fraction of notional, e.g. 0.004


@dataclass(frozen=True)
class Contract:
    venue: str  # binance, okx, bybit
    market_id: str  # the venue's own id, e.g. BTC-USDT-SWAP
    symbol: str  # ccxt's unified symbol, e.g. BTC/USDT:USDT
    tick_size: float
    tiers: tuple[Tier, ...]
    inverse: bool = False
    closing_fee: float = 0.0  # counted in the liquidation price on OKX only

    @property
    def base(self) -> str:
        return self.symbol.partition("/")[0]

    @property
    def max_leverage(self) -> float:
        return max(tier.max_leverage for tier in self.tiers)

    @property
    def first_maintenance_rate(self) -> float:
        return self.tiers[0].maintenance_rate
