"""Print the script that completes clipkit's words in a shell.

For bash, put `eval "$(clipkit completion bash)"` into ~/.bashrc; for zsh, `eval "$(clipkit completion zsh)"` into
~/.zshrc; for fish, `clipkit completion fish | source` into ~/.config/fish/config.fish.
"""

from __future__ import annotations

import click

from clipkit.cli._operation import plain


@plain(
    __doc__,
    examples=(
        'eval "$(clipkit completion bash)"',
        "clipkit completion fish > ~/.config/fish/completions/clipkit.fish",
    ),
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def command(shell: str) -> None:
    from click.shell_completion import get_completion_class

    from clipkit.cli._group import group
    from clipkit.cli._run import COMPLETE

    kind = get_completion_class(shell)
    assert kind is not None
    complete = kind(group, {}, "clipkit", COMPLETE)
    # `source()` of bash would start a bash to ask for its version; the script itself is the same for all.
    click.echo(complete.source_template % complete.source_vars())
