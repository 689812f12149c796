"""What ``coffea-lcf inspect`` prints."""

from __future__ import annotations

from collections import defaultdict

from rich.console import Console
from rich.table import Table

from coffea_lcf.workflow.inspect import Inspection

MOST_FIELDS = 12


def show(found: Inspection) -> None:
    """Print trees, branches by collection, and the observables that can be computed."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{found.path}", markup=False)
    for name, entries in found.trees.items():
        mark = "  <- looked into" if name == found.tree else ""
        console.print(f"  tree {name}: {entries} entries{mark}", markup=False)
    if found.sumw is not None:
        console.print(f"  Σw of the generated events (Runs): {found.sumw:.6g}")
    console.print(f"\n{len(found.branches)} branches of {found.tree}")
    console.print(_branches(found))
    for kind, observables in found.computable.items():
        table = Table("observable", "unit", "what it is", "branches", box=None)
        for one in observables:
            table.add_row(one.name, one.unit or "-", one.description, ", ".join(one.branches))
        console.print(f"\n{kind} can compute")
        console.print(table)
        for name, branches in found.lacking[kind].items():
            console.print(f"  not {name}: no {', '.join(branches)}", markup=False)


def _branches(found: Inspection) -> Table:
    collections = defaultdict(list)
    for name, kind in found.branches.items():
        collection, _, field = name.partition("_")
        collections[collection if field else ""].append(f"{field or name}: {kind}")
    table = Table("collection", "fields", box=None)
    for collection, fields in sorted(collections.items()):
        more = len(fields) - MOST_FIELDS
        shown = ", ".join(fields[:MOST_FIELDS]) + (f", and {more} more" if more > 0 else "")
        table.add_row(collection or "(single)", shown)
    return table
