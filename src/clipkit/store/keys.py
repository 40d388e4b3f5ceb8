"""age, through pyrage: keys, and what they open. Imported only where something is private."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from clipkit.errors import StoreError
from clipkit.store.atomic import replacing


def age() -> ModuleType:
    """pyrage; a StoreError (``no-pyrage``) where it is not installed. Who calls it holds secrets from then on."""
    try:
        import pyrage
    except ImportError as error:
        raise StoreError(
            "private mode needs pyrage, which is not installed", code="no-pyrage", hint="pip install 'clipkit[secure]'"
        ) from error
    no_core_dumps()
    found: ModuleType = pyrage
    return found


def key(identity: str):  # type: ignore[no-untyped-def]  # noqa: ANN201  pyrage names no types
    """An identity of age, of its text."""
    return age().x25519.Identity.from_str(identity)


def wrapped(identity: str, passphrase: str | None, key_file: str | Path | None) -> bytes:
    """The identity, as an age file."""
    pyrage = age()
    told = f"{identity}\n".encode()
    if passphrase:
        by_words: bytes = pyrage.passphrase.encrypt(told, passphrase)
        return by_words
    if key_file is None:
        hint = "give a passphrase, or --key-file FILE"
        raise StoreError("a passphrase is needed", code="no-key", hint=hint)
    path = Path(key_file)
    if not path.exists():
        put(path, f"{pyrage.x25519.Identity.generate()}\n".encode())
    made: bytes = pyrage.encrypt(told, [key(_line(path)).to_public()])
    return made


def unwrapped(sealed: bytes, passphrase: str | None, key_file: str | Path | None) -> str:
    """The identity in such a file; a StoreError (``wrong-key``), the same whatever is wrong."""
    pyrage = age()
    try:
        if key_file is not None:
            told = pyrage.decrypt(sealed, [key(_line(Path(key_file)))])
        else:
            told = pyrage.passphrase.decrypt(sealed, passphrase or "")
        identity: str = told.decode("ascii").strip()
        key(identity)
    except (pyrage.DecryptError, pyrage.IdentityError, OSError, ValueError, StoreError):
        pass
    else:
        return identity
    hint = "try again; nobody can open them without it"
    raise StoreError("that does not open the private drafts", code="wrong-key", hint=hint)


def _line(path: Path) -> str:
    """The identity in a key file as `age-keygen` writes it."""
    with path.open("rb") as file:
        text = file.read(1 << 16).decode("ascii", errors="replace")
    for line in text.split():
        if line.startswith("AGE-SECRET-KEY-1"):
            return line
    hint = "age-keygen makes one, and so does `clipkit private on --key-file` with a name that is free"
    raise StoreError("this is no key file of age", code="no-key", where=str(path), hint=hint)


def sealed(content: bytes, passphrase: str) -> bytes:
    """Bytes as an age file, which `age -d` opens with the passphrase."""
    made: bytes = age().passphrase.encrypt(content, passphrase)
    return made


def unsealed(made: bytes, passphrase: str) -> bytes:
    """The bytes in such a file; a StoreError (``wrong-key``) whatever is wrong."""
    pyrage = age()
    try:
        content: bytes = pyrage.passphrase.decrypt(made, passphrase)
    except (pyrage.DecryptError, ValueError):
        pass
    else:
        return content
    raise StoreError("that does not open it", code="wrong-key", hint="try again; nobody can open it without it")


def no_core_dumps() -> None:
    """A process that holds the key leaves no image of its memory."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def put(path: Path, content: bytes) -> None:
    """Write a file that only this user may read."""
    with replacing(path, force=True, error=StoreError) as part:
        if os.name != "nt":
            part.chmod(0o600)
        part.write_bytes(content)
