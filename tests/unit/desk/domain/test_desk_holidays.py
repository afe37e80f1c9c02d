from datetime import date

import pytest

from sekimori.desk.domain.holidays import holiday_name, is_working_day


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 5, 6), "憲法記念日 振替休日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2027, 1, 1), "元日"),
        (date(2026, 11, 24), None),
        (date(2026, 11, 22), None),
        (date(9999, 12, 31), None),
    ],
)
def test_holidays_have_names(day: date, name: str | None) -> None:
    assert holiday_name(day) == name


def test_a_working_day_is_neither_on_a_weekend_nor_a_holiday() -> None:
    week = [date(2026, 11, number) for number in range(20, 26)]
    assert [day.day for day in week if is_working_day(day)] == [20, 24, 25]
