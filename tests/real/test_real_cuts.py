"""Clips of real devices, cut at awkward times: the right frames, bit for bit where copied, clean to every decoder."""

from __future__ import annotations

import os
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

import clipkit as ck
from clipkit.plan.types import Copy
from cuts import av_complaints, decoded, ffmpeg_complaints, shown_frames, source_of
from measure import frame_times, mp4_facts, orientation

FOLDER = Path(os.environ.get("CLIPKIT_REAL_MEDIA") or "no-real-media")
VIDEOS = sorted(path for path in FOLDER.glob("*") if path.suffix in {".mp4", ".mov", ".webm"})
LONG = bool(os.environ.get("CLIPKIT_LONG"))
CUTS = [(Fraction(0), Fraction(1)), (Fraction(13, 100), Fraction(83, 100)), (Fraction(41, 100), Fraction(97, 100))]

pytestmark = pytest.mark.skipif(not VIDEOS, reason="CLIPKIT_REAL_MEDIA names no folder with clips")


@pytest.mark.parametrize("cut", CUTS[: 3 if LONG else 2], ids=("whole", "middle", "end")[: 3 if LONG else 2])
@pytest.mark.parametrize("path", VIDEOS, ids=lambda path: path.stem)
def test_cuts(path: Path, cut: tuple[Fraction, Fraction], tmp_path: Path) -> None:
    duration, out = ck.probe(str(path)).duration, tmp_path / "o.mp4"
    start, end = cut[0] * duration + Fraction(cut[0] > 0, 97), cut[1] * duration
    clip = ck.open(path).trim(start, end).with_output(quality="draft")
    plan = clip.plan("mp4")
    if not plan.copied:
        assert all(span.reason for span in plan.spans)
        return
    report = clip.export(out)
    if report.copied != plan.copied:  # the seams told that it does not decode as it should
        assert source_complains(path)
        assert report.copied == 0
        assert any(notice.startswith("everything was encoded") for notice in report.notices)
        return
    shown, told = shown_frames(path, plan, start), source_of(path)
    assert frame_times(out) == [n / plan.output.rate for n in range(len(shown))]
    looks = [look for _, look in decoded(out)]
    copied = [n for span in plan.spans if isinstance(span, Copy) for n in range(span.start, span.stop)]
    assert [n for n in copied if looks[n] != told.digests[shown[n]]] == []
    check_edges(path, out, shown, sorted(set(range(len(shown))) - set(copied)))
    assert av_complaints(out) == []
    assert ffmpeg_complaints(out) == ""
    if path.suffix != ".webm":
        before, after = (orientation(mp4_facts(file).track("vide")) for file in (path, out))
        assert before == after


def source_complains(path: Path) -> bool:
    return bool(av_complaints(path) or ffmpeg_complaints(path))


def check_edges(path: Path, out: Path, shown: list[int], edges: list[int]) -> None:
    """What was encoded looks like the frame that it should be, and no worse than like its neighbours."""
    if not edges:
        return
    wanted = {shown[n] for n in edges}
    with av.open(str(path)) as source, av.open(str(out)) as made:
        before = {n: f.to_ndarray().astype(int) for n, f in enumerate(source.decode(video=0)) if n in wanted}
        after = {n: f.to_ndarray() for n, f in enumerate(made.decode(video=0)) if n in edges}
    for n in edges:
        assert 10 * np.log10(255**2 / max(np.mean((after[n] - before[shown[n]]) ** 2), 1e-9)) > 30, n


def test_enough_of_them_can_be_copied() -> None:
    """Not a rule, but what these clips are: most are H.264 with closed GOPs."""
    whole = [ck.open(path).plan("mp4") for path in VIDEOS]
    assert sum(bool(plan.copied) for plan in whole) >= len(VIDEOS) // 2
    assert all(earlier.stop == later.start for plan in whole for earlier, later in pairwise(plan.spans))
