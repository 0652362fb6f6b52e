"""Opens the market that was asked for."""

from bot.sandbox.market.clock import DAY_MS, HOUR_MS, MINUTE_MS, MarketClock
from bot.sandbox.market.invented.habits import USUAL, Habits
from bot.sandbox.market.invented.small_coins import small_coins
from bot.sandbox.market.invented.source import InventedSource
from bot.sandbox.market.market import Market
from bot.sandbox.market.options import MarketOptions
from bot.sandbox.market.recorded.source import RecordedSource

INVENTED_START_MS = 1_791_158_400_000  # 2026-10-05 00:00 UTC
INVENTED_HISTORY_DAYS = 5.0
RECORDED_HISTORY_SHARE = 0.65
LONGEST_HISTORY_DAYS = 30.0


def open_market(options: MarketOptions) -> Market:
    """The market with its history ready and its clock running.

    A recorded market starts where about two thirds of it lie in the past, and its clock stops at its end.
    """
    return _invented(options) if options.recording is None else _recorded(options)


def invented_market(
    options: MarketOptions, habits: Habits = USUAL, only: tuple[str, str] | None = None
) -> InventedSource:
    """The market of that seed at the beginning of its history; `only` names the one (venue, id) it has."""
    history = options.history_days or INVENTED_HISTORY_DAYS
    start, small = _start_ms(options), small_coins(options.small_coins)
    soon_ms = _soon_ms(options, start)
    return InventedSource(options.seed, start, history, habits, only, options.also, soon_ms, small)


def _soon_ms(options: MarketOptions, start_ms: int) -> int | None:
    """On a full minute, as the market lives."""
    if options.expiry_hours is None:
        return None
    return (start_ms + round(options.expiry_hours * HOUR_MS)) // MINUTE_MS * MINUTE_MS


def _start_ms(options: MarketOptions) -> int:
    return INVENTED_START_MS if options.start_ms is None else options.start_ms


def _invented(options: MarketOptions) -> Market:
    source = invented_market(options)
    start = _start_ms(options)
    source.live_until(start)
    return Market(source, MarketClock(start, options.speed))


def _recorded(options: MarketOptions) -> Market:
    assert options.recording is not None
    source = RecordedSource(options.recording, options.served_as)
    start = source.moment(RECORDED_HISTORY_SHARE) if options.start_ms is None else options.start_ms
    if not source.first_ms < start <= source.end_ms:
        raise ValueError(
            f"the recording runs from {source.first_ms} to {source.end_ms}: time cannot start at {start}"
        )
    source.forget_before(start - int((options.history_days or LONGEST_HISTORY_DAYS) * DAY_MS))
    return Market(source, MarketClock(start, options.speed, source.end_ms))
