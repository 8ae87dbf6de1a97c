"""Benchmarks (`make bench`): side by side with others in the same run. Not part of the wheel."""
