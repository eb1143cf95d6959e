"""Parse workbooks and presentations: zip files of related XML parts."""
