"""What has to move: one `Shipment`, from shipper to final consignee.

A shipment names its places as texts; the network in use finds them. It is checked when it
is made, and nothing further in checks it again.
"""
