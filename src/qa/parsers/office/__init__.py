"""Workbooks and presentations: zip files of XML parts that relate to each other."""
