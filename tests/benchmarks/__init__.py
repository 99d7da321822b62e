"""Side-by-side timings against peers: ``python -m tests.benchmarks --help``."""
