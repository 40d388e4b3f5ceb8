"""Every error of clipkit: it crosses a process whole, and says its exit code."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

from clipkit import errors
from clipkit.errors import ClipkitError

EXIT_CODES = {
    "ClipkitError": 1,
    "ProjectError": 2,
    "MediaError": 3,
    "PlanError": 4,
    "RenderError": 5,
    "StoreError": 6,
    "Cancelled": 130,
}


def kinds(root: type[ClipkitError] = ClipkitError) -> Iterator[type[ClipkitError]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def test_the_tree_is_the_one_documented():
    assert {kind.__name__: kind.exit_code for kind in kinds()} == EXIT_CODES
    for name, code in EXIT_CODES.items():
        assert name in (errors.__doc__ or "")
        assert name == "ClipkitError" or str(code) in (errors.__doc__ or "")


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
def test_pickles_whole(kind: type[ClipkitError]):
    error = kind("the cause", code="a-code", where="/edits/0", hint="the advice")
    revived = pickle.loads(pickle.dumps(error))
    assert type(revived) is kind
    assert revived.to_dict() == error.to_dict()
    assert revived.args == error.args
    assert str(revived) == "/edits/0: the cause"


def test_an_error_without_a_place_says_only_its_cause():
    assert str(ClipkitError("the cause", code="a-code")) == "the cause"


def test_the_dictionary_holds_what_json_prints():
    error = errors.PlanError("the cause", code="a-code", hint="the advice")
    assert error.to_dict() == {
        "error": "PlanError",
        "code": "a-code",
        "message": "the cause",
        "where": "",
        "hint": "the advice",
    }


def test_a_code_is_required():
    with pytest.raises(TypeError):
        ClipkitError("the cause")  # type: ignore[call-arg]
