"""The vault against real parts of a system, where they are there: a keychain, a bus, a stick."""
