from __future__ import annotations

import warnings

import pytest

from coffea_lcf.cli.errors import INCOMPLETE, guarded
from coffea_lcf.errors import ConfigError, IncompleteError, LCFError


def raising(error: BaseException):
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "status"), [(ConfigError("where\n  what"), 2), (IncompleteError("where\n  what"), 1)]
)
def test_own_errors_become_a_message_and_a_status(
    error: LCFError, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        guarded(raising(error), debug=False)
    assert caught.value.code == status
    assert capsys.readouterr().err == f"{type(error).__name__}: where\n  what\n"


def test_the_status_of_incomplete_results_is_passed_on() -> None:
    with pytest.raises(SystemExit) as caught:
        guarded(lambda: INCOMPLETE, debug=False)
    assert caught.value.code == INCOMPLETE == 3
    guarded(lambda: None, debug=False)


def test_debug_lets_them_through() -> None:
    with pytest.raises(ConfigError, match="mine"):
        guarded(raising(ConfigError("mine")), debug=True)


def test_defects_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(raising(ZeroDivisionError()), debug=False)


def test_interruption_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        guarded(raising(KeyboardInterrupt()), debug=False)
    assert caught.value.code == 130
    assert "finished steps are kept" in capsys.readouterr().err


def test_warnings_are_one_line_and_deprecations_of_others_are_not_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work() -> None:
        warnings.warn("three events", UserWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        guarded(work, debug=False)
    assert capsys.readouterr().err == "UserWarning: three events\n"
