"""What has to move: one `Shipment`, or an `OrderBook` of many orders.

A shipment names its places as texts; the network in use finds them. It is checked when it
is made, and nothing further in checks it again. `read_orders` reads an order book into
columns, all errors of all rows at once; rows at fault are set apart, the rest is planned.
"""
