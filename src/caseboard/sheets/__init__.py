"""Spreadsheets to cases, and cases to spreadsheets: what analysts have, and the claims in it."""

from __future__ import annotations

from caseboard.sheets.convert import Conversion
from caseboard.sheets.folder import read_file, read_folder, sheet_files
from caseboard.sheets.reading import ENDINGS

__all__ = ["ENDINGS", "Conversion", "read_file", "read_folder", "sheet_files"]
