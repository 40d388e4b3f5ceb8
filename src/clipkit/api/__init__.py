"""The fluent face over everything below: `Clip`, and the functions that make one."""
