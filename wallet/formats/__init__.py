"""How each credential format is read and secured: one module per format."""
