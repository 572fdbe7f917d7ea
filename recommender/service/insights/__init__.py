"""Tables behind the Insights charts: profile, taste map, what if, pairs of films and quality."""
