"""An index in a PostgreSQL database: documents, vectors and terms in tables, changed in one transaction."""
