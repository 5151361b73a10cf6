"""What users would pick instead: the peers that ``benchmarks/detection.py`` measures."""
