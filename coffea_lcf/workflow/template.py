"""A commented configuration to start from, written for a file."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template

import numpy as np

from coffea_lcf.datasets.survey import open_root
from coffea_lcf.errors import FilesetError, OutputError
from coffea_lcf.workflow.inspect import Inspection, inspect_file
from coffea_lcf.writing import write_text

TEMPLATE = Template("""\
# A configuration for coffea-lcf, written for $path
# Edit it, then:  coffea-lcf run $config
name: $name
description: what the cuts are for

# One entry a physics process. Paths and globs start from this file's folder;
# xrootd addresses (root://...) are taken as they are.
datasets:
  signal:
    files: [$path]
    label: signal
    # cross_section: 1.0   # pb, with filter efficiency; without it Σw counts as it is
  background:
    files: [$path]   # <- put background files here
    label: background
    # cross_section: 100.0
# luminosity: 59.7e+3      # pb⁻¹, for the expected yields

tree: $tree
schema: BaseSchema         # flat branch names; NanoAODSchema, PHYSLITESchema, ... give objects
$weight
# The observables that may be cut, in the order of the cuts. Here: branches with one number an
# event. For leading jets, ratios and the like name a processor, as in the repository's
# processors/jets.py, and list what it knows:
#   processor: {file: processors/jets.py, class: LargeRJets}
#   observables: [jet_pt, softdrop_mass, tau21]
observables:
$observables
# Fixed cuts that come first; the fit sees only events that pass.
# preselection:
#   - {observable: $first, case: right, lower: 0.0}

fit:
  strategy: sequential     # or parallel, or joint: the best AND of cuts
  # objective: {kind: background_rejection, signal_efficiency: [0.5, 0.7]}   # of joint cuts
  seed: 1
  # centers: {$first: 0.0} # found from the signal if not given
  # test_fraction: 0.25    # events that the fit never sees

# Regions with a cut-flow each; their observables get no learned cut.
# regions:
#   low: [{observable: $first, case: left, upper: 0.0}]
#   high: [{observable: $first, case: right, lower: 0.0}]

cutflow:
  background_uncertainty: 0.1   # relative, for the Asimov significance

skim:
  columns: ["*"]           # branch names with wildcards; "-HLT_*" drops
  # format: rntuple

execution:
  executor: iterative      # or futures, for several processes
  # workers: 4
  # chunksize: 100000
""")


IDENTIFIERS = ("run", "luminosityBlock", "event", "genWeight", "bunchCrossing")

TRUTH = ("Gen", "LHE", "MC", "Pileup")
"""Starts of the names of branches that data do not have."""

MOST_ENTRIES = 10_000
"""Entries that tell whether a branch is constant."""


def write_template(config: Path, path: str, force: bool = False) -> Path:
    """Write a commented configuration for files like `path` and return its path.

    Raises
    ------
    OutputError
        If `config` is there already, unless `force`.
    FilesetError
        As `inspect_file`, or if no branch holds one number an event.
    """
    if config.exists() and not force:
        msg = f"{config} is there already: choose another name, or --force"
        raise OutputError(msg)
    found = inspect_file(path)
    flat = _varying(found)
    if not flat:
        msg = f"tree {found.tree!r} of {path} has no branch with one number an event: "
        msg += "start from analysis_configs/w_vs_qcd.yaml, which uses a processor"
        raise FilesetError(msg)
    listed = "\n".join(f"  {name}: {{branch: {name}}}" for name in flat[:6])
    weighted = "genWeight" in found.branches
    text = TEMPLATE.substitute(
        # a JSON string is a YAML string too, whatever letters are in it
        path=json.dumps(str(Path(path).resolve()), ensure_ascii=False),
        config=config,
        name="".join(letter if letter.isalnum() else "_" for letter in config.stem),
        tree=found.tree,
        weight="weight: genWeight\n" if weighted else "# weight: NAME   # branch of the weight\n",
        observables=listed + "\n",
        first=flat[0],
    )
    return write_text(config, text)


def _varying(found: Inspection) -> list[str]:
    """Return the event-level branches that are not constant, counters and momenta first."""
    flat = [name for name, kind in found.branches.items() if _is_number(name, kind)]
    with open_root(found.path, "init") as file:
        arrays = file[found.tree].arrays(flat, library="np", entry_stop=MOST_ENTRIES)
    varying = [
        name
        for name in flat
        if len(arrays[name]) and np.ptp(arrays[name]) > 0 and not name.startswith(TRUTH)
    ]
    return sorted(varying, key=lambda name: not (_is_counter(name) or name.endswith("_pt")))


def _is_number(name: str, kind: str) -> bool:
    """Tell an event-level number from collections, flags and identifiers."""
    plain = not kind.endswith("]") and kind.startswith(("float", "double", "int", "uint"))
    return plain and name.isidentifier() and name not in IDENTIFIERS


def _is_counter(name: str) -> bool:
    return name[:1] in ("n", "N") and name[1:2].isupper()
