"""How it is used: the pages of the dashboard, their filters, the evidence panel and the matrix widget."""
