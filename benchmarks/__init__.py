"""clipkit measured against FFmpeg and MoviePy, as whole processes: `python -m benchmarks --help`."""
