"""The demo's bulk fill: a year of the portal's life, played in the order of time, each file one subject."""
