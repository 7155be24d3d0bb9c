"""Hub operations: what happens to goods at a gateway."""

from enum import StrEnum

from greenroute.network.lane import Mode


class Operation(StrEnum):
    """What is done at a gateway."""

    LOAD = "load"
    UNLOAD = "unload"
    TRANSHIP = "tranship"
    CHANGE_OF_GAUGE = "change_of_gauge"
    CUSTOMS_EXPORT = "customs_export"
    CUSTOMS_IMPORT = "customs_import"


#: Operations in the order of their codes.
OPERATIONS: tuple[Operation, ...] = tuple(Operation)

#: Share of one passage through a gateway that an operation is. Goods that pass arrive
#: (unload) and leave (load); to tranship is both at once. Customs moves nothing.
PASSAGE_SHARE: dict[Operation, float] = {
    Operation.LOAD: 0.5,
    Operation.UNLOAD: 0.5,
    Operation.TRANSHIP: 1.0,
    Operation.CHANGE_OF_GAUGE: 1.0,
    Operation.CUSTOMS_EXPORT: 0.0,
    Operation.CUSTOMS_IMPORT: 0.0,
}


def exists(operation: Operation, mode: Mode) -> bool:
    """Return whether a mode has this operation: only rail has gauges to change."""
    return operation is not Operation.CHANGE_OF_GAUGE or mode is Mode.RAIL
