"""Learn cuts from arrays: no configuration, no processor, any way of reading files.

python examples/learn_cuts_from_arrays.py
"""

from __future__ import annotations

from pathlib import Path

import awkward as ak
import numpy as np
import uproot

import coffea_lcf as lcf

DATA = Path(__file__).parents[1] / "analysis_configs" / "data"
BRANCHES = ["FatJet_pt", "FatJet_trimMass", "FatJet_tau1", "FatJet_tau2"]


def leading_jet(name: str) -> ak.Array:
    """Return mass and substructure of the hardest large-R jet of each event."""
    jets = uproot.open(DATA / f"{name}.root")["Events"].arrays(BRANCHES)
    hardest = ak.argmax(jets.FatJet_pt, axis=1, keepdims=True)
    mass, tau1, tau2 = (ak.firsts(jets[branch][hardest]) for branch in BRANCHES[1:])
    return ak.zip({"mass": mass, "tau21": tau2 / tau1})


def main() -> None:
    """Learn the cuts, then count with them as coffea does."""
    signal, background = leading_jet("ww"), leading_jet("qcd")
    events = ak.concatenate([signal, background])
    table = lcf.ObservableTable.from_arrays(
        {name: events[name] for name in events.fields},
        label=np.repeat([True, False], [len(signal), len(background)]),
        units={"mass": "GeV"},
    )
    # figures of events that a fit has seen are too good: keep some for the figures
    training, test = table.split(0.25, seed=1)
    selection = lcf.fit(training, "sequential", seed=1).selection
    print(selection)

    # the cuts are plain numbers: from here on nothing needs torch
    for label in (True, False):
        packed = selection.to_packed_selection(test.select(test.label == label))
        alone, together, labels = packed.cutflow(*selection.names).yieldhist()
        print("signal" if label else "background")
        for name, one, several in zip(labels, alone.values(), together.values(), strict=True):
            print(f"  {name:10} alone {one:5.0f}   with those above {several:5.0f}")


if __name__ == "__main__":
    main()
