"""/status: every series of every venue, in plain words."""

from __future__ import annotations

from told_maps import NOW_MS, plain_of

from bot.liquidation.data_quality import Limits, Quality, Series, VenueQuality, judged
from bot.wording.status import PairStatus, QueueStatus, Status, VenueStatus, status_text

MINUTE = 60_000
BTC, ETH = "BTC/USDT:USDT", "ETH/USDT:USDT"


def pair(
    symbol: str = BTC,
    candles: float | None = 0.7,
    interest: float = 1,
    mark: float | None = 0.05,
    heard: float | None = 0.02,
    off: float | None = None,
    doubted: float | None = None,
    trouble: str = "",
    loaded: float | None = None,
) -> PairStatus:
    """Ages in minutes."""

    def stamp(age: float | None) -> int | None:
        return None if age is None else NOW_MS - round(age * MINUTE)

    limits = Limits()
    series: dict[Series, Quality] = {
        Series.CANDLES: judged(stamp(candles), NOW_MS, limits.candles_ms),
        Series.OPEN_INTEREST: judged(
            None if candles is None else stamp(interest), NOW_MS, limits.open_interest_ms, doubted
        ),
        Series.MARK: judged(stamp(mark), NOW_MS, limits.mark_ms, off),
        Series.LIQUIDATIONS: judged(stamp(heard), NOW_MS, limits.liquidations_ms),
    }
    return PairStatus(symbol, VenueQuality("okx", series), trouble, loaded)


def said(*pairs: PairStatus, listed: int = 9, unlisted: str = "") -> list[str]:
    """The lines about the venue."""
    venue = VenueStatus("okx", listed, pairs, unlisted)
    status = Status(NOW_MS, 1.0, 5 * MINUTE, (BTC,), (venue,), 1, 2, QueueStatus(0, 0, 0, 0, None))
    return plain_of(status_text(status)).split("\n\n")[1].splitlines()


def test_a_venue_that_is_well_is_one_line_with_the_oldest_of_each() -> None:
    assert said(pair(), pair(ETH, candles=1.2, interest=6)) == [
        "OKX: 2 pairs; candles 1 min, open interest 6 min, mark price 3 s, liquidations 1 s old"
    ]


def test_what_is_late_missing_or_in_doubt_is_told_with_its_age() -> None:
    assert said(pair(candles=14, interest=14), pair(ETH)) == [
        "OKX: 2 pairs; candles 42 s, open interest 14 min, mark price 3 s, liquidations 1 s old",
        "OKX: candles late for BTC/USDT (14 min old)",
    ]
    assert said(pair(interest=40, doubted=0.0))[1:] == [
        "OKX: open interest in doubt for BTC/USDT (not plausible; held as it was 40 min ago)"
    ]
    assert said(pair(off=-0.042))[1:] == ["OKX: mark price in doubt for BTC/USDT (4.2% off the others)"]
    assert said(pair(heard=None))[1:] == ["OKX: liquidations missing for BTC/USDT"]
    assert said(pair(candles=14, interest=16, mark=2, heard=None)) == [
        "OKX: 1 pair, nothing fresh",
        "OKX: candles late for BTC/USDT (14 min old)",
        "OKX: open interest late for BTC/USDT (16 min old)",
        "OKX: mark price late for BTC/USDT (2 min old)",
        "OKX: liquidations missing for BTC/USDT",
    ]


def test_why_nothing_new_comes_is_told() -> None:
    reason = "did not answer in time"
    assert said(pair(trouble=reason), pair(ETH, candles=None, mark=None, heard=None, trouble=reason))[1:] == [
        f"OKX: nothing new for BTC/USDT: {reason}",
        f"OKX: missing for ETH/USDT: {reason}",
    ]


def test_pairs_whose_history_is_being_read_are_named() -> None:
    told = said(pair(loaded=0.4), pair("SOL/USDT:USDT"), pair(ETH, candles=None, loaded=0.125))
    assert told[-1] == "OKX: history still being loaded: BTC/USDT 40%, ETH/USDT 12%"


def test_a_venue_without_its_market_list_is_missing() -> None:
    (line,) = said(listed=0, unlisted="answered with an error")
    assert line.startswith("OKX: missing, its market list could not be read (answered with an error)")
    assert said() == ["OKX: no pair yet"]
