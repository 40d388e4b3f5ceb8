"""Cut a clip out of its green screen, and put it over another.

MINE stands before a green or blue screen, OTHER is what is seen behind. The colour of the screen is found in MINE and
written into the project. Filters that MINE has already colour MINE alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clipkit.cli._compose import key_options, mixing, mixing_options
from clipkit.cli._operation import operation

if TYPE_CHECKING:
    from clipkit.api.clip import Clip


@operation(
    __doc__,
    inputs=("MINE", "OTHER"),
    examples=(
        "clipkit green-screen me.mp4 beach.mp4 -o beach-me.mp4",
        "clipkit filter me.mp4 noir | clipkit green-screen - beach.mp4 --scale 0.6 --at 0.3,0.7 -o noir-me.mp4",
    ),
)
@key_options("")
@mixing_options
def command(mine: Clip, other: Clip, **values: Any) -> Clip:  # noqa: ANN401  of both kinds of options
    from clipkit.api import arrange

    between = mixing(values)
    return arrange.green_screen(mine, other, **values, **between)
