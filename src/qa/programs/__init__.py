"""The functions for programs and assistants: the same over HTTP, over MCP at a server, and over stdio."""
