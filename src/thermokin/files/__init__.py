"""Files as text and numbers: TOML with the lines of its keys, and arrays that are never unpickled."""
