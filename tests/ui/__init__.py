"""The window, driven by real key presses against the real app on a pretend world."""
