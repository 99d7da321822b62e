"""Keeps pytest out of the benchmarks, which are run by hand, some of their scripts in other environments."""

collect_ignore_glob = ["*"]
