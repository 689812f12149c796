"""Running the command line, and reading what it wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import uproot
import yaml
from click.testing import CliRunner, Result

from coffea_lcf.cli import main
from coffea_lcf.selection import Cut, Selection

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY / "analysis_configs" / "data"
PROCESSOR = {"file": str(REPOSITORY / "processors" / "jets.py"), "class": "LargeRJets"}

FLAT_CUTS = Selection((Cut("x", "middle", 65.0, 95.0, "GeV"), Cut("y", "left", upper=0.5)))
JET_CUTS = Selection(
    (Cut("trimmed_mass", "middle", 60.0, 100.0, "GeV"), Cut("tau21", "left", upper=0.5))
)


def lcf(*arguments: object) -> Result:
    """Run ``coffea-lcf`` with `arguments` in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def ok(*arguments: object) -> Result:
    """Run ``coffea-lcf``, which must succeed."""
    result = lcf(*arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def write_config(path: Path, document: dict[str, Any], **changes: Any) -> Path:
    """Write `document` with some sections replaced as YAML; None removes a section."""
    merged = {**document, **changes}
    kept = {name: section for name, section in merged.items() if section is not None}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")
    return path


def flat_document(signal: list[Path], background: list[Path]) -> dict[str, Any]:
    """Return a configuration that cuts the branches ``x`` and ``y``."""
    return {
        "name": "flat",
        "weight": "w",
        "datasets": {
            "signal": {"files": [str(path) for path in signal], "label": "signal"},
            "background": {"files": [str(path) for path in background], "label": "background"},
        },
        "observables": {"x": {"branch": "x", "unit": "GeV"}, "y": {"branch": "y"}},
        "fit": {"repeats": 1},
    }


def jet_document(stem: str = "_constituents") -> dict[str, Any]:
    """Return a configuration that cuts two observables of the sample's leading jet."""
    return {
        "name": "jets",
        "weight": "genWeight",
        "schema": "NanoAODSchema",
        "processor": PROCESSOR,
        "datasets": {
            "ww": {"files": [str(DATA / f"ww{stem}.root")], "label": "signal"},
            "qcd": {"files": [str(DATA / f"qcd{stem}.root")], "label": "background"},
        },
        "observables": ["trimmed_mass", "tau21"],
        "skim": {"columns": ["FatJet_*", "genWeight"]},
        "execution": {"chunksize": 700},
    }


def with_selection(config: Path, output: Path, selection: Selection, *steps: str) -> Path:
    """Tabulate, put `selection` where the fit would, run `steps` and return `output`."""
    ok("tabulate", config, "-o", output, "-q")
    selection.save(output / "selection.json")
    for step in steps:
        ok(step, config, "-o", output, "-q")
    return output


def read_json(path: Path) -> Any:
    """Return the content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def results(output: Path, step: str) -> dict[str, Any]:
    """Return what ``run.json`` keeps of `step`."""
    return dict(read_json(output / "run.json")["steps"][step]["result"])


def columns(output: Path, dataset: str) -> dict[str, Any]:
    """Return the columns of the Parquet shards of `dataset`."""
    table = pq.read_table(output / "observables" / dataset)
    return {name: table[name].to_numpy() for name in table.column_names}


def skim_files(output: Path, dataset: str) -> list[Path]:
    """Return the skims of `dataset` by first entry, as ``fileset.json`` lists them."""
    listed = read_json(output / "skims" / "fileset.json")[dataset]["files"]
    return sorted(map(Path, listed), key=lambda path: int(path.stem.split("__")[-1].split("-")[0]))


def sum_over_runs(paths: list[Path], branch: str = "genEventSumw") -> float:
    """Return Σw over the ``Runs`` trees of `paths`."""
    total = 0.0
    for path in paths:
        with uproot.open(path) as file:
            if "Runs" in file.keys(cycle=False):
                total += float(file["Runs"][branch].array(library="np").sum())
    return total


def unfinished(folder: Path) -> list[str]:
    """Return the temporary files that a failed write left in `folder`."""
    return [path.name for path in folder.rglob("*") if ".part" in path.name]


def refused(*arguments: object) -> str:
    """Return the message of ``coffea-lcf``, which must refuse with exit status 2."""
    result = lcf(*arguments)
    assert result.exit_code == 2, (result.output, result.exception)
    assert "Traceback" not in result.output
    return result.stderr


def incomplete(*arguments: object) -> str:
    """Return the message of ``coffea-lcf``, which must fail with exit status 1."""
    result = lcf(*arguments)
    assert result.exit_code == 1, (result.output, result.exception)
    assert "Traceback" not in result.output
    return result.stderr


def cause(message: str) -> str:
    """Return the first line of a message: class and cause."""
    return message.split("\n")[0]


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def with_signal(tmp_path: Path, background: Path, signal: Path) -> Path:
    """Return a configuration whose signal is the file `signal`."""
    return write_config(tmp_path / "flat.yaml", flat_document([signal], [background]))
