"""The Project: an immutable value that says what is wanted, and the pure functions that edit it."""
