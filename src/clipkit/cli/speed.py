"""Play faster or slower, or along a ramp, with the pitch kept.

FACTOR is 0.1 to 10; usual ones are 0.3 and 0.5 (slow motion), 1, 2 and 3. A ramp is a row of knots, TIME:FACTOR, with
times of the input; between two knots the speed goes from one to the other, before the first and after the last it
stays, and two knots at one time make a jump.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._checks import one_of
from clipkit.cli._errors import WrongUse
from clipkit.cli._operation import operation
from clipkit.cli._time import curve_option, ramp_option, slow_motion_option, snap_option

if TYPE_CHECKING:
    from clipkit.api.clip import Clip
    from clipkit.api.verbs import Snap
    from clipkit.project.ramp import Curve
    from clipkit.project.time_edits import Pitch, SlowMotion


@operation(
    __doc__,
    examples=(
        "clipkit speed take.mp4 2 -o fast.mp4",
        "clipkit speed take.mp4 0.3 --slow-motion flow -o slow.mp4",
        'clipkit speed take.mp4 --ramp "0:1 3:1 4:0.3 6:0.3 6.5:2" --curve smooth -o ramp.mp4',
        "clipkit speed take.mp4 --ramp hero -o hero.mp4",
        "clipkit music take.mp4 song.mp3 | clipkit speed - --ramp hero --snap beats -o hero.mp4",
    ),
)
@click.argument("factor", type=_types.FACTOR, metavar="[FACTOR]", required=False)
@ramp_option()
@curve_option()
@click.option(
    "--pitch",
    type=click.Choice(("keep", "follow")),
    default="keep",
    show_default=True,
    help="follow: as on a tape; chipmunk when fast, giant when slow",
)
@slow_motion_option()
@snap_option("the knots of a ramp")
def command(
    clip: Clip,
    factor: Fraction | None,
    ramp: str | None,
    curve: Curve | None,
    pitch: Pitch,
    slow_motion: SlowMotion,
    snap: Snap | None,
) -> Clip:
    one_of({"FACTOR": factor is not None, "--ramp": ramp is not None})
    if curve is not None and ramp is None:
        raise WrongUse("--curve belongs to --ramp", "add --ramp, or leave it out")
    if snap is not None and ramp is None:
        raise WrongUse("--snap belongs to --ramp", "add --ramp, or leave it out")
    if ramp is not None:
        return clip.ramp(ramp, curve=curve, pitch=pitch, slow_motion=slow_motion, snap=snap)
    if factor is None:
        raise WrongUse("how fast?", "give a FACTOR, such as 2 or 0.5, or a --ramp")
    return clip.speed(factor, pitch=pitch, slow_motion=slow_motion)
