"""What stays in a caption where room is short."""

from __future__ import annotations

import pytest

from bot.wording.caption import Line, Need, fitted, lines


def test_sections_are_parted_by_an_empty_line_and_empty_ones_are_left_out() -> None:
    sections = [[Line("a"), Line("b")], [Line("")], [Line("c")]]
    assert fitted(sections, 100) == "a\nb\n\nc"


def test_extras_go_first_then_zones_then_the_basis_and_what_is_always_said_never() -> None:
    sections = [
        [Line("always", Need.ALWAYS), Line("basis")],
        [Line("zone 1", Need.ZONE, 0), Line("zone 2", Need.ZONE, 1)],
        [Line("a long extra", Need.EXTRA)],
    ]
    kept = [fitted(sections, room).split() for room in (41, 30, 24, 19, 14, 3)]
    assert [" ".join(words) for words in kept] == [
        "always basis zone 1 zone 2 a long extra",
        "always basis zone 1 zone 2",
        "always basis zone 1",
        "always basis",
        "always basis",
        "always",
    ]


def test_of_two_sides_the_last_of_the_longer_goes_first() -> None:
    zones = [Line("a1", Need.ZONE, 0), Line("a2", Need.ZONE, 1), Line("b1", Need.ZONE, 0)]
    assert fitted([zones], 5) == "a1\nb1"


def test_a_long_line_that_does_not_fit_leaves_room_for_a_short_one() -> None:
    assert fitted([lines(["y" * 50, "short"], Need.EXTRA)], 10) == "short"


@pytest.mark.parametrize(
    ("room", "said"), [(30, "why not\n\nzone\n\nextra"), (13, "why not\n\nzone"), (10, "why not"), (6, "no")]
)
def test_a_longer_form_comes_before_the_zones(room: int, said: str) -> None:
    first = Line("no", longer="why not")
    assert fitted([[first], [Line("zone", Need.ZONE)], [Line("extra", Need.EXTRA)]], room) == said


def test_markup_takes_no_room_and_a_letter_of_two_units_counts_twice() -> None:
    assert fitted([[Line("<b>ab</b>")]], 2) == "<b>ab</b>"
    assert fitted([[Line("😀")]], 1) == ""
    assert fitted([[Line("a &amp; b")]], 5) == "a &amp; b"
