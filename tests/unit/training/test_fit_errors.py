from __future__ import annotations

import pytest

import coffea_lcf as lcf
from coffea_lcf.errors import FitError, LCFError, MissingBranchError


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"strategy": "seqential"}, FitError, "'seqential' is not one of parallel, sequential"),
        ({"preset": "defalt"}, FitError, "preset 'defalt' is not one of default"),
        ({"repeats": 0}, FitError, "repeats = 0: a fit needs at least one"),
        ({"centers": {"peek": 0.0}}, FitError, r"center given for 'peek'.*\n  nearest  peak"),
        ({"device": "gpu0"}, FitError, "device 'gpu0' is not one of auto, cpu"),
        ({"threshold": 0.0}, FitError, "threshold = 0.0"),
        ({"threshold": 1.5}, FitError, "threshold = 1.5"),
        ({"class_prior": "equl"}, FitError, "'equl' is not one of sample, equal"),
        ({"validation_fraction": 1.0}, FitError, r"validation_fraction = 1.0 is not in \[0, 1\)"),
        (
            {"fixed": [lcf.Cut("peek", "left", upper=0.0)]},
            MissingBranchError,
            r"'peek' is not among the columns\n  nearest  peak",
        ),
        (
            {"fixed": [lcf.Cut("peak", "left", upper=-1e6)]},
            FitError,
            "no signal among the 0 usable events",
        ),
        (
            {"fixed": [lcf.Cut(name, "left", upper=9.0) for name in ("peak", "shift", "noise")]},
            FitError,
            r"every observable \(peak, shift, noise\) has a fixed cut: nothing to learn",
        ),
    ],
)
def test_fits_that_cannot_start(two_classes, options, error, message):
    with pytest.raises(error, match=message) as caught:
        lcf.fit(two_classes, **options)
    assert isinstance(caught.value, LCFError)


def test_a_missing_class_is_told(two_classes):
    with pytest.raises(FitError, match="no background among the 2000 usable events"):
        lcf.fit(two_classes.select(two_classes.label))


def test_a_constant_observable_is_told():
    table = lcf.ObservableTable.from_arrays({"n": [2.0, 2.0, 2.0]}, [1, 0, 1])
    with pytest.raises(FitError, match=r"observable 'n' is 2\.0 in every event: leave it out"):
        lcf.fit(table)
