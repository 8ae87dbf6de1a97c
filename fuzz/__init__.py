"""Coverage-guided fuzzing (`make fuzz`): one target for each parser. Not part of the wheel."""
