"""What a leg costs: money, hours, carbon.

`read_rates` reads three data sets: a *tariff* (prices and times by kind of transport and
equipment), a *factor set* (emission intensities by TOC and HOC) and the *dangerous goods*
table. `size_cargo` turns a shipment into what the tariff counts; `rate_lanes` and
`rate_operations` rate all lanes and all hub operations at once, in arrays, without a loop
over rows. Prices that the network brings along win over the tariff. `emission_interval`
says how far a total may be off. Fuels and vehicles besides the usual ones are lanes of
their own (`add_options`). What a user brings along wins: rate cards in any currency,
carbon and holding costs (`Charges`). Nothing here knows routes.
"""
