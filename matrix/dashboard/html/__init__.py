"""HTML for the dashboard: `templates.render` fills a template; the others turn rows, cards and links into HTML."""
