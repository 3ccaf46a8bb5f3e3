"""The crowd around the demo's story: thousands of cases written in bulk, alike to those that the actions leave."""
