"""Both ways with MoviePy and pydub, each imported inside the function that needs it and nowhere else."""
