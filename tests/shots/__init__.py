"""`make shots`: every page of the portal, as each role, in each of its states, photographed and examined."""
