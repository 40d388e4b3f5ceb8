"""Project and facts become a Plan: pure, no I/O."""
