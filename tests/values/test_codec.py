"""A value is the same after encoding and decoding, and everything else is refused."""

import contextlib
import socket
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.values import (
    CASES_KEPT,
    PICTURE_KINDS,
    Case,
    Cause,
    Collected,
    Diagnosis,
    Ended,
    Evidence,
    Fit,
    Graded,
    Limits,
    Mode,
    Number,
    Order,
    Outcome,
    PackFiles,
    Picture,
    TestPlan,
    Verdict,
    Visibility,
)
from grader.values.bounds import AtLeast, Most
from grader.values.codec import decode, encode
from grader.values.health import Health, Layer
from grader.wire import Channel

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
counts = st.integers(0, 2**63 - 1)
floats = st.floats(allow_nan=False)
names = st.lists(words, max_size=3).map(tuple)
files = st.lists(st.tuples(words, st.binary(max_size=9)), max_size=3).map(tuple)
times = st.lists(st.tuples(words, floats), max_size=2).map(tuple)
decimals = st.decimals(0, 1, places=4)
leaves = st.none() | st.booleans() | st.integers(-9, 9) | floats.filter(lambda x: abs(x) < 1e300) | words
data = st.dictionaries(words, leaves | st.lists(leaves, max_size=2), max_size=3).map(
    lambda d: {key.replace("\x00", ""): _without_nul(value) for key, value in d.items()}
)


def _without_nul(value):
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    return value.replace("\x00", "") if isinstance(value, str) else value


pictures = st.builds(Picture, st.sampled_from(PICTURE_KINDS), words.filter(bool), data)
diagnoses = st.builds(
    Diagnosis, st.sampled_from(Fit), names, words, st.lists(st.tuples(words, words), max_size=2).map(tuple),
    floats, counts, words, words, words,
)  # fmt: skip
outcomes = st.builds(
    Outcome,
    words,
    st.sampled_from(Verdict),
    decimals,
    message=words,
    cases=st.lists(st.builds(Case, words, st.sampled_from(Verdict), words), max_size=2).map(tuple),
    numbers=st.lists(st.builds(Number, words, floats, floats, st.booleans()), max_size=2).map(tuple),
    diagnosis=st.none() | diagnoses,
    pictures=st.lists(pictures, max_size=2).map(tuple),
    output=words,
    traceback=words,
    arguments=st.binary(max_size=9),
    answer=words,
    cause=st.none() | st.sampled_from(Cause),
    detail=words,
    evidence=st.builds(Evidence, counts, counts, counts, counts, words, words),
)
limits = st.builds(Limits, floats, floats, st.integers(0, 9999), st.integers(0, 9999))
plans = st.builds(
    TestPlan, words, st.sampled_from(Visibility), limits, st.integers(0, 2**256 - 1), st.booleans()
)
packs = st.builds(PackFiles, words, files)
VALUES = {
    Outcome: outcomes,
    Ended: st.builds(Ended, outcomes, lost=st.booleans(), waited_s=floats),
    TestPlan: plans,
    Order: st.builds(
        Order, packs, names, files, st.lists(plans, max_size=2).map(tuple), floats, st.booleans()
    ),
    Graded: st.builds(
        Graded, st.lists(outcomes, max_size=1).map(tuple), st.sampled_from(Mode), times,
        st.dictionaries(words, words, max_size=2),
    ),
    PackFiles: packs,
    Collected: st.builds(Collected, names, names, names),
    Health: st.builds(
        Health, st.sampled_from(Mode), counts, counts,
        st.lists(st.builds(Layer, words, st.booleans(), words), max_size=2).map(tuple),
        st.dictionaries(words, words, max_size=2),
    ),
}  # fmt: skip
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9) | st.integers(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_a_value_is_the_same_after_encoding_and_decoding(kind, data):
    value = data.draw(VALUES[kind])

    assert decode(kind, encode(value)) == value


@given(outcomes)
def test_an_outcome_is_the_same_after_it_was_sent(outcome):
    here, there = socket.socketpair()
    with here, there:
        Channel(here.fileno(), own=True).send("outcome", encode(outcome))
        message = Channel(there.fileno(), own=True).receive()

    assert decode(Outcome, message.value) == outcome


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(plain)
def test_other_values_are_refused_with_a_value_error(kind, plain):
    with contextlib.suppress(ValueError):  # a dict of known fields may be accepted
        decoded = decode(kind, plain)
        assert all(hasattr(decoded, name) for name in plain)


@pytest.mark.parametrize("kind", VALUES, ids=lambda kind: kind.__name__)
@given(data=st.data(), strange=plain)
def test_a_field_with_a_strange_value_is_accepted_or_refused(kind, data, strange):
    encoded = encode(data.draw(VALUES[kind]))
    where = encoded
    while isinstance(where, dict) and where and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(where)))
        if not isinstance(where[key], dict):
            where[key] = strange
            break
        where = where[key]
    else:
        where["strange"] = strange

    with contextlib.suppress(ValueError):
        assert isinstance(decode(kind, encoded), kind)


OUTCOME = encode(Outcome("test_a", Verdict.PASSED, Decimal(1), cases=(Case("c", Verdict.PASSED),)))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"verdict": "lost"}, "verdict is 'lost'; expected one of passed, failed"),
        ({"share": "NaN"}, "share is 'NaN'; expected a decimal number as a string"),
        ({"share": 1}, "share is 1; expected a decimal number as a string"),
        ({"id": "x" * 201}, "id is '" + "x" * 60 + "'; at most 200 are allowed, it has 201"),
        ({"message": None}, "message is None; expected str"),
        ({"cases": [{"name": "c", "verdict": 5}]}, "cases[0].verdict is 5; expected one of"),
        ({"cases": [{"name": "c"}]}, "cases[0] is dict of 1; Case also needs verdict"),
        ({"numbers": [["a", 1.0, 2.0, True]]}, "numbers[0] is list of 4; expected the fields of Number"),
        ({"evidence": {"cpu_ns": -1}}, "evidence.cpu_ns is -1; must be at least 0"),
        ({"evidence": {"cpu_ns": True}}, "evidence.cpu_ns is True; expected a whole number"),
        ({"evidence": {"cpu_ns": 10**5000}}, "evidence.cpu_ns is a number of more than 64 bits"),
        ({"colour": "red"}, "colour is 'red'; Outcome has no such field"),
    ],
)
def test_a_refusal_names_the_place_the_value_and_the_rule(changed, message):
    with pytest.raises(ValueError, match=r".") as caught:
        decode(Outcome, {**OUTCOME, **changed})

    assert message in str(caught.value)


def test_long_strings_are_cut_and_surplus_cases_dropped():
    case = Case("n" * 999, Verdict.FAILED, "m" * 9999)
    outcome = Outcome("test_a", Verdict.FAILED, message="m" * 9999, cases=(case,) * (CASES_KEPT + 9))

    decoded = decode(Outcome, encode(outcome))

    assert len(decoded.message) == 4000
    assert decoded.cases == (Case("n" * 200, Verdict.FAILED, "m" * 2000),) * CASES_KEPT


def test_a_value_of_a_similar_type_is_sent_in_the_fields_type():
    number = Number("error", 1, Decimal("0.5"), 1)

    assert encode(number) == {"name": "error", "value": 1.0, "threshold": 0.5, "passed": True}


def test_what_decoding_adds_by_itself_is_not_sent():
    assert encode(Case("c", Verdict.PASSED)) == {"name": "c", "verdict": "passed"}
    assert encode(Case("c", Verdict.PASSED, "why")) == {"name": "c", "verdict": "passed", "message": "why"}


def test_a_key_must_be_hexadecimal_digits():
    plan = encode(TestPlan("test_a", Visibility.VISIBLE, Limits(), 0xFEED))

    assert plan["key"] == f"{0xFEED:032x}"
    for key in ("", "0x1", "1_0", " 1", "-1", "f" * 65, 7):
        with pytest.raises(ValueError, match="hexadecimal"):
            decode(TestPlan, {**plan, "key": key})


@dataclass(frozen=True)
class Later:
    """A type with a field that an older version doesn't send."""

    name: Annotated[str, Most(3)]
    count: Annotated[int, AtLeast(1)] = 1


def test_a_field_with_a_default_may_be_missing():
    assert decode(Later, {"name": "a"}) == Later("a")
    assert replace(Later("a"), count=2) == decode(Later, {"name": "a", "count": 2})
