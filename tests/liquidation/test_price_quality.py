"""Which venue's price is believed: tables of what venues say, step by step."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.liquidation.price_quality import PriceJudge

TICK = 1_500


def seen(*steps: dict[str, float], judge: PriceJudge | None = None, every_ms: int = TICK) -> list[set[str]]:
    """Who is doubted after each step."""
    judge = judge or PriceJudge()
    return [set(judge.judge(step, at * every_ms)) for at, step in enumerate(steps)]


def three(a: float, b: float, c: float) -> dict[str, float]:
    return {"a": a, "b": b, "c": c}


@pytest.mark.parametrize(
    ("steps", "doubted"),
    [
        ([three(100, 100.1, 99.9)], [set()]),
        ([three(100, 100, 100), three(104, 100, 100)], [set(), {"a"}]),
        ([three(100, 100, 100), three(96, 100, 100.2)], [set(), {"a"}]),
        ([three(1000, 100, 100)], [{"a"}]),  # another scale, from the first price on
        ([three(100, 101.5, 100)], [set()]),
        ([three(100, 100, 100), three(90, 90.2, 89.8)], [set(), set()]),  # a crash that all follow
        ([three(100, 100, 100), three(93, 100, 100), three(93, 93, 100), three(93, 93, 93)],
         [set(), {"a"}, {"c"}, set()]),  # one after the other
        ([three(100, 100, 100), three(104, 100, 100), three(100.2, 100, 100)], [set(), {"a"}, set()]),
        ([three(100, 105, 110)], [{"a", "b", "c"}]),  # no two agree
        ([three(100, 100, 100), three(100, 96, 104)], [set(), {"a", "b", "c"}]),
        ([{"a": 100, "b": 100}, {"a": 104, "b": 100}], [set(), {"a"}]),
        ([{"a": 100, "b": 100}, {"a": 100, "b": 96}], [set(), {"b"}]),
        ([{"a": 100, "b": 100}, {"a": 90, "b": 90.3}], [set(), set()]),
        ([{"a": 100, "b": 100}, {"a": 104, "b": 100}, {"a": 104, "b": 103.8}], [set(), {"a"}, set()]),
        ([{"a": 100, "b": 103}], [set()]),  # a basis, for all that anybody knows
        ([{"a": 100, "b": 1000}], [{"a", "b"}]),  # no basis, and nobody knows who is wrong
        ([{"a": 100}, {"a": 150}], [set(), set()]),
        ([{"a": 100}, {"a": 100, "b": 130}, {"a": 100, "b": 130}], [set(), {"a", "b"}, {"a", "b"}]),
        ([{}], [set()]),
    ],
)  # fmt: skip
def test_who_is_doubted(steps: list[dict[str, float]], doubted: list[set[str]]) -> None:
    assert seen(*steps) == doubted


def test_how_far_off_a_price_is_told_by_sign() -> None:
    assert PriceJudge().judge(three(104, 100, 100), 0) == {"a": pytest.approx(0.04)}
    assert PriceJudge().judge(three(97, 100, 100), 0) == {"a": pytest.approx(-0.03)}


def test_of_two_nobody_is_believed_while_one_of_them_tells_an_earlier_moment() -> None:
    judge = PriceJudge()
    judge.judge({"a": 100, "b": 100}, 0)
    assert set(judge.judge({"a": 96, "b": 100}, TICK, behind={"b"})) == {"a", "b"}
    assert judge.judge({"a": 96, "b": 96.2}, 2 * TICK) == {}
    assert judge.judge({"a": 96, "b": 95}, 3 * TICK, behind={"b"}) == {}


def test_a_price_that_wavers_about_the_limit_stays_doubted() -> None:
    steps = [three(price, 100, 100) for price in (100, 102.5, 101.8, 101.2)]
    assert seen(*steps) == [set(), {"a"}, {"a"}, set()]


def test_a_basis_that_stays_is_learned_and_a_price_that_leaves_it_is_doubted() -> None:
    judge = PriceJudge()
    first = seen(*[three(103, 100, 100)] * 3000, judge=judge, every_ms=60_000)
    assert first[0] == {"a"}
    assert first[-1] == set()
    assert judge.judge(three(106, 100, 100), 3001 * 60_000).keys() == {"a"}
    assert judge.judge(three(100, 100, 100), 3002 * 60_000).keys() == {"a"}
    assert judge.stand_in("a", 100.0) == pytest.approx(103, abs=0.1)


def test_another_scale_is_never_learned() -> None:
    assert set.union(*seen(*[three(1000, 100, 100)] * 3000, every_ms=60_000)[1:]) == {"a"}


def test_a_restless_basis_widens_the_limit() -> None:
    restless = [three(100 * (1.012 if at % 2 else 0.988), 100, 100) for at in range(900)]
    judge = PriceJudge()
    assert set.union(*seen(*restless, judge=judge, every_ms=60_000)) == set()
    assert judge.judge(three(103, 100, 100), 901 * 60_000) == {}


@given(st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=30), st.integers(2, 5))
def test_what_all_venues_do_together_is_never_doubted(moves: list[float], venues: int) -> None:
    steps = [{f"v{n}": 100 * (1 + move) * (1 + n / 1000) for n in range(venues)} for move in moves]
    assert set.union(*seen(*steps)) == set()


@given(st.permutations(["a", "b", "c"]), st.floats(0.021, 10))
def test_one_of_three_that_jumps_is_the_doubted_one(names: list[str], jump: float) -> None:
    judge = PriceJudge()
    judge.judge(dict.fromkeys(names, 100.0), 0)
    assert set(judge.judge({**dict.fromkeys(names, 100.0), names[0]: 100 * (1 + jump)}, TICK)) == {names[0]}
