"""What stands in the configuration of a new analysis."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

import yaml

from coffea_lcf.datasets.companions import EVENT_IDS
from coffea_lcf.skimming.trees import QUADRATIC
from coffea_lcf.workflow.init.candidates import MOSTLY, Candidate
from coffea_lcf.workflow.init.formats import Format
from coffea_lcf.workflow.init.offered import shared
from coffea_lcf.workflow.init.samples import Sample
from coffea_lcf.workflow.inspect import Inspection

PROPOSED, SHOWN = 6, 30
"""Observables that are cut, and those that are listed with them."""

WIDEST = 60
"""Column from which the remarks no longer move to the right for a long name."""

WEIGHTS = ("genWeight", "mcEventWeight", "EventWeight", "event_weight", "weight")
"""Names of the branch of the event weight, the first that is there is taken."""


def blanks(
    samples: Iterable[Sample],
    first: Sequence[Inspection],
    layout: Format,
    found: Sequence[Candidate],
) -> dict[str, str]:
    """Return what fills the blanks of ``template/analysis.yaml``, by name.

    Parameters
    ----------
    samples, first
        The datasets, and what is in the first file of each.
    layout
        How the files are read.
    found
        What could be cut.
    """
    return {
        "datasets": "\n".join(_dataset(one) for one in samples),
        "tree": _scalar(first[0].tree),
        "schema": layout.schema,
        "weight": _weight(shared(first)),
        "processor": _processor(layout),
        "observables": _observables(found),
        "first": proposed(found)[0].observable.name,
        "columns": json.dumps(_columns(found, first, layout)),
    }


def proposed(found: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates that are cut: the best of those that most signal events have.

    Where a processor knows the files, its observables are physics; a flat branch beside them
    may separate samples by how they were simulated.
    """
    usable = [one for one in found if one.defined >= MOSTLY]
    computed = [one for one in usable if not one.branch]
    return (computed or usable or list(found))[:PROPOSED]


def _dataset(sample: Sample) -> str:
    return (
        f"  {_scalar(sample.name)}:\n"
        f"    label: {sample.label}\n"
        "    # cross_section: 1.0   # pb, with filter efficiency; for all datasets or for none"
    )


def _weight(branches: Collection[str]) -> str:
    known = [name for name in WEIGHTS if name in branches]
    comment = "# branch of the event weight; without it every event counts 1"
    return f"weight: {known[0]}   {comment}" if known else f"# weight: NAME   {comment}"


def _processor(layout: Format) -> str:
    if not layout.kind:
        return (
            "\n# Observables that are computed, such as those of leading jets, come from a class "
            "in a Python file\n"
            "# processor: {file: processors/mine.py, class: Mine}\n"
        )
    options = json.dumps(dict(layout.options)) if layout.options else ""
    return (
        "\n# The class that computes observables from the branches; add your own to its catalogue\n"
        f"processor:\n  file: processors/{layout.file}\n  class: {layout.kind}\n"
        + (f"  options: {options}\n" if options else "")
    )


def _columns(found: Sequence[Candidate], first: Sequence[Inspection], layout: Format) -> list[str]:
    """Return the branches that skims keep: all, or of wide NanoAOD the collections to cut on."""
    if not layout.nanoaod or max(len(one.branches) for one in first) <= QUADRATIC:
        return ["*"]
    used = [name for one in found if not one.branch for name in one.observable.branches]
    collections = dict.fromkeys(f"{name.partition('_')[0]}_*" for name in used)
    return [*collections, *(name for name in (*EVENT_IDS, *WEIGHTS) if name in shared(first))]


def _observables(found: Sequence[Candidate]) -> str:
    chosen = proposed(found)
    others = sorted((one for one in found if one not in chosen), key=lambda one: one.branch != "")
    listed = [*((one, "") for one in chosen), *((one, "# ") for one in others)][:SHOWN]
    entries = [(f"  {sign}{_entry(one)}", _remark(one)) for one, sign in listed]
    width = min(max(len(entry) for entry, _ in entries), WIDEST)
    lines = [f"{entry:{width}}  # {remark}" for entry, remark in entries]
    if len(found) > SHOWN:
        lines.append(f"  # and {len(found) - SHOWN} more:  coffea-lcf inspect FILE.root")
    return "\n".join(lines)


def _entry(one: Candidate) -> str:
    name = _scalar(one.observable.name)
    if not one.branch:
        return f"{name}:"
    unit = f", unit: {one.observable.unit}" if one.observable.unit else ""
    return f"{name}: {{branch: {_scalar(one.branch)}{unit}}}"


def _remark(one: Candidate) -> str:
    remark = f"{one.separation:.2f}"
    if not one.branch:
        unit = f" ({one.observable.unit})" if one.observable.unit else ""
        remark += f"  {one.observable.description}{unit}"
    if one.defined < MOSTLY:
        remark += f"  only in {one.defined:.0%} of the signal"
    return remark


def _scalar(text: str) -> str:
    """Return `text` as YAML: quoted where it would mean something else."""
    plain = text.isidentifier() and yaml.safe_load(text) == text
    # a JSON string is a YAML string too, whatever letters are in it
    return text if plain else json.dumps(text, ensure_ascii=False)
