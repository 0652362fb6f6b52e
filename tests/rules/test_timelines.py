"""What is told when, in sentences: tests/rules/timelines/."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from timeline import Scenario, play, scenarios, understood

from bot.rules.kinds import Kind
from bot.rules.telling import Hold, Reason

ALL = list(scenarios(Path(__file__).parent / "timelines"))


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.title)
def test_timeline(scenario: Scenario) -> None:
    play(scenario)


def test_every_kind_every_reason_and_every_hold_is_in_two_timelines_or_more() -> None:
    expected = [one for scenario in ALL for one in understood(scenario).expected]
    kinds = Counter(one.about.split()[0] for one in expected if one.reason)
    reasons, holds = Counter(one.reason for one in expected), Counter(one.hold for one in expected)
    assert len(ALL) >= 40
    assert len({scenario.title for scenario in ALL}) == len(ALL)
    assert {kind: kinds[kind.value] for kind in Kind if kinds[kind.value] < 2} == {}
    assert {one: reasons[one] for one in Reason if reasons[one] < 2} == {}
    assert {one: holds[one] for one in Hold if holds[one] < 2} == {}


@pytest.mark.parametrize(
    "sentences",
    [
        [
            "Z1 of shorts from 102 to 103.",
            "At 0:00 price is 100.",
            "At 0:10 price is 101.5.",
            "Nothing else.",
        ],
        ["At 0:00 price is 100.", "Between 0:00 and 0:05 near Z1 is told, first.", "Nothing else."],
        ["At 0:00 price is 100.", "From 0:00 to 0:05 near Z1 is held for cooldown.", "Nothing else."],
    ],
)
def test_a_timeline_that_is_not_as_it_says_fails(sentences: list[str]) -> None:
    with pytest.raises(AssertionError):
        play(Scenario("wrong", ["Only near.", *sentences]))


def test_a_sentence_that_means_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        play(Scenario("wrong", ["At 0:00 price is nice.", "Nothing else."]))
    with pytest.raises(ValueError, match="Nothing else"):
        play(Scenario("wrong", ["At 0:00 price is 100."]))
