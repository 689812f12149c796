from __future__ import annotations

import pickle

import pytest

from coffea_lcf import errors

BUILTINS = {
    errors.ConfigError: ValueError,
    errors.TableError: ValueError,
    errors.SelectionError: ValueError,
    errors.FitError: ValueError,
    errors.NonFiniteError: ArithmeticError,
    errors.FilesetError: OSError,
    errors.MissingBranchError: KeyError,
    errors.OutputError: OSError,
    errors.IncompleteError: RuntimeError,
    errors.ObservableError: RuntimeError,
    errors.MissingExtraError: ImportError,
}


def test_the_list_of_errors_is_complete():
    assert set(errors.LCFError.__subclasses__()) == set(BUILTINS)


@pytest.mark.parametrize(("error", "builtin"), BUILTINS.items())
def test_every_error_is_also_the_builtin_that_old_code_catches(error, builtin):
    assert issubclass(error, errors.LCFError)
    assert issubclass(error, builtin)


@pytest.mark.parametrize("error", BUILTINS)
def test_messages_are_shown_as_written(error):
    assert str(error("tau2 is missing\n  nearest  tau1")) == "tau2 is missing\n  nearest  tau1"


@pytest.mark.parametrize("error", BUILTINS)
def test_errors_come_back_from_a_worker_as_they_left(error):
    returned = pickle.loads(pickle.dumps(error("chunk 3 of a.root")))
    assert type(returned) is error
    assert str(returned) == "chunk 3 of a.root"


def test_nearest_puts_the_most_alike_first():
    known = ["FatJet_pt", "FatJet_tau1", "FatJet_tau21", "MET_pt"]
    assert errors.nearest("FatJet_tau2", known, count=2) == "FatJet_tau21, FatJet_tau1"


def test_nearest_shows_the_first_names_when_none_is_alike():
    assert errors.nearest("zzz", ["mass", "eta", "pt", "phi"]) == "eta, mass, phi"


def test_nearest_of_nothing_says_so():
    assert errors.nearest("mass", []) == "(none)"
