"""Tell what files reveal about you, and where in them it stands.

It looks at everything but the picture and the sound themselves: places, dates, devices and their serial numbers,
names, programs, thumbnails, hidden tracks, and what cameras and encoders write between the frames.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._errors import printable
from clipkit.cli._operation import plain
from clipkit.cli._output import echo_json, notice
from clipkit.cli._tables import table

if TYPE_CHECKING:
    from clipkit.privacy.audit import Audit


@plain(__doc__, examples=("clipkit privacy photo.jpg take.mp4", "clipkit privacy *.mov --json"))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_types.FILE)
@click.option("--json", "as_json", is_flag=True, help="print it as JSON")
def command(files: tuple[str, ...], as_json: bool) -> None:
    from clipkit.errors import ClipkitError
    from clipkit.privacy.audit import audit

    audits, failed = [], list[ClipkitError]()
    for path in files:
        try:
            audits.append(audit(path))
        except ClipkitError as error:  # one file that cannot be read keeps nobody from the others
            failed.append(error)
    if as_json:
        echo_json([document(each) for each in audits])
    else:
        for number, each in enumerate(audits):
            if number:
                click.echo()
            _show(each)
    for each_failed in failed[:-1]:
        notice(f"error: {each_failed}")
    if failed:
        raise failed[-1]


def document(audit: Audit) -> dict[str, object]:
    """An audit for programs."""
    from clipkit.privacy.words import summary

    reveals = [dataclasses.asdict(finding) for finding in audit.findings]
    return {"path": audit.path, "summary": summary(audit.findings), "reveals": reveals}


def _show(audit: Audit) -> None:
    from clipkit.privacy.words import summary

    click.echo(f"{printable(audit.path)}: {printable(summary(audit.findings))}")
    if not audit.clean:
        rows = [(finding.what, str(finding.at), finding.key, finding.value) for finding in audit.findings]
        table(("kind", "at byte", "where", "value"), rows)
