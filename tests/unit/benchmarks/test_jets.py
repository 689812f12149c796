from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.jets import HAND_MADE, load, read

JETS = Path(__file__).parents[3] / "analysis_configs" / "data" / "top_tagging"


def test_one_file_is_a_part_of_the_sample():
    both = load(JETS, 20, 12, further=lambda _: {})
    top, qcd = (read(JETS / f"{name}.root", 20, 12) for name in ("top", "qcd"))
    assert both.observables.label.tolist() == [True] * 20 + [False] * 20
    for rows, part in ((slice(20), top), (slice(20, None), qcd)):
        assert np.array_equal(both.cloud.p4[rows], part.cloud.p4)
        assert np.array_equal(both.observables.select(rows).matrix(), part.observables.matrix())


def test_a_file_has_the_hand_made_observables_of_all_its_jets():
    jets = read(JETS / "qcd.root", None, 5)
    assert jets.observables.names == HAND_MADE
    assert jets.cloud.p4.shape == (len(jets), 5, 4)
    assert len(jets) == 2000
    assert len(jets.select(slice(3))) == 3


def test_the_mass_is_that_of_the_constituents():
    jets = read(JETS / "top.root", 50, 200)
    total = jets.cloud.p4.astype(np.float64).sum(1)
    mass = np.sqrt(total[:, 0] ** 2 - (total[:, 1:] ** 2).sum(1))
    assert np.allclose(mass, jets.observables["mass"], rtol=0.02)
