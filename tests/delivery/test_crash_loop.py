"""A sender that is killed at any moment loses nothing. `crash_loop.py` is the long form of the same."""

import pytest
from crash_loop import crash_loop

ROWS = 120
KILLS = 21


@pytest.mark.process
async def test_no_letter_is_lost_however_often_the_sender_is_killed(database_url: str) -> None:
    tally = await crash_loop(database_url, ROWS, KILLS, seed=7)
    assert tally.kills >= 20
    assert tally.lost == 0
    assert tally.doubled <= tally.kills
    assert (tally.counts.sent, tally.counts.dead) == (ROWS, 0)
