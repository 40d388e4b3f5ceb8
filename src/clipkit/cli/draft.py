"""Keep projects by name, with every step that was ever saved.

A draft is a project kept in your own folder. Write draft:NAME wherever a command takes IN, or after -o: each time it is
saved as a further revision, and undo goes back as far as you like. draft:NAME@3 is its third.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from clipkit.cli import _types
from clipkit.cli._bundles import pack, unpack
from clipkit.cli._errors import printable
from clipkit.cli._input import read
from clipkit.cli._operation import Command, input_argument, plain
from clipkit.cli._output import echo_json, keep_draft, notice
from clipkit.cli._secrets import PARTS
from clipkit.cli._subcommands import subcommands
from clipkit.cli._tables import table

if TYPE_CHECKING:
    from clipkit.store.drafts import Draft

_JSON = click.option("--json", "as_json", is_flag=True, help="print it as JSON")
_NAME = click.argument("name", metavar="NAME", shell_complete=_types.draft_names)


def _done(name: str, said: str, as_json: bool) -> None:
    if as_json:
        echo_json({"name": name})
    else:
        notice(f"draft:{name}: {said}")


def _row(draft: Draft) -> dict[str, object]:
    return {
        "name": draft.name,
        "modified": draft.modified.isoformat(),
        "revision": draft.revision,
        "revisions": draft.revisions,
        "tags": list(draft.tags),
        "private": draft.private,
    }


# ---- what there is -------------------------------------------------------------------------------------------------


@plain(
    "Keep a clip or project as a draft.",
    inputs=("IN",),
    examples=("clipkit draft new take.mp4 --name holiday", "clipkit trim take.mp4 | clipkit draft new - --name cut"),
)
@input_argument()
@click.option("--name", metavar="NAME", help="what to call it  [default: as the main file]")
@click.option("--keep-media", is_flag=True, help="keep the bytes of its media in the store too")
@click.option("--force", is_flag=True, help="go on from a draft of that name; what it holds stays in its history")
@_JSON
def new(source: str, name: str | None, keep_media: bool, force: bool, as_json: bool) -> None:
    clip = read(source)
    if name is None:
        from pathlib import Path

        from clipkit.plan.needs import media_paths

        name = Path(next(iter(media_paths(clip.project)), "draft")).stem
    keep_draft(clip, name, force=force, keep_media=keep_media)
    _done(name, "saved", as_json)


@plain(
    "Name all drafts, the one changed last first.", examples=("clipkit draft list", "clipkit draft list --sheet a.png")
)
@click.option("--tag", metavar="TAG", help="only those with that tag")
@click.option("--trash", is_flag=True, help="what is in the trash")
@click.option("--sheet", metavar="FILE.png", type=_types.FILE, help="draw a picture of each")
@click.option("--force", is_flag=True, help="replace a sheet that is there")
@_JSON
def listed(tag: str | None, trash: bool, sheet: str | None, force: bool, as_json: bool) -> None:
    from clipkit.store import drafts

    found = [draft for draft in drafts.names(trash=trash) if tag is None or tag in draft.tags]
    if lost := drafts.damaged():
        notice(f"{lost} damaged and not listed: clipkit store check")
    if sheet is not None:
        _sheet([draft.name for draft in found], sheet, force)
    if as_json:
        echo_json([_row(draft) for draft in found])
    elif found:
        columns = ("draft", "changed", "saves", "tags")
        rows = [
            (
                f"{draft.name} (private)" if draft.private else draft.name,
                f"{draft.modified.astimezone():%Y-%m-%d %H:%M}",
                str(draft.revisions),
                ", ".join(draft.tags),
            )
            for draft in found
        ]
        table(columns, rows)
    else:
        notice("the trash is empty" if trash else "there are no drafts yet: clipkit draft new IN --name NAME")
    _tell_locked()


def _tell_locked() -> None:
    from clipkit.store import private

    stands = private.status()
    if stands.drafts and not stands.unlocked:
        notice(f"{stands.drafts} private drafts are locked: clipkit draft unlock")


def _sheet(names: list[str], path: str, force: bool) -> None:
    from pathlib import Path

    from clipkit.api.drafts import drafts
    from clipkit.api.sheet import overview
    from clipkit.cli._output import save_picture

    picture = overview([(name, partial(drafts.open, name)) for name in names])
    save_picture(picture, Path(path), force=force)
    notice(f"{printable(path)}: {len(names)} drafts")


@plain(
    "Say what a draft would render to, and where its media is.",
    examples=("clipkit draft show holiday", "clipkit draft show holiday --json"),
)
@_NAME
@click.option("--json", "as_json", is_flag=True, help="print its project")
def show(name: str, as_json: bool) -> None:
    from clipkit.api.drafts import drafts, split
    from clipkit.plan import describe
    from clipkit.project import document

    clip = read(f"draft:{name}")
    if as_json:
        click.echo(document.dumps(clip.project).encode(), nl=False)
        return
    plain_name = split(name)[0]
    gone = [medium for medium in drafts.media(plain_name) if medium.state not in ("there", "unknown")]
    for medium in gone:
        click.echo(printable(f"{medium.path}: {medium.state}"))
    if any(medium.found is None for medium in gone):
        notice(f"find moved files again: clipkit draft relink {plain_name} FOLDER")
        return
    for line in describe.lines(clip.plan()):
        click.echo(printable(line))


# ---- its history -------------------------------------------------------------------------------------------------


@plain("Tell all that a draft ever was, and what changed.", examples=("clipkit draft history holiday",))
@_NAME
@_JSON
def history(name: str, as_json: bool) -> None:
    from clipkit.api.drafts import drafts

    steps = drafts.history(name)
    shown = next(draft.revision for draft in drafts if draft.name == name)
    if as_json:
        echo_json(
            [
                {
                    "revision": step.number,
                    "from": step.parent,
                    "saved": step.saved.isoformat(),
                    "shown": step.number == shown,
                    "changes": list(step.changes),
                }
                for step in steps
            ]
        )
        return
    rows = [
        (
            f"{'→ ' if step.number == shown else ''}{step.number}",
            f"{step.saved.astimezone():%Y-%m-%d %H:%M}",
            str(step.parent or ""),
            "; ".join(step.changes),
        )
        for step in steps
    ]
    table(("revision", "saved", "from", "what changed"), rows)


@plain("Go back to what a draft was before; nothing is lost.", examples=("clipkit draft undo holiday 3",))
@_NAME
@click.argument("steps", metavar="[N]", type=click.IntRange(1), default=1)
@_JSON
def undo(name: str, steps: int, as_json: bool) -> None:
    from clipkit.store import drafts

    saved = drafts.undo(name, steps)
    _done(name, f"revision {saved.revision} again", as_json)


@plain("Go forward again to what was undone.", examples=("clipkit draft redo holiday",))
@_NAME
@click.argument("steps", metavar="[N]", type=click.IntRange(1), default=1)
@_JSON
def redo(name: str, steps: int, as_json: bool) -> None:
    from clipkit.store import drafts

    saved = drafts.redo(name, steps)
    _done(name, f"revision {saved.revision} again", as_json)


@plain("Tell how two drafts, or two revisions, differ.", examples=("clipkit draft diff holiday@2 holiday",))
@click.argument("one", metavar="A", shell_complete=_types.draft_names)
@click.argument("two", metavar="B", shell_complete=_types.draft_names)
@_JSON
def diff(one: str, two: str, as_json: bool) -> None:
    from clipkit.api.drafts import drafts

    changes = drafts.diff(one, two)
    if as_json:
        echo_json(list(changes))
    elif changes:
        for change in changes:
            click.echo(printable(change))
    else:
        notice("they are the same")


# ---- names, tags, trash -------------------------------------------------------------------------------------------


@plain("Give a draft another name.", examples=("clipkit draft rename holiday beach",))
@_NAME
@click.argument("to", metavar="NEW")
@_JSON
def rename(name: str, to: str, as_json: bool) -> None:
    from clipkit.store import drafts

    drafts.rename(name, to)
    _done(to, f"so {name} is called now", as_json)


@plain("Keep a draft once more, with its history.", examples=("clipkit draft copy holiday other",))
@_NAME
@click.argument("to", metavar="NEW")
@_JSON
def copy(name: str, to: str, as_json: bool) -> None:
    from clipkit.store import drafts

    drafts.copy(name, to)
    _done(to, f"a copy of {name}", as_json)


@plain("Add tags to a draft, or take them away.", examples=("clipkit draft tag holiday done client-7 --remove idea",))
@_NAME
@click.argument("tags", metavar="[TAG...]", nargs=-1)
@click.option("--remove", multiple=True, metavar="TAG", help="a tag to take away; may be given again")
@_JSON
def tag(name: str, tags: tuple[str, ...], remove: tuple[str, ...], as_json: bool) -> None:
    from clipkit.store import drafts

    left = drafts.tag(name, tags, remove)
    if as_json:
        echo_json({"name": name, "tags": list(left)})
    else:
        notice(f"draft:{name}: {', '.join(left) or 'no tags'}")


@plain("Put a draft in the trash; restore takes it back.", examples=("clipkit draft delete holiday",))
@_NAME
@click.option("--json", "as_json", is_flag=True, help="print the name, or the error, as JSON")
def delete(name: str, as_json: bool) -> None:
    from clipkit.store import drafts

    drafts.delete(name)
    _done(name, f"in the trash; clipkit draft restore {name}", as_json)


@plain("Take a draft back from the trash.", examples=("clipkit draft restore holiday",))
@_NAME
@click.option("--as", "to", metavar="NEW", help="under another name")
@_JSON
def restore(name: str, to: str | None, as_json: bool) -> None:
    from clipkit.store import drafts

    drafts.restore(name, to)
    _done(to or name, "restored", as_json)


@plain(
    "Empty the trash for good, or remove one draft from it.", examples=("clipkit draft purge", "clipkit draft purge a")
)
@click.argument("name", metavar="[NAME]", required=False)
@_JSON
def purge(name: str | None, as_json: bool) -> None:
    from clipkit.store import drafts

    count = drafts.purge(name)
    if as_json:
        echo_json({"purged": count})
    else:
        notice(f"{count} removed for good")


@plain(
    "Find media that was moved, by its bytes.",
    examples=("clipkit draft relink holiday", "clipkit draft relink holiday ~/Videos"),
)
@_NAME
@click.argument("places", metavar="[FOLDER...]", nargs=-1, type=_types.FILE)
@_JSON
def relink(name: str, places: tuple[str, ...], as_json: bool) -> None:
    from clipkit.api.drafts import drafts

    found = drafts.relink(name, places)
    left = [medium.path for medium in drafts.media(name) if medium.found is None]
    if as_json:
        echo_json({"found": [{"from": old, "to": new} for old, new in found], "offline": left})
        return
    for old, new in found:
        notice(f"{printable(old)} is {printable(new)} now")
    for path in left:
        notice(f"{printable(path)}: not found")
    if not found and not left:
        notice("all media is where it was")


_PARTS: dict[str, Command] = {
    "new": new,
    "list": listed,
    "show": show,
    "history": history,
    "undo": undo,
    "redo": redo,
    "diff": diff,
    "rename": rename,
    "copy": copy,
    "tag": tag,
    "delete": delete,
    "restore": restore,
    "purge": purge,
    "relink": relink,
    "pack": pack,
    "unpack": unpack,
    **PARTS,
}
command = subcommands(__doc__, _PARTS)
