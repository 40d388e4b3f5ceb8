"""Arithmetic on planes of bytes, for effects on whole pictures: numpy only, no I/O."""
