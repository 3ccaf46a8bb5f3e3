"""The patterns titles are made of: whole ones by type, and heads with what may follow them."""
