"""The vault at rest: one encrypted database and the keys that open it."""
