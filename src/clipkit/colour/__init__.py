"""Colour as arithmetic: encodings, curves, cubes and the one table. numpy only, no I/O."""
