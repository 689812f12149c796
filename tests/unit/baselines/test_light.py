from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["baselines", "explain"])
def test_importing_the_package_costs_no_framework(package):
    heavy = "torch sklearn coffea awkward uproot dask"
    code = f"import sys, coffea_lcf.{package}; print(set({heavy.split()}) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_the_network_knows_nothing_of_coffea():
    code = "import sys, coffea_lcf.baselines.network; print({'coffea', 'dask'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
