"""What to ask back where the words were clear but the people were not: whole questions to choose from."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.confidential import Personal
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.policy import Language, PersonTerms
from sekimori.desk.domain.printing import printed
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

MOST: Final = 5


def one_by_one(question: Question, language: Language) -> NotUnderstood:
    """Offer a question about several people as a question about each of them."""
    names = (question.name, *question.others)
    questions = (replace(question, name=name, others=(), duration=None) for name in names)
    return _offered(Unclear.COMMON_TIME, (printed(each, language) for each in questions))


def of_one_name(
    people: Sequence[PersonTerms], question: Question, language: Language, *, name: Personal[str] | None = None
) -> NotUnderstood:
    """Offer the people of one of a question's names, each by a name that is nobody else's; who has none is left out.

    Without ``name`` the question's first is meant.
    """
    own = (found for person in people if (found := _own_name(person, people)))
    questions = (_renamed(question, name or question.name, Personal(found)) for found in own)
    return _offered(Unclear.SEVERAL_PEOPLE, (printed(each, language) for each in questions))


def _renamed(question: Question, old: Personal[str], new: Personal[str]) -> Question:
    first, *others = (new if name == old else name for name in (question.name, *question.others))
    return replace(question, name=first, others=tuple(others))


def whoever_it_is(
    text: Personal[str], people: Sequence[PersonTerms], *, today: date, zone: ZoneInfo, language: Language
) -> NotUnderstood:
    """Offer a question that names nobody with each of the people whom its asker may ask about."""

    def each(name: str) -> Iterator[str]:
        found = read(Personal(f"「{name}」さん {text.reveal()}"), today=today, zone=zone)
        yield from [printed(found, language)] if isinstance(found, Question) else found.candidates

    turns = zip_longest(*(each(name) for person in people if (name := _own_name(person, people))))
    return _offered(Unclear.NO_PERSON, (phrase for turn in turns for phrase in turn if phrase is not None))


def by_name(found: NotUnderstood, people: Sequence[PersonTerms], *, today: date, zone: ZoneInfo) -> NotUnderstood:
    """Offer whoever is mentioned by name, if its asker may ask about them: on a button, a mention is an id."""
    candidates = found.candidates
    for person in people:
        mention, name = f"<@{person.slack_user}>", _own_name(person, people)
        if name is not None and name != mention:
            candidates = tuple(_named(phrase, mention, name, today, zone) for phrase in candidates)
    return replace(found, candidates=tuple(dict.fromkeys(candidates)))


def _named(phrase: str, mention: str, name: str, today: date, zone: ZoneInfo) -> str:
    """Return the phrase with the name, if it asks the same."""
    meant = read(Personal(phrase), today=today, zone=zone)
    named = phrase.replace(mention, name)
    again = read(Personal(named), today=today, zone=zone)
    if not isinstance(meant, Question) or not isinstance(again, Question):
        return phrase
    return named if replace(again, name=meant.name, others=meant.others) == meant else phrase


def _own_name(person: PersonTerms, people: Sequence[PersonTerms]) -> str | None:
    mention = (f"<@{person.slack_user}>",) if person.slack_user else ()
    others = [other for other in people if other.person != person.person]
    return next((name for name in (*person.names, *mention) if not any(o.answers_to(name) for o in others)), None)


def _offered(reason: Unclear, phrases: Iterator[str]) -> NotUnderstood:
    return NotUnderstood(reason=reason, candidates=tuple(dict.fromkeys(phrases))[:MOST])
