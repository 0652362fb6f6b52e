"""Telegram's MarkdownV2 and the older Markdown."""

import re
from dataclasses import dataclass, field

from bot.sandbox.telegram.html_markup import broken, link_entity
from bot.sandbox.telegram.wire import Json

RESERVED = "_*[]()~`>#+-=|{}.!"
MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
_WORDS = {"text_link": "TextUrl", "pre": "PreCode"}
_LINK = re.compile(r"\]\(((?:\\.|[^)\\])*)\)")

Span = tuple[int, int, Json]


@dataclass(slots=True)
class _Open:
    mark: str
    starts_at: int
    byte: int


@dataclass(slots=True)
class _Reader:
    source: str
    position: int = 0
    text: str = ""
    open_marks: list[_Open] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    def read(self) -> tuple[str, list[Span]]:
        while self.position < len(self.source):
            self._read_next()
        if self.open_marks:
            last = self.open_marks[-1]
            kind = MARKS.get(last.mark, "text_link")
            word = _WORDS.get(kind, kind.capitalize())
            raise broken(f"Can't find end of {word} entity at byte offset {last.byte}")
        return self.text, self.spans

    def _read_next(self) -> None:
        character = self.source[self.position]
        if character == "\\" and self.source[self.position + 1 : self.position + 2]:
            self._write(self.source[self.position + 1], 2)
        elif character == "`":
            self._read_code()
        elif character == "[":
            self._open("[")
        elif character == "]" and any(one.mark == "[" for one in self.open_marks):
            self._close_link()
        elif character in "*_~|":
            self._read_mark(character)
        elif character == ">" and (not self.text or self.text.endswith("\n")):
            self._read_quote()
        elif character in RESERVED:
            raise _reserved(character)
        else:
            self._write(character, 1)

    def _write(self, text: str, taken: int) -> None:
        self.text += text
        self.position += taken

    def _open(self, mark: str) -> None:
        self.open_marks.append(_Open(mark, len(self.text), _bytes(self.source[: self.position])))
        self.position += len(mark)

    def _read_mark(self, character: str) -> None:
        double = self.source.startswith(character * 2, self.position)
        mark = character * 2 if double and character in "_|" else character
        if mark == "|":
            raise _reserved("|")
        if self.open_marks and self.open_marks[-1].mark == mark:
            self._keep(self.open_marks.pop().starts_at, {"type": MARKS[mark]})
            self.position += len(mark)
        else:
            self._open(mark)

    def _keep(self, start: int, entity: Json | None) -> None:
        if entity and len(self.text) > start:
            self.spans.append((start, len(self.text), entity))

    def _read_code(self) -> None:
        fence = "```" if self.source.startswith("```", self.position) else "`"
        start = self.position + len(fence)
        end = _find_unescaped(self.source, fence, start)
        if end < 0:
            word = "Pre" if fence == "```" else "Code"
            raise broken(
                f"Can't find end of {word} entity at byte offset {_bytes(self.source[: self.position])}"
            )
        inside, entity = self.source[start:end], {"type": "code"}
        if fence == "```":
            inside, entity = _split_language(inside)
        begun = len(self.text)
        self._write(re.sub(r"\\(.)", r"\1", inside), end + len(fence) - self.position)
        self._keep(begun, entity)

    def _close_link(self) -> None:
        found = _LINK.match(self.source, self.position)
        if self.open_marks[-1].mark != "[" or found is None:
            raise _reserved("]")
        start = self.open_marks.pop().starts_at
        self._keep(start, link_entity(re.sub(r"\\(.)", r"\1", found.group(1)) or self.text[start:]))
        self.position = found.end()

    def _read_quote(self) -> None:
        """Consecutive quoted lines are one quotation."""
        lines = re.match(r"(?:>[^\n]*(?:\n|$))+", self.source[self.position :])
        block = lines.group() if lines else ""
        text, spans = _Reader(re.sub(r"(?m)^>", "", block).rstrip("\n")).read()
        start = len(self.text)
        self.spans += [(start + a, start + b, entity) for a, b, entity in spans]
        self._write(text, len(block))
        self._keep(start, {"type": "blockquote"})
        self.text += "\n" if block.endswith("\n") else ""


def _reserved(character: str) -> Exception:
    return broken(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _find_unescaped(source: str, mark: str, start: int) -> int:
    found = re.compile(r"(?:\\.|(?!" + re.escape(mark) + r").)*", re.DOTALL).match(source, start)
    end = found.end() if found else start
    return end if source.startswith(mark, end) else -1


def _split_language(inside: str) -> tuple[str, dict[str, str]]:
    first, newline, rest = inside.partition("\n")
    if newline and re.fullmatch(r"[\w+#.-]+", first):
        return rest, {"type": "pre", "language": first}
    return inside.removeprefix("\n"), {"type": "pre"}


def parse_markdown_v2(source: str) -> tuple[str, list[Span]]:
    return _Reader(source).read()


_OLD = re.compile(
    r"\\(?P<escaped>[_*`\[])|```(?P<pre>.*?)```|`(?P<code>[^`]*)`|\*(?P<bold>[^*]*)\*|_(?P<italic>[^_]*)_"
    r"|\[(?P<label>[^\]]*)\]\((?P<address>[^)]*)\)|(?P<stray>[*_`])|(?P<plain>.)",
    re.DOTALL,
)


def parse_markdown(source: str) -> tuple[str, list[Span]]:
    """The older Markdown, which does not nest."""
    text, spans = "", list[Span]()
    for found in _OLD.finditer(source):
        kind, piece = found.lastgroup or "plain", found.group(found.lastgroup or 0)
        if kind == "stray":
            at = _bytes(source[: found.start()])
            raise broken(f"Can't find end of the entity starting at byte offset {at}")
        entity: Json | None = {"type": kind} if kind in ("pre", "code", "bold", "italic") else None
        if kind == "address":
            entity, piece = link_entity(piece), found.group("label")
        if entity and piece:
            spans.append((len(text), len(text) + len(piece), entity))
        text += piece
    return text, spans
