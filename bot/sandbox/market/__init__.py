"""The market that the sandbox exchange serves: invented from a seed, or played from a recording."""

from bot.sandbox.market.export import export_invented
from bot.sandbox.market.market import Market
from bot.sandbox.market.opening import open_market
from bot.sandbox.market.options import MarketOptions

__all__ = ["Market", "MarketOptions", "export_invented", "open_market"]
