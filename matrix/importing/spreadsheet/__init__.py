"""The one door for spreadsheets from outside: a workbook or hand-made CSV comes in, its rows as text go out."""

from matrix.importing.spreadsheet.columns import Columns, TooWideError
from matrix.importing.spreadsheet.csv import read_csv_sheet
from matrix.importing.spreadsheet.sheet import MOST_CELLS, TOO_MANY, Row, Sheet
from matrix.importing.spreadsheet.xlsx import read_workbook

__all__ = ["MOST_CELLS", "TOO_MANY", "Columns", "Row", "Sheet", "TooWideError", "read_csv_sheet", "read_workbook"]
