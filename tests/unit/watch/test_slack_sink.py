"""What the security channel is shown: within Slack's limits, mentioning nobody, whatever the log says."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.alert import Alert
from sekimori.watch.bundle import Bundle, Decision
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing
from sekimori.watch.slack_message import blocks_of, fallback_of

texts = st.text(max_size=4000)
alerts = st.builds(
    Alert,
    fingerprint=texts,
    rule=texts,
    level=st.sampled_from(Level),
    title=texts,
    summary=texts,
    techniques=st.lists(texts, max_size=3).map(tuple),
    questions=st.lists(texts, max_size=5).map(tuple),
    place=st.none() | texts,
    changes=st.lists(texts, max_size=3).map(tuple),
)
instants = st.just("2026-11-23T00:30:00+00:00")
decisions = st.builds(Decision, standing=st.sampled_from(Standing), who=texts, why=texts, at=instants, until=instants)
bundles = st.builds(
    Bundle,
    id=texts,
    revision=st.integers(min_value=1),
    level=st.sampled_from(Level),
    parts=st.lists(alerts, min_size=1, max_size=10).map(tuple),
    count=st.integers(min_value=1, max_value=10**9),
    first=instants,
    last=instants,
    decision=st.none() | decisions,
)


def all_texts(block):
    if block["type"] == "actions":
        return [element["text"] for element in block["elements"]]
    if block["type"] == "context":
        return block["elements"]
    return [block["text"]]


@settings(max_examples=50)
@given(bundle=bundles, language=st.sampled_from(Language))
def test_every_text_is_plain_and_within_slacks_limits(bundle, language):
    assert not set("<>") & set(fallback_of(bundle))
    for block in blocks_of(bundle, language):
        limit = 75 if block["type"] == "actions" else 150 if block["type"] == "header" else 3000
        for text in all_texts(block):
            assert text["type"] == "plain_text"
            assert text["emoji"] is False
            assert 0 < len(text["text"]) <= limit


def test_it_says_what_happened_what_to_ask_and_which_technique():
    alert = Alert(
        fingerprint="f",
        rule="graph_call_without_entry",
        level=Level.HIGH,
        title="Graph call with no audit entry behind it",
        summary="Somebody called Graph with our identity.",
        techniques=("T1078.004", "T1550.001"),
        questions=("Is this address ours?",),
        place="logs/entra.ndjson:7",
    )
    bundle = Bundle(id="f", revision=1, level=Level.HIGH, parts=(alert,))
    said = [text["text"] for block in blocks_of(bundle, Language.EN, buttons=False) for text in all_texts(block)]
    assert said[0].endswith("Graph call with no audit entry behind it")
    assert said[1] == "Somebody called Graph with our identity."
    assert "Is this address ours?" in said[2]
    assert said[3] == "high · T1078.004 · T1550.001 · graph_call_without_entry · logs/entra.ndjson:7"
