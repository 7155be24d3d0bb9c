"""Conversions between units; the only module with such numbers in it.

One unit per quantity inside greenroute: kg, km, h, USD. The solver counts in integers:
gram, minute, cent.
"""

KG_PER_TONNE = 1000
G_PER_KG = 1000
CENTS_PER_USD = 100
MINUTES_PER_HOUR = 60
SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
HOURS_PER_DAY = 24
HOURS_PER_WEEK = 168
MS_PER_SECOND = 1000

#: International nautical mile [km] (BIPM, The International System of Units, table 8).
KM_PER_NM = 1.852

#: Mean radius of the Earth [km] (IUGG 1980).
EARTH_RADIUS_KM = 6371.0088

#: Statute mile [km] and short ton [kg] (NIST Handbook 44, appendix C).
KM_PER_MILE = 1.609344
KG_PER_SHORT_TON = 907.18474
