"""Which findings make one alert, whatever order they come in; and what must never be folded away."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.alert import Alert
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing
from sekimori.watch.grouping import CHANGE_SPAN, FOLD_SPAN, LOUD, Mute, sort_into

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def alert(fingerprint, *, rule="r", app="a", after=timedelta(), level=Level.HIGH, **more):
    when = (NOW + after).isoformat()
    return Alert(
        fingerprint=fingerprint, rule=rule, level=level, title="t", summary="s", app_key=app, time=when, **more
    )


def placed(*alerts, mutes=(), batches=None):
    """Sort alerts, all at once or one after the other; return the alert each finding is in."""
    groups, keys, where = {}, {}, {}
    for batch in [alerts] if batches is None else [[one] for one in alerts]:
        result = sort_into(batch, groups=groups, keys=keys, mutes=mutes, now=NOW)
        groups |= result.groups
        keys |= result.keys
        where |= result.placed
    return where, groups


def test_the_events_of_one_change_are_parts_of_one_alert():
    where, groups = placed(
        alert("1", rule="credential_added", correlation="c"),
        alert("2", rule="application_updated", correlation="c", after=timedelta(seconds=1), level=Level.CRITICAL),
        alert("3", rule="principal_updated", app=None, correlation="c"),
    )
    assert set(where.values()) == {"1"}
    assert (groups["1"].count, groups["1"].level, groups["1"].lead) == (3, Level.CRITICAL, "2")


def test_the_same_change_without_a_correlation_is_known_by_what_was_changed():
    where, _ = placed(
        alert("1", rule="x", likeness="l"), alert("2", rule="y", likeness="l", after=timedelta(seconds=9))
    )
    assert where["2"] == "1"


def test_a_correlation_that_somebody_uses_again_joins_neither_another_application_nor_another_time():
    later = CHANGE_SPAN + timedelta(seconds=1)
    where, _ = placed(
        alert("1", rule="x", app="app:a", correlation="c"),
        alert("2", rule="y", app="app:b", correlation="c"),
        alert("3", rule="z", app="app:a", correlation="c", after=later),
    )
    assert len(set(where.values())) == 3


def test_the_same_rule_on_the_same_application_is_folded_for_an_hour():
    where, groups = placed(*(alert(str(n), after=timedelta(minutes=10 * n)) for n in range(12)))
    assert [where[str(n)] for n in range(12)] == ["0"] * 6 + ["6"] * 6
    assert groups["0"].count == 6


def test_another_key_or_address_is_told_by_itself_until_the_rule_makes_too_many():
    where, groups = placed(*(alert(str(n), detail=str(n)) for n in range(40)))
    assert [where[str(n)] for n in range(LOUD)] == [str(n) for n in range(LOUD)]
    assert set(where.values()) == {str(n) for n in range(LOUD)}
    assert groups[str(LOUD - 1)].count == 40 - LOUD + 1
    assert placed(*(alert(str(n), detail=str(n)) for n in range(40)), batches=1)[0] == where


def test_another_application_or_rule_is_never_folded():
    where, _ = placed(alert("1"), alert("2", app="b"), alert("3", rule="other"))
    assert len(set(where.values())) == 3


def test_what_somebody_has_judged_takes_nothing_more():
    _, groups = placed(alert("1"))
    acknowledged = {"1": _standing(groups["1"], Standing.ACKNOWLEDGED)}
    result = sort_into([alert("2")], groups=acknowledged, keys={"fold:r|a|": "1", "fold:r|a#0": "1"}, mutes=(), now=NOW)
    assert result.placed == {"2": "2"}


def _standing(group, standing):
    from dataclasses import replace

    return replace(group, standing=standing)


def test_a_decision_mutes_its_rules_on_its_application_by_its_actor_alone():
    mute = Mute(decision=7, rules=frozenset({"r"}), app="a", actor="x", standing=Standing.EXPECTED)
    where, groups = placed(
        alert("muted", actor="x"),
        alert("again", actor="x", after=timedelta(minutes=1)),
        alert("by another", actor="y"),
        alert("another rule", rule="other", actor="x"),
        alert("another app", app="b", actor="x"),
        mutes=[mute],
    )
    assert where["again"] == "muted"
    assert (groups["muted"].standing, groups["muted"].mute) == (Standing.EXPECTED, 7)
    loud = {where[name] for name in ("by another", "another rule", "another app")}
    assert all(groups[id_].standing is Standing.NEW and groups[id_].mute is None for id_ in loud)


def test_a_muted_change_does_not_pull_in_what_is_not_muted():
    mute = Mute(decision=7, rules=frozenset({"r"}), app="a", actor=None, standing=Standing.EXPECTED)
    where, _ = placed(alert("1", correlation="c"), alert("2", rule="other", correlation="c"), mutes=[mute])
    assert where["1"] != where["2"]


def test_what_was_announced_is_expected_without_a_decision_and_joins_nothing_that_was_not():
    where, groups = placed(
        alert("1", correlation="c", level=Level.INFORMATIONAL, expected=True),
        alert("2", rule="other", correlation="c"),
        alert("3", after=timedelta(minutes=1)),
        alert("4", level=Level.INFORMATIONAL, expected=True, after=timedelta(minutes=50)),
        alert("5", level=Level.INFORMATIONAL, expected=True, after=timedelta(minutes=70)),
        batches=1,
    )
    assert where == {"1": "1", "2": "2", "3": "3", "4": "1", "5": "5"}
    quiet = {id_ for id_, group in groups.items() if group.quiet}
    assert quiet == {id_ for id_, group in groups.items() if group.standing is Standing.EXPECTED} == {"1", "5"}


def test_only_what_raises_an_alert_is_urgent():
    _, groups = placed(alert("1", level=Level.LOW), alert("2", level=Level.LOW), batches=1)
    assert not groups["1"].urgent
    _, groups = placed(alert("1", level=Level.LOW), alert("2", level=Level.HIGH), batches=1)
    assert groups["1"].urgent


floods = st.lists(
    st.builds(
        alert,
        st.uuids().map(str),
        rule=st.sampled_from(["r", "s"]),
        detail=st.sampled_from("12345"),
        app=st.sampled_from(["app:a", "app:b", None]),
        after=st.integers(0, int(FOLD_SPAN.total_seconds()) - 1).map(lambda seconds: timedelta(seconds=seconds)),
        level=st.sampled_from(Level),
    ),
    max_size=12,
    unique_by=lambda one: one.fingerprint,
)


@settings(max_examples=60, deadline=None)
@given(found=floods, seed=st.randoms(use_true_random=False))
def test_within_the_span_batches_and_order_do_not_change_what_is_folded_together(found, seed):
    def partition(where):
        groups: dict[str, set[str]] = {}
        for finding, group in where.items():
            groups.setdefault(group, set()).add(finding)
        return {frozenset(members) for members in groups.values()}

    shuffled = list(found)
    seed.shuffle(shuffled)
    once, groups = placed(*found)
    assert partition(once) == partition(placed(*shuffled, batches=1)[0])
    assert sum(group.count for group in groups.values()) == len(found)
    for finding in found:
        assert groups[once[finding.fingerprint]].level.at_least(finding.level)
