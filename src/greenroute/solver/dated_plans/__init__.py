"""An order book on a network with departures: itineraries by date, and boxes that leave on a day.

`dated_plan` is the table of contents: `dated_lanes` reads departures, `dated_paths` lists itineraries, `dated_columns`
prices them in the boxes of `box_chain`, `dated_groups` lays out what shares a departure, and `write_dated_plan`
translates the choice back.
"""
