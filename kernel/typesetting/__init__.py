"""PDF files set by typst, in fonts of our own."""
