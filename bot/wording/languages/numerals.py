"""How a language writes prices, percents, amounts, ages and windows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.wording import numbers
from bot.wording.escape import escaped

_DOLLARS = frozenset({"USD", "USDT", "USDC", "FDUSD", "BUSD", "TUSD", "DAI", "USDE", "USD1"})
_WINDOW = re.compile(r"(\d+)([hdy])")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,](?=\d)")


@dataclass(frozen=True)
class Numerals:
    decimal: str
    group: str  # between thousands
    scales: numbers.Scales  # of amounts, from the largest down
    dollars: str
    money: str  # in another currency
    under: str
    seconds: str
    minutes: str
    hours: str
    days: str
    age_joint: str  # between two units of an age
    window_hours: str
    window_days: str
    window_years: str
    everything: str  # the window that is none

    def price(self, price: float, tick_size: float) -> str:
        return self._marked(numbers.price_text(price, tick_size))

    def stretch(self, low: float, high: float, tick_size: float) -> str:
        """From one price to another."""
        return self._marked(numbers.range_text(low, high, tick_size))

    def percent(self, fraction: float) -> str:
        return self._marked(numbers.percent_text(fraction))

    def signed_percent(self, fraction: float) -> str:
        return self._marked(numbers.signed_percent_text(fraction))

    def exact_percent(self, fraction: float) -> str:
        return self._marked(numbers.exact_percent_text(fraction))

    def whole_percent(self, fraction: float) -> str:
        """For shares: "46%", "under 1%" for what is there but small."""
        if 0 < fraction < 0.005:
            return self.under.format(percent="1%")
        return numbers.whole_percent_text(fraction)

    def fine_percent(self, fraction: float) -> str:
        """Unsigned, for how far apart two prices are: "0.003%", "1.24%"."""
        return self._marked(numbers.fine_percent_text(fraction))

    def fixed(self, value: float, decimals: int) -> str:
        return self._marked(f"{value:.{decimals}f}")

    def quantity(self, value: float) -> str:
        """Two digits, for what is known within a factor of two."""
        return self._marked(numbers.quantity_text(value, digits=2, scales=self.scales))

    def amount(self, symbol: str, amount: float) -> str:
        """ "≈$410M"; for a quote that is no dollar "≈410M EUR"."""
        quote = symbol.partition("/")[2].partition(":")[0]
        template = self.dollars if not quote or quote in _DOLLARS else self.money
        return template.format(amount=self.quantity(amount), quote=escaped(quote, 12))

    def age(self, age_ms: int) -> str:
        """ "42 s", "2 h 5 min"; what lies ahead counts as 0 s."""
        units = {"s": self.seconds, "min": self.minutes, "h": self.hours, "d": self.days}
        parts = [units[unit].format(count=count) for count, unit in numbers.age_parts(age_ms)]
        return self.age_joint.join(parts)

    def window(self, window: str) -> str:
        if window == "all":
            return self.everything
        read = _WINDOW.fullmatch(window)
        if read is None:
            return escaped(window, 12)
        units = {"h": self.window_hours, "d": self.window_days, "y": self.window_years}
        return units[read[2]].format(count=read[1])

    def _marked(self, english: str) -> str:
        """Signs between digits only: the point of an abbreviated word is no decimal point."""
        return _BETWEEN_DIGITS.sub(lambda sign: self.group if sign[0] == "," else self.decimal, english)
