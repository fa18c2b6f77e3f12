"""Measured side by side: windvane and what one would use instead. ``make bench`` or ``python -m benchmarks``."""
