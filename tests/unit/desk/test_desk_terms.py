from datetime import date, timedelta
from pathlib import Path

from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import Language, Surface
from sekimori.desk.terms import elsewhere_of, mailboxes_of, policy_of, working_time_of
from sekimori.manifest.loader import parsed

MANIFEST = """
[service]
timezone = "Asia/Tokyo"
language = "en"
[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
certificate = "file:bot.pem"
[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"
[[people]]
id = "sato"
names = ["佐藤", "Sato"]
mailbox = "sato@fabrikam.example"
precision = "day_part"
horizon_days = 14
hours = "09:30-18:00"
until = 2027-03-31
slack_user = "U0SATO"
[[partners]]
id = "contoso"
team = "T0CONTOSO"
enterprise = "E0CONTOSO"
channels = ["C0SHARED"]
answer_in = "dm"
language = "ja"
[[partners.requesters]]
user = "U0SEC"
may_ask = ["sato"]
purpose = "schedule coordination"
precision = "busy_only"
until = 2027-03-30
[[partners]]
id = "northwind"
team = "T0NORTHWIND"
channels = ["C0SHARED"]
"""


def test_every_limit_of_the_manifest_is_a_limit_of_the_policy() -> None:
    policy = policy_of(parsed(MANIFEST, file=Path("sekimori.toml")))
    (sato,) = policy.people
    contoso, northwind = policy.partners
    (secretary,) = contoso.requesters
    assert (sato.person, sato.names, sato.slack_user) == ("sato", ("佐藤", "Sato"), "U0SATO")
    assert (sato.precision, sato.horizon_days, sato.until) == (Precision.DAY_PART, 14, date(2027, 3, 31))
    assert sato.hours == Hours(opens=570, closes=1080)
    assert (contoso.team, contoso.enterprise, contoso.channels) == ("T0CONTOSO", "E0CONTOSO", {"C0SHARED"})
    assert (contoso.answer_in, contoso.language) == (Surface.DIRECT, Language.JA)
    assert (northwind.answer_in, northwind.language) == (Surface.MODAL, Language.EN)
    assert (secretary.user, secretary.may_ask, secretary.until) == ("U0SEC", {"sato"}, date(2027, 3, 30))
    assert secretary.purpose == "schedule coordination"
    assert secretary.precision is Precision.BUSY_ONLY


def test_a_mailbox_is_hidden_wherever_text_is_made_of_it() -> None:
    mailboxes = mailboxes_of(parsed(MANIFEST, file=Path("sekimori.toml")))
    assert mailboxes["sato"].reveal() == "sato@fabrikam.example"  # type: ignore[index]
    assert "fabrikam" not in repr(mailboxes)


def test_meetings_are_arranged_in_usual_working_time_unless_the_manifest_says_otherwise() -> None:
    usual = working_time_of(parsed(MANIFEST, file=Path("sekimori.toml")))
    assert (usual.zone.key, usual.hours) == ("Asia/Tokyo", Hours(opens=540, closes=1080))
    assert usual.lunch == Hours(opens=720, closes=780)
    assert (usual.days_off, usual.buffer) == ({5, 6}, timedelta())
    assert usual.is_off(date(2026, 11, 23)), "a holiday"
    rules = """
[coordination]
hours = "10:00-16:00"
lunch = "none"
days_off = ["fri", "sat"]
holidays = "none"
buffer_minutes = 15
"""
    own = working_time_of(parsed(MANIFEST + rules, file=Path("sekimori.toml")))
    assert (own.hours, own.lunch) == (Hours(opens=600, closes=960), None)
    assert (own.days_off, own.buffer) == ({4, 5}, timedelta(minutes=15))
    assert not own.is_off(date(2026, 11, 23))


def test_further_calendars_are_known_by_their_providers() -> None:
    also = 'slack_user = "U0SATO"\nalso = [{ provider = "google", calendar = "sato@contoso.example" }]'
    text = MANIFEST.replace('slack_user = "U0SATO"', also) + '\n[google]\nservice_account = "file:key.json"\n'
    manifest = parsed(text, file=Path("sekimori.toml"))
    assert elsewhere_of(manifest) == {"sato": ("google",)}
