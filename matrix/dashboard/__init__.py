"""The Streamlit dashboard: `pages` draws, `visit` is what a visitor chose, `page_frame` what surrounds every page."""
