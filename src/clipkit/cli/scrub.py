"""Write a photo, a video or a song without what it reveals.

Neither picture nor sound is encoded anew: packets are copied, and what cameras and encoders say between them is left
out. How the picture is turned stays. The result is audited before it gets its name; `clipkit privacy` shows the same.
"""

from __future__ import annotations

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice


@plain(
    __doc__,
    examples=("clipkit scrub take.mov -o clean.mov", "clipkit scrub photo.jpg -o clean.jpg --json"),
)
@click.argument("source", metavar="FILE", type=_types.FILE)
@click.option("-o", "--output", metavar="OUT", required=True, help="the file to write, of the same kind")
@click.option("--force", is_flag=True, help="replace a file that is there; never the one that is read")
@click.option("--json", "as_json", is_flag=True, help="print what was taken out as JSON")
def command(source: str, output: str, force: bool, as_json: bool) -> None:
    from clipkit.cli.privacy import document
    from clipkit.privacy.scrub import scrub
    from clipkit.privacy.words import summary

    done = scrub(source, output, force=force)
    if as_json:
        echo_json({"path": done.path, "before": document(done.before), "left_out": list(done.left_out)})
        return
    if done.before.clean:
        notice(f"{printable(source)} revealed nothing; {printable(output)} is a copy of its picture and sound")
    else:
        notice(f"no longer in {printable(output)}: {printable(summary(done.before.findings))}")
    if done.left_out:
        notice(f"left out whole: {', '.join(done.left_out)}")
