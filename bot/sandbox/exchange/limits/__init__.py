"""What the venues let one address ask, counted in wall time and enforced on demand."""

from bot.sandbox.exchange.limits.limits import Limits

__all__ = ["Limits"]
