"""Pure functions over bytes: signatures, keys, canonicalisation. No clock, no files, no sockets."""
