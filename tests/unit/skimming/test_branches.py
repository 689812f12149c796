from __future__ import annotations

import pytest

from coffea_lcf.errors import ConfigError
from coffea_lcf.skimming.branches import check_patterns, select_branches

IDS = ("run", "luminosityBlock", "event")
JET = ("nJet", "Jet_pt", "Jet_eta", "Jet_btag")
FILE = (*IDS, "genWeight", *JET, "HLT_Mu50", "HLT_Mu5", "L1_x")


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        (["*"], FILE),
        (["*", "-HLT_*"], (*IDS, "genWeight", *JET, "L1_x")),
        (["*", "-HLT_*", "HLT_Mu5"], (*IDS, "genWeight", *JET, "HLT_Mu5", "L1_x")),
        (["HLT_Mu?"], (*IDS, "HLT_Mu5")),
        (["Jet_btag"], (*IDS, "nJet", "Jet_pt", "Jet_eta", "Jet_btag")),
        ([], IDS),
    ],
    ids=" ".join,
)
def test_patterns_by_hand(patterns: list[str], kept: tuple[str, ...]) -> None:
    assert select_branches(FILE, patterns) == kept


def test_required_branches_stay_when_dropped() -> None:
    kept = select_branches(FILE, ["*", "-genWeight", "-Jet_*"], required=["genWeight", "Jet_btag"])
    assert {"genWeight", "Jet_btag", "Jet_pt", "nJet"} <= set(kept)


def test_companions_stay_when_dropped() -> None:
    assert "Jet_eta" in select_branches(FILE, ["Jet_*", "-Jet_eta"])


def test_pattern_without_match_names_the_nearest() -> None:
    with pytest.raises(ConfigError) as caught:
        check_patterns(FILE, ["Jet_*", "-HLT_Mu51"])
    assert str(caught.value) == (
        "skim.columns: '-HLT_Mu51' matches no branch\n  nearest  HLT_Mu5, HLT_Mu50"
    )


def test_patterns_that_match_somewhere_are_fine() -> None:
    check_patterns((name for name in FILE), ["HLT_*", "-L1_?", "run"])
