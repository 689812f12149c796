from __future__ import annotations

import pickle

import pytest
from coffea.processor.executor import WorkItem

from coffea_lcf.errors import FilesetError, ObservableError, OutputError
from coffea_lcf.processing.isolation import FAILURES, Failure, Isolation, is_transient

ITEM = WorkItem("d", "a.root", "Events", 0, 10, b"0" * 16, {})
EAGER = Isolation(retries=2, pause=0.0)


class Failing:
    """A function that raises what it is given, one after the other, and then returns."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self, item: object) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def wrapped(cause: BaseException) -> Exception:
    """Return `cause` as coffea wraps it."""
    error = Exception("Failed processing file")
    error.__cause__ = cause
    return error


def failure(function: Failing, item: object = ITEM, isolation: Isolation = EAGER) -> Failure:
    output = isolation(3, False, function, item, use_result_type=False)
    assert output["processed"] == set()
    [found] = output["out"][FAILURES]
    return found


@pytest.mark.parametrize("failures", [0, 1, 2])
def test_errors_that_pass_are_tried_again(failures: int) -> None:
    function = Failing(*[wrapped(OSError("gone")) for _ in range(failures)])
    assert EAGER(0, False, function, ITEM) == "done"
    assert function.calls == failures + 1


def test_errors_that_stay_are_told_after_all_retries() -> None:
    function = Failing(*[wrapped(TimeoutError("no answer\nfor long")) for _ in range(9)])
    assert failure(function) == Failure(ITEM, "TimeoutError: no answer")
    assert function.calls == 3


def test_pauses_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    failure(Failing(*[OSError() for _ in range(9)]), isolation=Isolation(3, 0.5))
    assert slept == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (OSError(5, "Input/output error"), True),
        (wrapped(ConnectionError("reset")), True),
        (FileNotFoundError("a.root"), False),
        (FilesetError("damaged"), False),
        (OutputError("no space"), False),
        (ValueError("bad"), False),
    ],
)
def test_which_errors_may_pass(error: BaseException, transient: bool) -> None:
    assert is_transient(error) is transient


def test_own_errors_are_not_tried_again_and_travel_along() -> None:
    own = ObservableError("observable 'x' failed\n  in file a.root")
    function = Failing(wrapped(own))
    found = failure(function)
    assert found == Failure(ITEM, "ObservableError: observable 'x' failed", own)
    assert function.calls == 1
    assert str(pickle.loads(pickle.dumps(found)).error) == str(own)


def test_a_damaged_file_is_a_reason_and_nothing_to_mend_in_the_configuration() -> None:
    found = failure(Failing(wrapped(FilesetError("branch x cannot be read"))))
    assert found == Failure(ITEM, "FilesetError: branch x cannot be read")


def test_the_item_is_found_beside_the_processor_that_dask_sends() -> None:
    assert failure(Failing(ValueError("bad")), (ITEM, b"processor")).item == ITEM


def test_interruption_is_not_a_failure_of_the_chunk() -> None:
    with pytest.raises(KeyboardInterrupt):
        EAGER(0, False, Failing(KeyboardInterrupt()), ITEM)
