"""The sentence patterns of the four sections a case document must have (R7)."""
