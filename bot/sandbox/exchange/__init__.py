"""The loopback exchange: one market, spoken in the venues' dialects."""

from bot.sandbox.exchange.routes import add_exchange

__all__ = ["add_exchange"]
