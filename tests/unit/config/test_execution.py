from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from coffea_lcf.config.execution import ExecutionSection

CONDOR = {"class": "HTCondorCluster", "options": {"cores": 1}}


def test_defaults_run_here_and_miss_nothing() -> None:
    section = ExecutionSection()
    assert (section.executor, section.workers, section.chunksize) == ("iterative", 2, 100_000)
    assert (section.retries, section.checkpoints, section.allow_missing) == (3, True, False)


def test_a_cluster_of_a_site() -> None:
    section = ExecutionSection.model_validate(
        {"executor": "dask", "cluster": {**CONDOR, "class": "dask_lxplus.CernCluster"}}
    )
    assert section.cluster is not None
    assert section.cluster.name == "dask_lxplus.CernCluster"
    assert section.cluster.adapt is None


@pytest.mark.parametrize("place", [{"cluster": CONDOR}, {"scheduler": "tcp://a:1"}])
def test_who_names_a_cluster_wants_it(place: dict[str, Any]) -> None:
    assert ExecutionSection.model_validate(place).executor == "dask"
    # as --executor on the command line says for a quick look at this machine
    here = ExecutionSection.model_validate({"executor": "futures", **place})
    assert here.executor == "futures"


@pytest.mark.parametrize("memory", ["2GB", "1.5 GiB", "500MB", "100B"])
def test_memory_of_a_worker(memory: str) -> None:
    assert ExecutionSection(memory=memory).memory == memory


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"executor": "slurm"}, "'iterative', 'futures', 'dask', 'parsl' or 'taskvine'"),
        ({"workers": 0}, "greater than or equal to 1"),
        ({"retries": -1}, "greater than or equal to 0"),
        ({"memory": "two"}, "should match pattern"),
        ({"memory": "1.2.3GB"}, "should match pattern"),
        ({"scheduler": "10.0.0.1:8786"}, "should match pattern"),
        ({"scheduler": "tcp://a:1", "cluster": CONDOR}, "a running scheduler or a cluster"),
        ({"cluster": {**CONDOR, "class": "os.system('x')"}}, "should match pattern"),
        (
            {"cluster": {**CONDOR, "adapt": {"minimum": 5, "maximum": 2}}},
            "minimum = 5 is above maximum = 2",
        ),
        ({"wokers": 2}, "Extra inputs are not permitted"),
    ],
)
def test_what_has_no_meaning_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace("(", r"\(")):
        ExecutionSection.model_validate(changes)
