"""HDR that stays HDR: HEVC of 10 bits, tagged as its source. Nothing is done to its colours, so nothing may want to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clipkit.catalog.target import Container, Target
from clipkit.errors import PlanError
from clipkit.plan.facts import HdrLight, MediaFacts, PictureFacts
from clipkit.plan.types import Foreign, Framed, Group, Picture, Shot, VideoCodec
from clipkit.project.model import Quality

NOT_HDR: Final = "nothing here is HDR: exported as usual"

# x265's own scale lies five steps above that of x264 (its default is 28, that of x264 23). Two of them are given back:
# in these curves a code stands for a wider step of light, so an error is easier to see. On two phone clips that came to
# luma PSNR 1.6 and 2 dB above that of the SDR export, at 0.33 and 0.5 of its bytes and 0.3 of its speed.
_X265: Final[dict[Quality, tuple[str, str]]] = {
    "draft": ("ultrafast", "26"),
    "good": ("veryfast", "23"),
    "best": ("medium", "21"),
}

# One thread and no words of its own: the same bytes on any number of cores, and nothing in them but picture.
_PINNED: Final = "pools=none:frame-threads=1:open-gop=0:info=0:repeat-headers=0:log-level=none"


def kept(picture: Picture, sources: Sequence[MediaFacts], target: Target, container: Container) -> PictureFacts | None:
    """The facts of the one source whose HDR is kept; None where nothing is HDR.

    Raises:
        PlanError: ``hdr-composed``, ``hdr-coloured``, ``hdr-container`` or ``hdr-target``: it cannot be kept.
    """
    facts = [sources[shot.source].picture for shot in _shots(picture)]
    if not any(found is not None and found.encoding.hdr for found in facts):
        return None
    if isinstance(picture, Group):
        raise _cannot("composed", "a composition is made in SDR", "keep the HDR of one clip, or")
    if isinstance(picture, Framed):
        raise _cannot("coloured", f"{picture.effect.kind} works on SDR colours", "leave it out, or")
    if picture.steps:
        what = f"MoviePy's {step.name}" if isinstance(step := picture.steps[0], Foreign) else "a look"
        raise _cannot("coloured", f"{what} works on SDR colours", "leave it out, or")
    if container not in ("mp4", "mov"):
        raise _cannot("container", f"{container} is written in 8 bits", "name the file *.mp4 or *.mov, or")
    if "hevc" not in target.codecs:
        raise _cannot("target", f"{target.name} is made as H.264, which is SDR here", "use the target source, or")
    return facts[0]


def _shots(picture: Picture) -> list[Shot]:
    return [picture] if isinstance(picture, Shot) else [shot for part in picture.parts for shot in _shots(part)]


def _cannot(code: str, reason: str, hint: str) -> PlanError:
    return PlanError(
        f"HDR cannot be kept: {reason}", code=f"hdr-{code}", hint=f"{hint} leave out --keep-hdr: it becomes SDR"
    )


def codec(quality: Quality, gop: int, facts: PictureFacts, *, edit_list: bool) -> VideoCodec:
    """HEVC Main 10, its encoding and what is known of its light as the source has them.

    B-frames that others refer to run two frames ahead; there are none where no edit list may shift the picture back.
    """
    preset, crf = _X265[quality]
    frames = "bframes=3:b-pyramid=1" if edit_list else "bframes=0"
    params = ":".join((_PINNED, frames, f"keyint={gop}", *_light(facts.light)))
    options = {"preset": preset, "crf": crf, "x265-params": params, "a53cc": "0", "dolbyvision": "0"}
    reorder = 2 if edit_list else 0
    return VideoCodec("libx265", tuple(options.items()), gop, reorder, pixel_format="yuv420p10le")


def _light(light: HdrLight | None) -> list[str]:
    """Mastering display (SMPTE ST 2086) and content light level (CTA-861.3), as x265 takes them."""
    if light is None:
        return []
    found = []
    if light.display:
        red, green, blue, white = (f"({light.display[i]},{light.display[i + 1]})" for i in (0, 2, 4, 6))
        top, bottom = light.display[8:]
        found.append(f"master-display=G{green}B{blue}R{red}WP{white}L({top},{bottom})")
    if light.content:
        found.append("max-cll={},{}".format(*light.content))
    return found
