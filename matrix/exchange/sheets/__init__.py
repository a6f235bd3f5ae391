"""The one door for spreadsheets from outside: a workbook or hand-made CSV comes in, its rows as text go out."""

from matrix.exchange.sheets.columns import Columns, TooWideError
from matrix.exchange.sheets.separated import read_csv_sheet
from matrix.exchange.sheets.sheet import MOST_CELLS, TOO_MANY, Row, Sheet
from matrix.exchange.sheets.workbook import read_workbook

__all__ = ["MOST_CELLS", "TOO_MANY", "Columns", "Row", "Sheet", "TooWideError", "read_csv_sheet", "read_workbook"]
