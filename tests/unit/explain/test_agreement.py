from __future__ import annotations

import math

import pytest

from coffea_lcf.explain import Worth, disagreements, rank_correlation, worth_text

A, B, C, AB = ("a",), ("b",), ("c",), ("a", "b")
CUTS = Worth(
    "cuts",
    0.8,
    {
        "learned": {A: 0.7, B: math.nan, C: 0.3},
        "no cut": {A: 0.1, B: 0.0, C: 0.02, AB: 0.1},
        "permuted": {A: 0.1, B: 0.0, C: 0.02, AB: 0.1},
    },
)
NETWORK = Worth(
    "network",
    0.9,
    {
        "permuted": {A: 0.1, B: 0.2, C: 0.05, AB: 0.3},
        "MAD S": {A: 0.5, B: 0.4, C: 0.1, AB: 0.9},
        "retrained": {A: 0.001, B: 0.0005, C: 0.02, AB: 0.1},
    },
)
GROUPS = (AB, C)


def test_rank_correlation_takes_what_both_know():
    assert rank_correlation({"a": 1, "b": 2, "c": 3}, {"a": 5, "b": 7, "d": 0}) == pytest.approx(
        1.0
    )
    assert rank_correlation(
        {"a": 1, "b": math.nan, "c": 3}, {"a": 5, "b": 6, "c": 2}
    ) == pytest.approx(-1.0)
    assert math.isnan(rank_correlation({"a": 1.0}, {"a": 1.0}))


def test_groups_explain_what_single_measures_hide():
    covering, uncut, *ranks = disagreements([CUTS, NETWORK], GROUPS)
    assert covering == (
        "a and b say much the same and cover for each other. AUC lost by the network, retrained: "
        "without one at most 0.10 %, without all 10.00 %."
    )
    assert uncut == "The cuts need none on b beside a."
    assert ranks == [
        "b is number 1 to the network when permuted (20.00 % of AUC) and number 3 when they learn "
        "without it (0.05 %): others of its group take over."
    ]


def test_without_a_group_the_sentence_does_not_claim_one():
    (sentence,) = disagreements([NETWORK], (A, B, C))
    assert sentence.endswith("in no group, so several others must tell it together.")


def test_cuts_that_are_tighter_than_the_best_decision_are_told():
    tight = Worth("cuts", 0.7, {"no cut": {A: -0.01, B: 0.0, C: -0.02}, "permuted": {A: 0.1}})
    (sentence,) = disagreements([tight], (A, B, C))
    assert sentence.startswith("The cuts are tighter than the best decision is")


def test_small_losses_are_not_talked_about():
    small = Worth("trees", 0.9, {"permuted": {A: 1e-3, B: 5e-4, C: 4e-4, AB: 1.9e-3},
                                 "retrained": {A: 1e-4, B: 2e-4, C: 3e-4, AB: 1.9e-3}})  # fmt: skip
    assert disagreements([small], GROUPS) == []


def test_tables_have_the_same_columns_and_mark_what_makes_no_sense():
    text = worth_text([CUTS, NETWORK], GROUPS)
    heads = [line.split() for line in text.splitlines() if line.strip().startswith("observable ")]
    assert heads[0] == heads[1]
    assert heads[0][1:4] == ["learned", "no", "cut"]
    rows = [line.split() for line in text.splitlines() if line.split()[:1] == ["b"]]
    #                   learned cut     mean perm.  MAD S  B    IG   LRP  Shap. retrained
    assert rows[0][1:] == ["-", "0.00", "-", "0.00", "-", "-", "-", "-", "-", "-"]
    assert rows[1][1:] == ["-", "-", "-", "20.00", "0.4", "-", "-", "-", "-", "0.05"]
    assert max(map(len, text.split("\n- ")[0].splitlines())) <= 100


def test_agreement_is_with_learned_lost_and_retrained():
    text = worth_text([CUTS, NETWORK], GROUPS)
    head = next(line for line in text.splitlines() if line.strip().startswith("learned  no cut"))
    assert head.split() == ["learned", "no", "cut", "network", "retrained"]
    row = next(line for line in text.splitlines() if "network: permuted" in line)
    # of a and c both are alike; of three, b and a are exchanged with c last; then all reversed
    assert row.split()[-3:] == ["+1.00", "-0.50", "-1.00"]


@pytest.mark.parametrize("worths", [[CUTS], [NETWORK]])
def test_one_predictor_alone_is_told_too(worths):
    assert f"worth to the {worths[0].predictor}" in worth_text(worths, GROUPS)
