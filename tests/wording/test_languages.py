"""Every language says everything, with the same places for what differs, and nothing of another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from string import Formatter

import pytest

from bot.language import Language
from bot.liquidation.side import Side
from bot.liquidation.zone import Band
from bot.wording import numbers, pair
from bot.wording.languages.chosen import phrases_of
from bot.wording.languages.english import ENGLISH
from bot.wording.languages.numerals import Numerals
from bot.wording.languages.phrases import Phrases

EN, RU, ZH, ES = Language
OTHERS = [language for language in Language if language is not Language.ENGLISH]
SYMBOL = "BTC/USDT:USDT"
SIGNS = re.compile(r"[\W\d_]*")  # a template of nothing but places and signs is the same everywhere
LATIN = re.compile(r"[A-Za-z]+")
KNOWN_LATIN = {"s", "min", "h", "d", "M", "bill", "mil", "UTC", "OI"}
ENGLISH_WORDS = set(
    re.findall(
        r"\w+",
        "the of and is are was in on at to by from for with not none than far each every now old price zone "
        "zones long longs short shorts below above fall break rise dense data late missing venue open "
        "interest estimate forced buys sells last week yesterday high low swing round book accounts",
    )
)


def templates(of: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a dataclass and of those in it, by its path."""
    assert is_dataclass(of)
    for field in fields(of):
        value = getattr(of, field.name)
        path = f"{name}.{field.name}"
        if is_dataclass(value):
            yield from templates(value, path)
        elif isinstance(value, str):
            yield path, value


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def bare(template: str) -> str:
    """Without its places."""
    return re.sub(r"\{\w*\}", " ", template)


@pytest.mark.parametrize("language", OTHERS)
def test_every_template_has_the_same_places_as_in_english(language: Language) -> None:
    english = dict(templates(ENGLISH))
    for path, template in templates(phrases_of(language)):
        assert places(template) == places(english[path]), path


@pytest.mark.parametrize("language", Language)
def test_nothing_is_empty_and_no_place_lacks_a_name(language: Language) -> None:
    for path, template in templates(phrases_of(language)):
        assert template or path.endswith(".age_joint"), path
        assert "" not in places(template), path


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_over(language: Language) -> None:
    english = dict(templates(ENGLISH))
    for path, template in templates(phrases_of(language)):
        words = set(LATIN.findall(bare(template)))
        if language is not Language.SPANISH:
            assert words <= KNOWN_LATIN, path
        assert not {word.lower() for word in words} & ENGLISH_WORDS, path
        is_shared = SIGNS.fullmatch(bare(template)) or words <= KNOWN_LATIN
        assert template != english[path] or is_shared, path


@pytest.mark.parametrize("language", Language)
def test_directions_and_orders_are_those_of_the_side(language: Language) -> None:
    """Longs: below, a fall, sells; shorts: above, a rise, buys."""
    words = {
        EN: (("FALLS", "sells", "below"), ("RISES", "buys", "above")),
        RU: (("ПАДЕНИИ", "продажи", "ниже"), ("РОСТЕ", "покупки", "выше")),
        ZH: (("下跌", "卖出", "下方"), ("上涨", "买入", "上方")),
        ES: (("CAE", "ventas", "debajo"), ("SUBE", "compras", "encima")),
    }[language]
    say = phrases_of(language)
    for side, other in ((Side.LONG, Side.SHORT), (Side.SHORT, Side.LONG)):
        move, order, where = words[side]
        phrases = say.of(side)
        assert move in phrases.headline
        assert order in phrases.headline
        assert where in phrases.away
        assert where in phrases.away_weak
        assert where in phrases.none
        for text in (phrases.headline, phrases.away, phrases.away_weak, phrases.none, phrases.gap):
            assert not any(word in text for word in words[other])


@pytest.mark.parametrize("language", Language)
def test_the_four_bands_have_four_names(language: Language) -> None:
    assert len({phrases_of(language).band(band) for band in Band}) == 4


def numerals(language: Language) -> Numerals:
    return phrases_of(language).numerals


@pytest.mark.parametrize(
    ("language", "price", "stretch", "percent", "amount", "large", "age", "window"),
    [
        (EN, "7,240.5", "98,600–98,950", "−1.3%", "≈$410M", "≈$1.2B", "2 h 5 min", "24h"),
        (
            RU,
            "7 240,5",
            "98 600–98 950",
            "−1,3%",
            "≈$410 млн",
            "≈$1,2 млрд",
            "2 ч 5 мин",
            "24 ч",
        ),
        (
            ZH,
            "7,240.5",
            "98,600–98,950",
            "−1.3%",
            "≈4.1亿美元",
            "≈12亿美元",
            "2小时5分钟",
            "24小时",
        ),
        (
            ES,
            "7 240,5",
            "98 600–98 950",
            "−1,3%",
            "≈$410 M",
            "≈$1,2 mil M",
            "2 h 5 min",
            "24 h",
        ),
    ],
)
def test_numbers_as_the_language_writes_them(
    language: Language,
    price: str,
    stretch: str,
    percent: str,
    amount: str,
    large: str,
    age: str,
    window: str,
) -> None:
    write = numerals(language)
    plain = str.maketrans("\N{NO-BREAK SPACE}", " ")
    assert write.stretch(98_600.0, 98_950.0, 0.1).translate(plain) == stretch
    assert write.price(7_240.5, 0.1).translate(plain) == price
    assert write.signed_percent(-0.013) == percent
    assert write.amount(SYMBOL, 4.1e8) == amount
    assert write.amount(SYMBOL, 1.2e9) == large
    assert write.age(125 * 60_000) == age
    assert write.window("24h") == window


@pytest.mark.parametrize(
    ("language", "thousands", "trillions"),
    [
        (EN, "≈$410k", "≈$2.1T"),
        (RU, "≈$410 тыс.", "≈$2,1 трлн"),
        (ZH, "≈41万美元", "≈2.1万亿美元"),
        (ES, "≈$410 mil", "≈$2,1 bill."),
    ],
)
def test_signs_of_abbreviated_words_are_no_decimal_points(
    language: Language, thousands: str, trillions: str
) -> None:
    write = numerals(language)
    assert write.amount(SYMBOL, 4.1e5) == thousands
    assert write.amount(SYMBOL, 2.1e12) == trillions
    assert write.quantity(2e12).endswith(trillions.removesuffix("美元").lstrip("≈$0123456789.,"))


@pytest.mark.parametrize("value", [0.0, 1e-6, 0.35, 12.0, 970.0, 9_999.0, 123_456.0, 8.5e7, 4.1e8, 3e13])
def test_english_numerals_write_what_the_other_texts_write(value: float) -> None:
    write = ENGLISH.numerals
    assert write.amount(SYMBOL, value) == pair.money_text(SYMBOL, value)
    assert write.quantity(value) == numbers.rough_text(value)
    assert write.price(value, 1e-9) == numbers.price_text(value, 1e-9)
    assert write.percent(value) == numbers.percent_text(value)
    assert write.whole_percent(value) == numbers.whole_percent_text(value)
    assert write.age(round(value)) == numbers.age_text(round(value))


@pytest.mark.parametrize("language", Language)
def test_a_window_that_nobody_knows_is_harmless(language: Language) -> None:
    assert "<" not in numerals(language).window("<b>")


def test_parts_are_joined() -> None:
    assert [phrases_of(language).joined(["A", "B", "C"]) for language in Language] == [
        "A, B and C",
        "A, B и C",
        "A、B和C",
        "A, B y C",
    ]
    assert ENGLISH.joined(["A"]) == "A"
    assert ENGLISH.joined([]) == ""


def test_every_language_has_phrases() -> None:
    assert all(isinstance(phrases_of(language), Phrases) for language in Language)
