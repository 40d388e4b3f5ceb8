"""The colour tables of a render, and the few that outlive it."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

from clipkit.catalog.effect import PointEffect
from clipkit.colour.encoding import OUTPUT, Encoding
from clipkit.colour.lattice import LatticeTable
from clipkit.colour.table import ColourTable, mix
from clipkit.plan.types import Look

Table: TypeAlias = ColourTable | LatticeTable


class Tables:
    """The colour tables of one render, shared by its threads: each chain of looks is baked once."""

    def __init__(self) -> None:
        self._tables: dict[tuple[Encoding, tuple[Look, ...]], Table] = {}
        self._lock = threading.Lock()

    def table(self, encoding: Encoding, looks: tuple[Look, ...]) -> Table | None:
        """The table from that encoding through those looks to the output's; None where nothing would change.

        That of HDR takes planes of 10 bits, all others of 8.
        """
        if encoding == OUTPUT and not looks:
            return None
        looks = tuple(replace(look, time=None, duration=None) for look in looks)
        with self._lock:
            if (encoding, looks) not in self._tables:
                self._tables[encoding, looks] = _table(encoding, looks)
            return self._tables[encoding, looks]

    def passing(self, look: Look) -> Table:
        """The table of a look of the output's encoding that holds for a moment only, and is then forgotten.

        Its rows are made for what the one picture shows: 6 to 20 ms on real clips, 40 on a drawn one of many colours.
        """
        return _table(OUTPUT, (replace(look, time=None, duration=None, keys=()),))


@lru_cache(maxsize=4)
def _table(encoding: Encoding, looks: tuple[Look, ...]) -> Table:
    """A table, which the next render of this process finds filled: a preview after a preview then evaluates nothing."""
    functions = [
        mix([effect.apply for effect in look.effects if isinstance(effect, PointEffect)], look.strength)
        for look in looks
    ]
    return (LatticeTable if encoding.hdr else ColourTable)(encoding, functions)
