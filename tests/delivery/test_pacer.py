"""How many messages may go where in which time."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.pacer import REPLY_RESERVE, Pacer


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def send_all(chats: Sequence[int], reserve: int = 0) -> list[float]:
    """The moments at which messages to these chats leave, each as early as it may."""
    clock = Clock()
    pacer = Pacer(clock)
    moments = []
    for chat in chats:
        while (delay := pacer.delay(chat, reserve=reserve)) > 0:
            clock.now += delay + 1e-6
        pacer.take(chat)
        moments.append(clock.now)
    return moments


def most_within(moments: list[float], seconds: float) -> int:
    return max(sum(start <= one < start + seconds for one in moments) for start in moments)


def test_a_small_burst_to_one_chat_goes_at_once_and_then_about_one_a_second() -> None:
    moments = send_all([5] * 40)
    assert moments[2] == moments[0]
    assert moments[3] > moments[2] + 1.0
    assert most_within(moments, 5.0) <= 5
    assert moments[-1] - moments[0] == pytest.approx(40 * 1.1, abs=4)


def test_a_group_gets_twenty_a_minute() -> None:
    moments = send_all([-5] * 50)
    assert most_within(moments, 60.0) <= 20
    assert moments[19] - moments[0] < 60


def test_different_chats_do_not_wait_for_each_other_below_the_common_limit() -> None:
    moments = send_all(range(1, 200))
    assert most_within(moments, 1.0) <= 29
    assert 198 / (moments[-1] - moments[0]) == pytest.approx(25, rel=0.03)


def test_bulk_leaves_room_for_a_reply() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    for chat in range(1, 50):
        while pacer.delay(chat, reserve=REPLY_RESERVE) > 0:
            clock.now += 0.01
        pacer.take(chat)
    assert pacer.delay(1000, reserve=REPLY_RESERVE) > 0
    assert pacer.delay(1000) == 0


def test_a_refused_chat_waits_and_the_others_do_not() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    pacer.flooded(5, 30)
    assert pacer.delay(5) == 30
    assert pacer.delay(6) == 0
    assert pacer.resting() == {5: 30}
    clock.now += 30
    assert pacer.delay(5) == 0


def test_when_several_chats_are_refused_everybody_waits() -> None:
    pacer = Pacer(Clock())
    for chat in (5, 6, 7):
        pacer.flooded(chat, 30)
    assert pacer.delay(8) == 30


def test_refusals_long_ago_do_not_add_up() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    for chat in (5, 6, 7):
        pacer.flooded(chat, 1)
        clock.now += 11
    assert pacer.delay(8) == 0


def test_chats_at_rest_are_forgotten() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    for chat in range(1, 30):
        pacer.take(chat)
    clock.now += 61
    pacer.resting()
    assert pacer.delay(1) == 0
    assert not pacer._chats


@given(
    chats=st.lists(st.sampled_from([1, 2, -3, -4]), min_size=1, max_size=60),
    reserve=st.integers(0, REPLY_RESERVE),
)
def test_the_limits_hold_for_any_order(chats: list[int], reserve: int) -> None:
    moments = send_all(chats, reserve)
    assert most_within(moments, 1.0) <= 29
    for chat in set(chats):
        own = [moment for moment, to in zip(moments, chats, strict=True) if to == chat]
        assert most_within(own, 5.0) <= 5
        assert most_within(own, 60.0) <= (60 if chat > 0 else 20)
