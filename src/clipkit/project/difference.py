"""How two documents differ, in words: "speed 1× → 1.5×"."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from fractions import Fraction
from pathlib import PurePath

from pydantic import JsonValue

_SHORT = 60
# What says more about how a value came to be than about what it is.
_SILENT = {"kind", "digest", "version"}


def differences(before: JsonValue, after: JsonValue) -> tuple[str, ...]:
    """What changed from one document to another, a phrase each, in the order of the document; nothing where they mean
    the same. Kinds that this build does not know are told like all others.

    Args:
        before: A document as JSON, or None for nothing at all.
        after: Another one.
    """
    old, new = _mapping(before), _mapping(after)
    if not old:
        return (f"begun with {_source(_mapping(_mapping(new.get('root')).get('source')))}",)
    said = [*_nodes(_mapping(old.get("root")), _mapping(new.get("root")), "")]
    said += _fields(_mapping(old.get("output")), _mapping(new.get("output")), "output ")
    return tuple(said)


def _nodes(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], where: str) -> Iterator[str]:
    yield from _sources(_mapping(old.get("source")), _mapping(new.get("source")), where)
    before, after = _listed(old.get("edits")), _listed(new.get("edits"))
    matcher = SequenceMatcher(a=[_key(edit) for edit in before], b=[_key(edit) for edit in after], autojunk=False)
    for change, a1, a2, b1, b2 in matcher.get_opcodes():
        if change == "equal":
            continue
        gone, come = before[a1:a2], after[b1:b2]
        while gone and come and gone[0].get("kind") == come[0].get("kind"):
            yield from _changed(gone.pop(0), come.pop(0), where)
        yield from (f"{where}without {_edit(edit)}" for edit in gone)
        yield from (f"{where}{_edit(edit)}" for edit in come)


def _sources(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], where: str) -> Iterator[str]:
    if old == new:
        return
    if old.get("kind") != new.get("kind"):
        yield f"{where}{_source(old)} → {_source(new)}"
        return
    for key in ("inputs", "nodes"):
        one, two = _listed(old.get(key)), _listed(new.get(key))
        for number, (a, b) in enumerate(zip(one, two, strict=False), 1):
            place = f"{where}source {number}: "
            inner = ("node" in a, "node" in b) == (True, True)
            yield from _nodes(_mapping(a.get("node")) if inner else a, _mapping(b.get("node")) if inner else b, place)
            yield from _fields(_without(a, "node", "source", "edits"), _without(b, "node", "source", "edits"), place)
        if len(one) != len(two):
            yield f"{where}{len(one)} sources → {len(two)}"
    yield from _fields(_without(old, "inputs", "nodes"), _without(new, "inputs", "nodes"), where)


def _changed(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], where: str) -> Iterator[str]:
    """An edit that was changed."""
    kind = str(new.get("kind"))
    if kind == "speed" and _without(old, "factor") == _without(new, "factor"):
        yield f"{where}speed {_value(old.get('factor'))}× → {_value(new.get('factor'))}×"
        return
    if kind == "filter" and old.get("name") != new.get("name"):
        yield f"{where}{_edit(old)} → {_edit(new)}"
        return
    yield from _fields(old, new, f"{where}{kind} ")


def _fields(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue], where: str) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        one, two = old.get(key), new.get(key)
        if one == two or key in _SILENT:
            continue
        if isinstance(one, dict) and isinstance(two, dict):
            yield from _fields(one, two, f"{where}{key} ")
        else:
            yield f"{where}{key.replace('_', ' ')} {_value(one)} → {_value(two)}"


def _edit(edit: Mapping[str, JsonValue]) -> str:
    """An edit in a few words."""
    kind = str(edit.get("kind"))
    match kind:
        case "trim":
            end = edit.get("end")
            return f"trim {_value(edit.get('start'))}–{'end' if end is None else _value(end)} s"
        case "speed":
            return f"speed {_value(edit.get('factor'))}×"
        case "filter":
            strength = edit.get("strength")
            return f"filter {edit.get('name')}" + (f" {_value(strength)}" if strength not in (None, 1, 1.0) else "")
        case "effect":
            return f"effect {_mapping(edit.get('effect')).get('kind')}"
    if kind == "freeze":
        return f"freeze {_value(edit.get('at'))} s for {_value(edit.get('length'))} s"
    named = next((edit[key] for key in ("name", "track", "path") if isinstance(edit.get(key), str)), None)
    return f"{kind} {_value(named)}" if named is not None else kind


def _source(source: Mapping[str, JsonValue]) -> str:
    kind = source.get("kind")
    if isinstance(path := source.get("path"), str):
        return PurePath(path).name
    if kind == "composition":
        return str(_mapping(source.get("layout")).get("kind"))
    return str(kind)


def _value(value: JsonValue) -> str:
    """A value as people write it: fractions as decimals, paths by their name."""
    if isinstance(value, str):
        if value.replace("/", "").lstrip("-").isdigit():
            return f"{float(Fraction(value)):g}"
        return PurePath(value).name if "/" in value or "\\" in value else value or "nothing"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    if isinstance(value, float | int):
        return f"{value:g}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def _key(edit: Mapping[str, JsonValue]) -> str:
    return json.dumps(edit, sort_keys=True)


def _mapping(value: JsonValue) -> dict[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _listed(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _without(value: Mapping[str, JsonValue], *keys: str) -> dict[str, JsonValue]:
    return {key: part for key, part in value.items() if key not in keys}
