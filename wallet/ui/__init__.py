"""The window: Qt, and nothing that is not Qt."""
