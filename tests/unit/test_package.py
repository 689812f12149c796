from __future__ import annotations

import subprocess
import sys

import pytest

import coffea_lcf


def _imported_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after `statement`."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import coffea_lcf",
        "import coffea_lcf as lcf; lcf.Selection; lcf.Cut; lcf.ObservableTable",
        "import coffea_lcf.selection, coffea_lcf.cutflow, coffea_lcf.processing",
    ],
)
def test_the_columnar_side_never_pays_for_torch(statement):
    assert "torch" not in _imported_by(statement)


def test_the_tensor_side_knows_nothing_of_coffea():
    imported = _imported_by("import coffea_lcf.training.fit")
    assert "torch" in imported
    assert not imported & {"coffea", "awkward", "uproot", "dask"}


@pytest.mark.parametrize("name", coffea_lcf.__all__)
def test_public_names_resolve(name):
    assert getattr(coffea_lcf, name) is not None
    assert name in dir(coffea_lcf)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'coffea_lcf' has no attribute 'fitt'"):
        coffea_lcf.fitt  # noqa: B018
