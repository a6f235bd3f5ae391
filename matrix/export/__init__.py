"""How a dataset leaves: `formats` lists the files by ending; one module a format, a folder for workbook and brief."""
