"""Transitions, one file each. None yet: they arrive with sequences."""
