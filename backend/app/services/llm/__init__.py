"""What a language model helps with, each use with the built-in way as its visible fallback."""
