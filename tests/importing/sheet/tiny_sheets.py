"""The same small sheet in three languages, its columns in different orders."""

LANGUAGES = [
    ("Quote,Actor,Stance,Proposal,Source,URL,Date", "so it is,Ann,STANCE,Tax,Paper,https://example.org/a,14 May 2026", ["agrees", "against", "concern"]),
    ("Vorschlag;Quelle;Link;Zitat;Haltung;Sprecherin;Datum", "Steuer;Papier;https://example.org/a;so it is;STANCE;Anna;14. Mai 2026", ["befürwortet", "nein", "Bedenken"]),
    ("来源,网址,发言人,立场,主张,引文,日期", "文件,https://example.org/a,王,STANCE,税收,so it is,2026年5月14日", ["赞成", "反对", "表示关切"]),
]  # fmt: skip
