"""The people a question names: whoever is left once the words for time and the polite words are gone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sekimori.desk.domain.phrases.padding import CUT, without_padding
from sekimori.desk.domain.phrases.token import Span

MOST_PEOPLE: Final = 20
_LONGEST: Final = 40
_MOST_WORDS: Final = 4

_TITLE: Final = (
    r"(?:さん|さま|様|氏|くん|君|ちゃん|殿|先生|本部長|副社長|副部長|部長|課長|社長|次長|係長|室長|支店長|店長|局長|所長|主任|専務|常務|取締役|会長|理事長|理事"
    r"|教授|博士|マネージャー|マネジャー|リーダー|代表|先輩)"
)
_AFTER_TITLE: Final = r"(?=$|[\s、,。&/+とのはがをにもやへで'・()!?]|から|まで|って)"
_TITLED: Final = re.compile(rf"(?P<name>[^、,。&/+\n()]{{1,{_LONGEST}}}?)\s?{_TITLE}+{_AFTER_TITLE}")
_QUOTED: Final = r"(?=[^\"“”「」『』\n]*[^\W_])[^\"“”「」『』\n]{1,40}"
_PROTECTED: Final = re.compile(
    rf"(?P<mention><@[uw][a-z0-9]+>)(?:{_TITLE})*|[「『](?P<corner>{_QUOTED})[」』](?:{_TITLE})*"
    rf"|[\"“](?P<quoted>{_QUOTED})[\"”](?:{_TITLE})*"
    r"|(?<![a-z])(?:mr|mrs|ms|miss|dr|prof)(?:\.\s?|\s)(?P<mister>[a-z][a-z'\-]*(?:\s[a-z][a-z'\-]*(?=[-\s]san))?)"
    r"|(?<![a-z])(?P<san>[a-z][a-z']*(?:-[a-z']+)??)(?:-|\s)(?:san|sama|sensei|kun)(?![a-z])"
)
_CONNECTOR: Final = re.compile(
    r"\s*(?P<firm>(?<=[一-龠々ァ-ヶーa-z\ue000-\uf8ff])と(?!$)|及び|および|ならびに|&|\+|(?<![a-z])and(?![a-z]))\s*"
    r"|\s*(?P<loose>[、,/]|(?<=[一-龠々])・(?=[一-龠々]))\s*"
)
_PARTICLES: Final = r"(?:との|とは|には|では|での|から|まで|って|の|は|が|を|に|で|も|と|や|へ|、|,|・)"
_LEADING: Final = re.compile(rf"^[\s'\-~]*(?:{_PARTICLES}+(?=[^ぁ-ん]|$))?[\s]*")
_TRAILING: Final = re.compile(rf"(?:'s(?![a-z])|(?<=[^ぁ-ん]){_PARTICLES}+|[\s'\-~.])*$")
_AFFILIATION: Final = re.compile(r"^.*(?:社|部|課|室|係|局|チーム|グループ|支店|本部|事務所|[a-z]{3,})の(?=.)")
_FIRM, _LOOSE, _APART = "and", ",", ""
_NAME: Final = re.compile(r"(?=.*(?:[^\W\d_]|[\ue000-\uf8ff]))[\w々ー・.'’\- \ue000-\uf8ff]+")
_KANA: Final = re.compile(r"[ぁ-ん]")
_HARD: Final = re.compile(rf"[{CUT}。!?;:()\[\]{{}}|…「」『』\"“”<>=]+|\.(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Names in the order they were typed, words that may be names as well, and words that are nothing we know."""

    names: tuple[str, ...]
    extra: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    text: str
    titled: bool
    joined: bool
    """By "and" or its like to the piece before it."""


def protected_spans(words: str) -> list[Span]:
    """Find what is certainly a name, whatever words for time it may hold: mentions, quotations, Mr Sun, May-san."""
    return [match.span() for match in _PROTECTED.finditer(words)]


def people_of(words: str, taken: Sequence[Span]) -> People:
    """Say who is named, given where the words for time are."""
    held: list[str] = []

    def hold(match: re.Match[str]) -> str:
        held.append(next(text for text in match.groups() if text))
        return f"{CUT}{chr(0xE000 + len(held) - 1)}さん "

    rest = without_padding(_PROTECTED.sub(hold, without_spans(words, taken)))
    pieces = [piece for segment in _HARD.split(rest) for piece in _pieces(segment)]
    people = _chosen(pieces)

    def released(name: str) -> str:
        return re.sub("[\ue000-\uf8ff]", lambda m: held[ord(m[0]) - 0xE000], name)

    names = tuple(dict.fromkeys(" ".join(released(name).split()) for name in people.names))
    return replace(people, names=names, extra=tuple(dict.fromkeys(people.extra)))


def without_spans(words: str, taken: Sequence[Span]) -> str:
    """Cut the words for time out of a text, with the particles that follow them."""
    for start, end in reversed(taken):
        after = re.sub(rf"^\)?(?:・祝日?|の週|以降|以内|{_PARTICLES})*", "", words[end:])
        words = words[:start] + CUT + after
    return words


def _pieces(segment: str) -> Iterator[_Piece]:
    """Cut a segment into names with titles and what is between them."""
    position, joined = 0, _APART
    for match in _TITLED.finditer(segment):
        inside = list(_parted(segment[position : match.start()] + match["name"], titled=True, joined=joined))
        yield from inside
        position, joined = match.end(), _APART
        if connector := _CONNECTOR.match("一" + segment[position:], 1):
            joined = _FIRM if connector["firm"] else _LOOSE
            position += connector.end() - 1
    yield from _parted(segment[position:], titled=False, joined=joined)


def _parted(text: str, *, titled: bool, joined: str) -> Iterator[_Piece]:
    """Part words at what connects them; a title at the end is for the last, and its names are names all the same."""
    start, links = 0, [joined]
    parts: list[str] = []
    for match in _CONNECTOR.finditer(text):
        parts.append(text[start : match.start()])
        links.append(_FIRM if match["firm"] else _LOOSE)
        start = match.end()
    parts.append(text[start:])
    for number, part in enumerate(parts):
        name = _cleaned(part)
        last = number == len(parts) - 1
        before_a_name = titled and not last and not _KANA.search(name)
        if name:
            beside = links[number] == _FIRM or (links[number] == _LOOSE and not _KANA.search(name))
            yield _Piece(text=name, titled=titled and (last or before_a_name), joined=beside)


def _cleaned(part: str) -> str:
    name = _TRAILING.sub("", _LEADING.sub("", part))
    name = _AFFILIATION.sub("", name)
    return re.sub(rf"(?:{_TITLE})+$", "", name).strip() if len(name) > 1 else name


def _chosen(pieces: Sequence[_Piece]) -> People:
    """Take the names with titles and what is joined to them; without any, whatever can be a name."""
    likely = [piece for piece in pieces if _can_be_a_name(piece.text)]
    names: list[str] = []
    extra: list[str] = []
    any_titled = any(piece.titled for piece in likely)
    bare = [piece for piece in likely if not _KANA.search(piece.text)]
    for piece in likely if any_titled else bare or likely[:1]:
        if piece.titled or (piece.joined and names) or not (any_titled or names):
            names.append(piece.text)
        elif not _KANA.search(piece.text):
            extra.append(piece.text)
    unread = [piece.text for piece in pieces if piece not in likely and not _KANA.search(piece.text)]
    return People(names=tuple(names), extra=tuple(extra), unread=tuple(unread))


def _can_be_a_name(text: str) -> bool:
    if len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or not _NAME.fullmatch(text):
        return False
    return len(text) > 1 or not text.isascii()
