from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from market_stage import BTC, DAY, ETH, HOUR, MINUTE, MINUTES, NOW, START, VENUES

from bot.market.recorded import RecordedVenue, recorded_venues
from bot.market.recording import open_recording
from bot.market.venue import Venue, VenueError

pytest_plugins = ("market_fixtures",)


def venue_at(folder: Path, now_ms: int, name: str = "binance") -> RecordedVenue:
    return RecordedVenue(open_recording(folder), name, lambda: now_ms)


def test_each_exchange_of_a_recording_is_a_venue(small_recording: Path) -> None:
    venues: tuple[Venue, ...] = recorded_venues(open_recording(small_recording), lambda: NOW)
    assert tuple(venue.name for venue in venues) == VENUES
    assert {listing.symbol for listing in venues[VENUES.index("bybit")].listings} == {BTC, ETH}


async def test_nothing_after_the_moment_is_known(small_recording: Path) -> None:
    now = START + DAY + 90_000
    (found,) = await venue_at(small_recording, now).history(BTC, START, START + 3 * DAY)
    assert found.start_ms[0] == START
    assert found.end_ms[-1] == START + DAY + MINUTE
    assert len(found) == 1441


async def test_only_what_was_asked_for_comes(small_recording: Path) -> None:
    since, until = START + HOUR + 1, START + 2 * HOUR + 59_999
    (found,) = await venue_at(small_recording, NOW).history(BTC, since, until)
    assert (found.start_ms[0], found.end_ms[-1]) == (START + HOUR + MINUTE, START + 2 * HOUR)


async def test_an_empty_span_has_no_history(small_recording: Path) -> None:
    venue = venue_at(small_recording, NOW)
    assert await venue.history(BTC, NOW, NOW) == ()
    assert await venue.history(BTC, NOW + HOUR, NOW + 2 * HOUR) == ()


async def test_the_mark_price_is_the_last_close_that_was_known(small_recording: Path) -> None:
    venue = venue_at(small_recording, START + 10 * MINUTE + 1)
    (known,) = await venue.history(BTC, START, START + 10 * MINUTE)
    marks = await venue.mark_prices([BTC, "DOGE/USDT:USDT"])
    assert set(marks) == {BTC}
    assert (marks[BTC].price, marks[BTC].timestamp_ms) == (known.close[-1], START + 10 * MINUTE)


async def test_before_the_recording_begins_there_is_no_price(small_recording: Path) -> None:
    assert await venue_at(small_recording, START).mark_prices([BTC]) == {}


async def test_the_contract_is_the_recorded_one(small_recording: Path) -> None:
    contract = await venue_at(small_recording, NOW, "okx").contract(BTC)
    assert (contract.market_id, contract.max_leverage, contract.closing_fee) == ("BTC-USDT-SWAP", 150, 0.0005)


async def test_a_market_without_open_interest_is_read_all_the_same(small_recording: Path) -> None:
    (found,) = await venue_at(small_recording, NOW, "bybit").history(ETH, NOW - HOUR, NOW)
    assert not found.has_open_interest
    assert np.isfinite(found.close).all()


async def test_what_is_not_recorded_is_refused_plainly(small_recording: Path) -> None:
    venue = venue_at(small_recording, NOW)
    with pytest.raises(VenueError, match="holds no market"):
        await venue.history("DOGE/USDT:USDT", START, NOW)
    with pytest.raises(VenueError, match="holds no market"):
        await venue.contract("<b>")
    with pytest.raises(VenueError, match="is not in the recording"):
        await venue_at(small_recording, NOW, "bitget").load()
    await venue.load()


async def test_the_venues_clock_is_the_one_it_was_given(small_recording: Path) -> None:
    assert await venue_at(small_recording, 12_345).server_time_ms() == 12_345
    assert await venue_at(small_recording, NOW).last_ms() == START + MINUTES * MINUTE


async def test_a_broken_file_is_told_by_its_name(small_recording: Path, tmp_path: Path) -> None:
    (tmp_path / "recording.json").write_text((small_recording / "recording.json").read_text())
    with pytest.raises(VenueError, match="candles"):
        await venue_at(tmp_path, NOW).history(BTC, START, NOW)
