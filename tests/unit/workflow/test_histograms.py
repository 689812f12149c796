from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from coffea_lcf.selection import Cut
from coffea_lcf.workflow import histograms
from coffea_lcf.workflow.histograms import checkpoint_identity


def test_chunks_behind_cuts_that_are_almost_the_same_do_not_mix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(histograms.tabulate, "identity", lambda analysis: "same")
    bins = {"x": SimpleNamespace(center=0.0, scale=1.0)}
    analysis: Any = None
    identities = set()
    for lower in (1234.567, 1234.5678):
        plan: Any = SimpleNamespace(bins=bins, fixed=(Cut("pt", "right", lower),))
        identities.add(checkpoint_identity(analysis, plan))
    assert len(identities) == 2
