"""From HTML and Markdown to text and entities, and the words of the refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, MessageEntity
from telegram_hands import Sandbox

from bot.sandbox.telegram.formatting import format_text
from bot.sandbox.telegram.wire import RefusalError

pytest_plugins = ("telegram_fixtures",)


def types(source: str, mode: str = "HTML") -> list[tuple[str, int, int]]:
    _, entities = format_text(source, mode)
    return [(one["type"], one["offset"], one["length"]) for one in entities]


def refusal(source: str, mode: str = "HTML") -> str:
    with pytest.raises(RefusalError) as refused:
        format_text(source, mode)
    return refused.value.description.removeprefix("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"),
        ("strong", "bold"),
        ("i", "italic"),
        ("em", "italic"),
        ("u", "underline"),
        ("ins", "underline"),
        ("s", "strikethrough"),
        ("strike", "strikethrough"),
        ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"),
        ("code", "code"),
        ("pre", "pre"),
        ("blockquote", "blockquote"),
    ],
)
def test_each_simple_tag_becomes_its_entity(tag: str, kind: str) -> None:
    assert types(f"a <{tag}>bc</{tag}> d") == [(kind, 2, 2)]


def test_offsets_are_counted_in_utf_16() -> None:
    assert types("📈 <b>BTC</b> 📉 <i>x</i>") == [("bold", 3, 3), ("italic", 10, 1)]


def test_tags_nest() -> None:
    assert types("<b>a <i>b</i></b>") == [("bold", 0, 3), ("italic", 2, 1)]


def test_a_link_keeps_its_address() -> None:
    _, (link,) = format_text('<a href="https://example.org/?a=1&amp;b=2">here</a>', "HTML")
    assert link == {"type": "text_link", "offset": 0, "length": 4, "url": "https://example.org/?a=1&b=2"}


def test_a_link_to_nowhere_is_plain_text() -> None:
    assert format_text('<a href="nowhere">here</a>', "HTML") == ("here", [])


def test_a_code_block_knows_its_language() -> None:
    _, (block,) = format_text('<pre><code class="language-python">x = 1</code></pre>', "HTML")
    assert block == {"type": "pre", "offset": 0, "length": 5, "language": "python"}


def test_a_time_carries_its_moment_and_format() -> None:
    _, (moment,) = format_text('<tg-time unix="1700000000" format="wDT">soon</tg-time>', "HTML")
    expected = {"type": "date_time", "offset": 0, "length": 4, "unix_time": 1700000000}
    assert moment == expected | {"date_time_format": "wDT"}


def test_an_expandable_quotation_says_so() -> None:
    assert types("<blockquote expandable>long</blockquote>") == [("expandable_blockquote", 0, 4)]


def test_the_four_named_characters_and_numbers_are_read() -> None:
    text, _ = format_text("1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;x&quot; &#8364; &nbsp; & done", "HTML")
    assert text == '1 < 2 && 3 > 2 "x" € &nbsp; & done'


def test_space_around_the_text_is_cut_and_the_entities_follow() -> None:
    assert format_text(" \n <b>x</b>  ", "HTML") == ("x", [{"type": "bold", "offset": 0, "length": 1}])


def test_commands_mentions_and_addresses_are_found() -> None:
    text = "/map@liqmap_sandbox_bot BTC for @ada_trades, #btc $BTC see https://example.org/a. Not a/b"
    found = [(one[0], text[one[1] : one[1] + one[2]]) for one in types(text, "")]
    assert found == [
        ("bot_command", "/map@liqmap_sandbox_bot"),
        ("mention", "@ada_trades"),
        ("hashtag", "#btc"),
        ("cashtag", "$BTC"),
        ("url", "https://example.org/a"),
    ]


def test_nothing_is_found_inside_code() -> None:
    assert types("<code>/map @ada</code>") == [("code", 0, 9)]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("a <x>b</x>", 'Unsupported start tag "x" at byte offset 2'),
        ("é <x>", 'Unsupported start tag "x" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a </b>", "Unexpected end tag at byte offset 2"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time>x</tg-time>", 'Tag "tg-time" must have a valid attribute "unix" at byte offset 0'),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    assert refusal(source) == reason


def test_an_unknown_parse_mode_is_refused() -> None:
    assert refusal("x", "BBCode") == "Bad Request: unsupported parse_mode"


@pytest.mark.parametrize(
    ("source", "kind", "length"),
    [
        ("*ab*", "bold", 2),
        ("_ab_", "italic", 2),
        ("__ab__", "underline", 2),
        ("~ab~", "strikethrough", 2),
        ("||ab||", "spoiler", 2),
        ("`a*b`", "code", 3),
        ("```python\nx = 1\n```", "pre", 5),
        (">quoted", "blockquote", 6),
        ("[ab](https://example.org)", "text_link", 2),
    ],
)
def test_markdown_v2_becomes_entities(source: str, kind: str, length: int) -> None:
    assert types(source, "MarkdownV2") == [(kind, 0, length)]


def test_markdown_v2_nests_and_escapes() -> None:
    text, entities = format_text("*a _b_ 1\\.5*", "MarkdownV2")
    assert text == "a b 1.5"
    assert [one["type"] for one in entities] == ["bold", "italic"]


@pytest.mark.parametrize("character", list(".!-=#+>{}()|"))
def test_markdown_v2_insists_on_escapes(character: str) -> None:
    reason = f"Character '{character}' is reserved and must be escaped with the preceding '\\'"
    assert refusal(f"a{character}b", "MarkdownV2") == reason


def test_markdown_v2_names_the_entity_without_an_end() -> None:
    assert refusal("a *b", "MarkdownV2") == "Can't find end of Bold entity at byte offset 2"
    assert refusal("`b", "MarkdownV2") == "Can't find end of Code entity at byte offset 0"


def test_the_older_markdown_works_too() -> None:
    assert types("*a* _b_ `c` [d](https://example.org)", "Markdown") == [
        ("bold", 0, 1),
        ("italic", 2, 1),
        ("code", 4, 1),
        ("text_link", 6, 1),
    ]
    assert refusal("a_b", "Markdown") == "Can't find end of the entity starting at byte offset 1"


@given(st.text(max_size=200), st.sampled_from(["", "HTML", "MarkdownV2", "Markdown"]))
def test_any_text_is_parsed_or_refused(source: str, mode: str) -> None:
    try:
        text, entities = format_text(source, mode)
    except RefusalError:
        return
    length = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert all(one["offset"] >= 0 and one["offset"] + one["length"] <= length for one in entities)


async def test_the_client_library_reads_the_entities(bot: Bot, ada: int) -> None:
    text = '<b>📈 BTC</b> <tg-time unix="1700000000" format="t">now</tg-time> <a href="tg://user?id=1">x</a>'
    message = await bot.send_message(ada, text, parse_mode="HTML")
    assert [one.type for one in message.entities] == [MessageEntity.BOLD, MessageEntity.DATE_TIME]
    assert message.parse_entities([MessageEntity.BOLD]) == {message.entities[0]: "📈 BTC"}


async def test_a_mention_by_id_carries_the_person(bot: Bot, ada: int) -> None:
    message = await bot.send_message(ada, f'<a href="tg://user?id={ada}">you</a>', parse_mode="HTML")
    (mention,) = message.entities
    assert mention.user is not None
    assert mention.user.first_name == "Ada"


async def test_entities_can_be_given_instead_of_a_parse_mode(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    message = await bot.send_message(ada, "ab cd", entities=[MessageEntity("bold", 3, 2)])
    assert message.to_dict()["entities"] == [{"type": "bold", "offset": 3, "length": 2}]
