"""What the holidays of Japan are called in each of the desk's languages."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from sekimori.desk.domain.holidays import holiday_name
from sekimori.desk.domain.policy import Language

SUBSTITUTE: Final = "振替休日"

ENGLISH: Final[Mapping[str, str]] = {
    "元日": "New Year's Day",
    "成人の日": "Coming of Age Day",
    "建国記念の日": "National Foundation Day",
    "天皇誕生日": "The Emperor's Birthday",
    "春分の日": "Vernal Equinox Day",
    "昭和の日": "Showa Day",
    "憲法記念日": "Constitution Memorial Day",
    "みどりの日": "Greenery Day",
    "こどもの日": "Children's Day",
    "海の日": "Marine Day",
    "山の日": "Mountain Day",
    "敬老の日": "Respect for the Aged Day",
    "秋分の日": "Autumnal Equinox Day",
    "スポーツの日": "Sports Day",
    "文化の日": "Culture Day",
    "勤労感謝の日": "Labour Thanksgiving Day",
    "国民の休日": "Citizens' Holiday",
}


def holiday_in(language: Language, day: date) -> str | None:
    """Return a holiday's name in a language; a substitute is named after the holiday it stands for."""
    name = holiday_name(day)
    if name is None or language is Language.JA:
        return name
    own, _, substitute = name.partition(" ")
    english = ENGLISH.get(own, "Public holiday")
    return f"{english} (observed)" if substitute else english


def short_holiday_in(language: Language, day: date) -> str | None:
    """Return a holiday's name where there is room for a word only."""
    name = holiday_name(day)
    if name is None:
        return None
    return name.rpartition(" ")[2] if language is Language.JA else "holiday"
