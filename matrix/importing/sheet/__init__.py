"""Sheets made by hand: headers, stance words, dates and names become statements."""
