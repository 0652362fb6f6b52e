"""Numbers and names as a picture writes them: short, and always English."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal

from bot.charts.lettering import has_letters

_DOLLARS = frozenset({"USD", "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "USDE", "USD1"})
_VENUES = {
    "binance": "Binance",
    "okx": "OKX",
    "bybit": "Bybit",
    "bitget": "Bitget",
    "gate": "Gate",
    "hyperliquid": "Hyperliquid",
    "deribit": "Deribit",
}
_SCALES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))
_WINDOWS = {"all": "all open"}


def printable(text: str, limit: int = 40) -> str:
    """A character that the font lacks is written as its number: "U+5E01"."""
    plain = " ".join("".join(map(_drawable, text)).split())
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def _drawable(letter: str) -> str:
    if not letter.isprintable():
        return " "
    return letter if has_letters(letter) else f"U+{ord(letter):04X}"


def pair(symbol: str) -> str:
    """ "BTC/USDT" for BTC/USDT:USDT; an expiry stays, a coin as margin is named."""
    traded, _, settled = symbol.partition(":")
    settle, _, expiry = settled.partition("-")
    name = f"{traded} {expiry}" if expiry else traded
    inverse = settle and settle == traded.partition("/")[0]
    return printable(f"{name} (coin-margined)" if inverse else name)


def venue(name: str) -> str:
    return printable(_VENUES.get(name, name), 20)


def zone_id(name: str) -> str:
    return printable(name, 8)


def window(name: str) -> str:
    return _WINDOWS.get(name, printable(name, 12))


def step_decimals(step: float) -> int:
    """Decimals that whole multiples of a step need: 0.25 -> 2, 500 -> 0."""
    exponent = Decimal(f"{step:.10g}").normalize().as_tuple().exponent if step > 0 else -12
    return max(0, -int(exponent))


def decimals(price: float, tick_size: float) -> int:
    """As many as the market has, but no more than five digits of a price."""
    before_point = math.floor(math.log10(price)) + 1 if price > 0 else 1
    return min(step_decimals(tick_size), max(0, 5 - before_point))


def price(value: float, tick_size: float) -> str:
    return f"{value:,.{decimals(value, tick_size)}f}"


def stretch(low: float, high: float, tick_size: float) -> str:
    ends = [f"{value:,.{decimals(high, tick_size)}f}" for value in (low, high)]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def short_stretch(low: float, high: float, tick_size: float) -> str:
    """The second end without the digits that it shares: "0.000012144–187"."""
    first, last = (f"{value:,.{decimals(high, tick_size)}f}" for value in (low, high))
    if first == last or len(first) != len(last):
        return stretch(low, high, tick_size)
    differs = next(at for at in range(len(last)) if first[at] != last[at])
    after_point = last.find(".") + 1
    return (
        f"{first}–{last[min(differs, len(last) - 3) :]}" if 0 < after_point <= differs else f"{first}–{last}"
    )


def signed_percent(fraction: float) -> str:
    percent = abs(fraction) * 100
    sign = "+" if fraction > 0 else "−" if fraction < 0 else ""
    return f"{sign}{percent:.{2 if percent < 0.095 else 1}f}%"


def fine_percent(fraction: float) -> str:
    """Unsigned, for how far apart two prices are: "0.003%", "1.24%"."""
    percent = abs(fraction) * 100
    return f"{percent:.{3 if percent < 0.1 else 2}f}%"


def tick_percent(percent: float) -> str:
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return f"{sign}{abs(percent):g}%"


def share(fraction: float) -> str:
    return "<1%" if 0 < fraction < 0.005 else f"{fraction * 100:.0f}%"


def amount(value: float) -> str:
    """Two digits: no more is known."""
    if value < 1e-9 or not math.isfinite(value):
        return "0"
    rounded = float(f"{value:.1e}")
    scale, suffix = next((s for s in _SCALES if rounded >= s[0]), (1.0, ""))
    return f"{Decimal(f'{rounded / scale:.2g}'):f}{suffix}"


def currency(symbol: str) -> str:
    quote = symbol.partition("/")[2].partition(":")[0]
    return "$" if not quote or quote in _DOLLARS else printable(quote, 8)


def money(symbol: str, value: float) -> str:
    return f"${amount(value)}" if currency(symbol) == "$" else amount(value)


def age(age_ms: int) -> str:
    seconds = max(0, age_ms) // 1000
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    large, unit, small, part = (3600, "h", 60, "min") if seconds < 86400 else (86400, "d", 3600, "h")
    rest = seconds % large // small
    return f"{seconds // large} {unit}" + (f" {rest} {part}" if rest else "")


def moment(stamp_ms: int) -> str:
    """With the date: a picture may be looked at long after it was forwarded."""
    return datetime.fromtimestamp(stamp_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
