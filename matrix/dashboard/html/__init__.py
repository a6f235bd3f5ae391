"""What stands on the dashboard's pages, as HTML made from data."""
