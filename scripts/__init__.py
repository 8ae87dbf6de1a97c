"""Programs for people who work on this project; none of them is part of the app."""
