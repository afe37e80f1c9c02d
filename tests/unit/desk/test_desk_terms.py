from datetime import date
from pathlib import Path

from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.policy import Language, Surface
from sekimori.desk.terms import mailboxes_of, policy_of
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
