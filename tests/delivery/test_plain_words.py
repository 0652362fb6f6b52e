"""Plain words are always text that Telegram can read."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.plain_words import plain_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<b>BTC</b> near <i>Z42</i>", "BTC near Z42"),
        ('<a href="x">here</a> &amp; now', "here &amp; now"),
        ("1 < 2 > 0", "1 &lt; 2 &gt; 0"),
        ("<b></b>", "…"),
    ],
)
def test_markup_goes_and_words_stay(text: str, words: str) -> None:
    assert plain_words(text) == words


@given(text=st.text(alphabet="<>&;ab/ \"='#x1", max_size=200))
def test_whatever_comes_in_no_markup_comes_out(text: str) -> None:
    words = plain_words(text)
    assert "<" not in words
    assert ">" not in words
    assert not re.search(r"&(?!amp;|lt;|gt;)", words)
    assert words


def test_it_is_never_too_long() -> None:
    assert len(html.unescape(plain_words("<" * 9000))) == 4096
