"""Parse OpenDocument texts."""
