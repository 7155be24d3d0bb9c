"""Templates of tables that a user fills from documents of their own."""

from enum import StrEnum

from greenroute.errors import one_of
from greenroute.network.lane import MODES
from greenroute.rating.factors import HUB

_TOC = ("toc", "cargo", "mode")
_WHERE = ("region", "temperature")
_FIGURES = ("wtw", "ttw", "unit", "distance_basis", "gwp_basis")
_EDITION = ("edition", "year", "page")


class ImportKind(StrEnum):
    """Kinds of tables that can be imported."""

    GLEC = "glec"
    CLEAN_CARGO = "clean-cargo"
    CARRIER = "carrier"
    SMARTWAY = "smartway"


class Evidence(StrEnum):
    """What an intensity of one carrier rests on."""

    MEASURED = "measured"
    MODELLED = "modelled"
    PUBLISHED = "published"


#: Columns of each kind, and which of them may be empty.
TEMPLATES: dict[ImportKind, tuple[str, ...]] = {
    ImportKind.GLEC: (
        *("module", "table", *_TOC, "vehicle_class", "lane", *_WHERE),
        *(*_FIGURES[:2], "wtt", *_FIGURES[2:], "t_per_teu", *_EDITION),
    ),
    ImportKind.CLEAN_CARGO: (
        *(*_TOC, "lane", "carrier", "evidence", *_WHERE),
        *(*_FIGURES, "t_per_teu", *_EDITION),
    ),
    ImportKind.CARRIER: (
        *("carrier", "evidence", *_TOC, "vehicle_class", *_WHERE),
        *(*_FIGURES, "t_per_teu", *_EDITION),
    ),
    ImportKind.SMARTWAY: (
        *("carrier", "evidence", *_TOC, "vehicle_class", *_WHERE),
        *("co2_g_per_short_ton_mile", "fuel", "distance_basis", *_EDITION),
    ),
}
MAY_BE_EMPTY = {
    ImportKind.GLEC: {"toc", "cargo", "lane", "wtt", "t_per_teu"},
    ImportKind.CLEAN_CARGO: {"toc", "cargo", "carrier", "t_per_teu"},
    ImportKind.CARRIER: {"toc", "cargo", "t_per_teu"},
    ImportKind.SMARTWAY: {"toc", "cargo"},
}
IMPORT_MODES = (*map(str, MODES), HUB)
_COASTS = ("north_america_east", "north_america_west")
#: Pairs of regions that have a lane, both directions; the Mediterranean has the Black Sea
#: in it, South America Central America.
_PAIRS = (
    *(("asia", region) for region in ("africa", "mediterranean", "middle_east")),
    *(("asia", region) for region in (*_COASTS, "north_europe", "oceania")),
    ("asia", "south_america"),
    *(("europe", region) for region in ("africa", "south_america")),
    *(("europe", region) for region in ("middle_east", "oceania")),
    *(("mediterranean", coast) for coast in _COASTS),
    *(("north_america", region) for region in ("africa", "oceania")),
    *(("north_america", region) for region in ("south_america", "middle_east")),
    *(("north_europe", coast) for coast in _COASTS),
    ("south_america", "africa"),
    ("south_east_asia", "north_east_asia"),
    ("north_europe", "mediterranean"),
)
_INTRA = (
    *("africa", "north_america", "south_america", "north_east_asia"),
    *("south_east_asia", "mediterranean", "north_europe", "middle_east"),
)
_AGGREGATED = ("panama", "transatlantic", "transsuez", "transpacific", "other")
#: Codes of container lanes.
LANES = (
    *(f"{a}-{b}" for a, b in _PAIRS),
    *(f"{b}-{a}" for a, b in _PAIRS),
    *(f"intra-{region}" for region in _INTRA),
    *(f"aggregated-{name}" for name in _AGGREGATED),
    "other",
)


def template_csv(kind: str) -> str:
    """Return the header of a table, as CSV.

    Raises
    ------
    UnknownCategoryError
        For a kind that there is not.
    """
    return ",".join(TEMPLATES[one_of(ImportKind, kind, "kind")]) + "\n"
