"""Run the chain from Python, and read its skims again with coffea.

python examples/skim_and_reread.py
"""

from __future__ import annotations

from pathlib import Path

import awkward as ak
from coffea.nanoevents import NanoAODSchema, NanoEventsFactory

import coffea_lcf as lcf
from coffea_lcf.config.fileset import read_fileset
from coffea_lcf.workflow.analysis import prepare
from coffea_lcf.workflow.fit import fit_cuts
from coffea_lcf.workflow.skim import skim
from coffea_lcf.workflow.tabulate import tabulate

CONFIG = Path(__file__).parents[1] / "analysis_configs" / "w_vs_qcd.yaml"
OUTPUT = Path("output/example")

NanoAODSchema.warn_missing_crossrefs = False  # the sample has no leptons to refer to


def main() -> None:
    """Do the steps that a skim needs, then look at what it kept."""
    # as the commands do: each step reads what the one before wrote, and is skipped when done
    analysis = prepare(CONFIG, OUTPUT)
    for step in (tabulate, fit_cuts, skim):
        step(analysis)
    selection = lcf.Selection.load(OUTPUT / "selection.json")
    print(selection)

    for name, dataset in read_fileset(OUTPUT / "skims" / "fileset.json").items():
        (path,) = dataset["files"]
        events = NanoEventsFactory.from_root(
            {path: dataset["tree"]}, schemaclass=NanoAODSchema, mode="virtual"
        ).events()
        # every event is there for the mass of its hardest jet
        leading = events.FatJet[ak.argmax(events.FatJet.pt, axis=1, keepdims=True)][:, 0]
        print(f"{name}: trimmed mass from {ak.min(leading.trimMass):.2f} ", end="")
        print(f"to {ak.max(leading.trimMass):.2f} GeV")
        # a yield needs Σw from before the skim, which the fileset keeps
        weight = dataset["cross_section"] * analysis.config.luminosity / dataset["sumw"]
        print(f"  {len(events)} events, {weight * ak.sum(events.genWeight):.4g} expected")


if __name__ == "__main__":
    main()
