"""An audit in words that people understand."""

from __future__ import annotations

import re
from collections.abc import Iterable

from clipkit.privacy.finding import Finding, What

_PLACE = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)[, ]*([+-]\d{1,3}(?:\.\d+)?)")
_DAY = re.compile(r"((?:19|20)\d\d)[-:.](\d\d)[-:.](\d\d)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# What is said only once for each kind that nothing better is known of.
_COUNTED: dict[What, str] = {
    "serial": "the serial number of the device",
    "person": "the name of a person",
    "identifier": "an identifier that nothing else has",
    "software": "the program that wrote it",
    "picture": "a second, smaller picture",
    "data": "data that no viewer shows",
    "text": "words that somebody wrote",
}


def summary(findings: Iterable[Finding]) -> str:
    """One sentence, such as "taken at 51.53, −0.13 on 3 October 2022 with an Apple iPhone 14 Pro"."""
    found = tuple(findings)
    if not found:
        return "nothing"
    where, when, device = _place(found), _day(found), _device(found)
    taken = [f"at {where}"] if where else []
    taken += [f"on {when}"] if when else []
    taken += [f"with {_article(device)} {device}"] if device else []
    said = ["taken " + " ".join(taken)] if taken else []
    kinds = {finding.what for finding in found}
    if "location" in kinds and not where:
        said.append("where it was taken")
    said += [words for what, words in _COUNTED.items() if what in kinds]
    return "; ".join(said) or "a date"


def _article(noun: str) -> str:
    return "an" if noun[:1].lower() in "aeiou" else "a"


def _place(findings: tuple[Finding, ...]) -> str:
    for finding in findings:
        if finding.what == "location" and (match := _PLACE.search(finding.value)):
            latitude, longitude = float(match[1]), float(match[2])
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return f"{latitude:.2f}, {longitude:.2f}".replace("-", "−")
    return ""


def _day(findings: tuple[Finding, ...]) -> str:
    """The earliest day: later ones are of editing."""
    days = []
    for finding in findings:
        if finding.what == "date" and (match := _DAY.search(finding.value)):
            year, month, day = (int(part) for part in match.groups())
            if 1 <= month <= 12 and 1 <= day <= 31 and year > 1970:
                days.append((year, month, day))
    if not days:
        return ""
    year, month, day = min(days)
    return f"{day} {_MONTHS[month - 1]} {year}"


def _device(findings: tuple[Finding, ...]) -> str:
    """The make and the model, once each."""
    makes = [finding.value for finding in findings if finding.what == "device" and _is(finding, "make", "©mak")]
    models = [finding.value for finding in findings if finding.what == "device" and _is(finding, "model", "©mod")]
    others = [finding.value for finding in findings if finding.what == "device"]
    if not models:
        return makes[0] if makes else others[0] if others else ""
    make = makes[0] if makes and not models[0].lower().startswith(makes[0].split()[0].lower()) else ""
    return f"{make} {models[0]}".strip()


def _is(finding: Finding, *names: str) -> bool:
    return any(name in finding.key.lower() and "lens" not in finding.key.lower() for name in names)
