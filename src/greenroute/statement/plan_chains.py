"""The legs of a plan for an order book as transport chains."""

import json
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from greenroute.errors import CorruptDataError, DataError
from greenroute.orders.shipment import Cargo
from greenroute.plan.leg import LegKind
from greenroute.plan.plan import Plan
from greenroute.rating.factors import NETWORK_HUB, FactorSet
from greenroute.rating.interval import DRAYAGE
from greenroute.rating.operation import PASSAGE_SHARE
from greenroute.statement.chain import TransportChains, checked, place_name
from greenroute.statement.chain_file import ChainTexts
from greenroute.statement.columns import CHAIN_COLUMNS
from greenroute.statement.distance import DistanceSource
from greenroute.statement.groups import group_rows, one_array
from greenroute.units import KG_PER_TONNE

logger = logging.getLogger(__name__)

#: Files of a plan folder that a statement reads; the others are not looked at.
SUMMARY, LEGS, ASSIGNMENTS = "summary.json", "legs.parquet", "assignments.parquet"
MANIFEST = "manifest.json"
#: Stands beside the plans of a frontier.
FRONTIER = "frontier.json"
#: Columns of the legs that chains have under the same name.
_SAME = (
    *("shipment_id", "tce_id", "kind", "mode", "toc", "hoc", "lane"),
    *("mass_kg", "distance_km", "distance_basis"),
)
_NEEDED = (
    *(*_SAME, "operation", "factor_id", "data_type", "wtw_kg_co2e", "ttw_kg_co2e"),
    *("origin", "origin_name", "destination", "destination_name"),
    *("departs_at", "arrives_at"),
)
#: Columns of an order that its chain has too.
_OF_ORDER = (
    *("customer_id", "partner", "market", "flow", "payer", "incoterm", "cargo"),
    "consignment_id",
)
#: Of these an order book takes any text, a statement only its own words.
_WORDS = ("flow", "payer", "incoterm")
#: What one gram more or less in a sum may come from [kg].
_ROUNDING_KG = 0.001
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def is_plan_folder(path: Path) -> bool:
    """Return whether a folder holds a plan, or the plans of a frontier."""
    return (path / SUMMARY).is_file() or (path / FRONTIER).is_file()


def chains_of_plan(plan: Plan, *, source: str = "plan") -> TransportChains:
    """Return the legs of a plan as transport chains, one for each order.

    Every leg that moves goods is an element; paperwork is none. The market of an order that
    names none is its destination.

    Parameters
    ----------
    source
        Where the plan is from.
    """
    return _chains(plan.legs.table(), plan.assignments, source)


def read_plan_chains(
    folder: Path | str, factors: FactorSet | None = None
) -> TransportChains:
    """Read a plan folder as transport chains.

    Parameters
    ----------
    folder
        As `plan --out` writes it.
    factors
        Factor set that the legs are to be stated with; a warning says if the plan was made
        with another one, since the figures then differ.

    Raises
    ------
    DataError
        If a file or a column is missing.
    CorruptDataError
        If the legs do not add up to what the summary says.
    """
    folder = Path(folder)
    if not (folder / SUMMARY).is_file() and (folder / FRONTIER).is_file():
        plans = sorted(path.parent.name for path in folder.glob(f"*/{SUMMARY}"))
        msg = f"{folder} holds the plans {', '.join(plans)}, expected one of these folders"
        raise DataError(msg)
    legs = _read(folder / LEGS, _NEEDED)
    assignments = _read(folder / ASSIGNMENTS, ("order_id", "destination"))
    stated_kg = _summary_kg(folder / SUMMARY)
    legs_kg = float(np.asarray(legs["wtw_kg_co2e"]).sum())
    if abs(legs_kg - stated_kg) > _ROUNDING_KG:
        msg = (
            f"{folder / LEGS}: wtw_kg_co2e adds up to {legs_kg:.3f}, expected "
            f"{stated_kg:.3f} as in {SUMMARY}: one of the two was changed"
        )
        raise CorruptDataError(msg)
    if factors is not None:
        _compare_factors(folder / MANIFEST, factors)
    return _chains(legs, assignments, str(folder / LEGS))


def _compare_factors(path: Path, factors: FactorSet) -> None:
    """Warn if a plan was made with another factor set."""
    made = _read_json(path).get("inputs", {}).get("factors", {})
    if made.get("sha256") != factors.sha256:
        logger.warning(
            "%s: the plan was made with factor set %s %s, expected %s %s with the same "
            "digest: the figures of the statement may differ from those of the plan",
            path,
            *(made.get("name"), made.get("version")),
            *(factors.name, factors.version),
        )


def _read(path: Path, needed: Iterable[str]) -> pa.Table:
    if not path.is_file():
        msg = f"{path}: there is no such file, expected it in a plan folder"
        raise DataError(msg)
    try:
        table = pyarrow.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        msg = f"{path}: cannot be read as Parquet: {str(error).splitlines()[0]}"
        raise DataError(msg) from None
    missing = [name for name in needed if name not in table.column_names]
    if missing:
        there = ", ".join(table.column_names)
        msg = f"{path}: column {', '.join(missing)} is missing; there are {there}"
        raise DataError(msg)
    return table


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        msg = f"{path}: there is no such file, expected it in a plan folder"
        raise DataError(msg) from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        msg = f"{path}: {error}, expected JSON"
        raise DataError(msg) from None
    if not isinstance(value, dict):
        msg = f"{path}: the document is {value!r:.40}, expected an object"
        raise DataError(msg)
    return value


def _summary_kg(path: Path) -> float:
    kg = _read_json(path).get("wtw_kg_co2e")
    if not isinstance(kg, int | float) or isinstance(kg, bool):
        msg = f"{path}: wtw_kg_co2e is {kg!r}, expected a number"
        raise DataError(msg)
    return float(kg)


def _chains(legs: pa.Table, assignments: pa.Table, source: str) -> TransportChains:
    share = _passage_share(legs)
    keep = np.flatnonzero(share > 0)
    kept = legs.take(pa.array(keep))
    share = share[keep]
    columns = {name: one_array(kept, name) for name in _SAME}
    run = np.asarray(pc.equal(columns["kind"], str(LegKind.TRANSPORT)))
    for name in ("distance_km", "distance_basis"):
        columns[name] = _where(run, columns[name])
    columns |= {
        "prev_tce_ids": _before(columns["shipment_id"], columns["tce_id"]),
        "origin": _places(kept, "origin"),
        "destination": _places(kept, "destination"),
        "departs_at": _times(one_array(kept, "departs_at")),
        "arrives_at": _times(one_array(kept, "arrives_at")),
        "distance_source": _where(run, _distance_source(columns["toc"])),
        "passage_share": _where(~run, pa.array(share)),
        **_own_hubs(kept, share),
        **_of_orders(columns["shipment_id"], assignments),
    }
    texts = ChainTexts(
        path=Path(source),
        columns={name: _texts(column) for name, column in columns.items()},
        line=keep + 1,
        unreadable=(),
    )
    return checked(texts)


def _texts(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    texts = pc.fill_null(column.cast(pa.string()), "")
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _times(moments: pa.Array) -> pa.Array:
    """Return moments as ISO 8601, each distinct one written once."""
    encoded = pc.dictionary_encode(moments)
    return pc.strftime(encoded.dictionary, format=_TIME).take(encoded.indices)


def _where(rows: NDArray[np.bool_], column: pa.Array) -> pa.Array:
    """Return a column with nulls in the other rows."""
    return pc.if_else(pa.array(rows), column, pa.scalar(None, column.type))


def _passage_share(legs: pa.Table) -> NDArray[np.float64]:
    """Return the share of a passage that each leg is: 1 for a run, 0 for paperwork."""
    operation = one_array(legs, "operation")
    known = pa.array([str(name) for name in PASSAGE_SHARE])
    place = pc.index_in(operation, value_set=known)
    share = pa.array(list(PASSAGE_SHARE.values())).take(place)
    run = pc.equal(one_array(legs, "kind"), str(LegKind.TRANSPORT))
    found = pc.if_else(run, 1.0, share)
    if found.null_count:
        row = pc.index(pc.is_null(found), value=True).as_py()
        msg = (
            f"leg {row + 1}: operation is {operation[row].as_py()!r}, expected one of "
            f"{', '.join(PASSAGE_SHARE)}"
        )
        raise DataError(msg)
    return np.asarray(found)


def _before(shipment: pa.Array, tce: pa.Array) -> pa.Array:
    """Return the element before each one; those of a shipment stand one after another."""
    if not len(tce):
        return tce
    same = pc.equal(shipment.slice(1), shipment.slice(0, len(shipment) - 1))
    earlier = pc.if_else(same, tce.slice(0, len(tce) - 1), "")
    return pa.concat_arrays([pa.array([""], pa.string()), earlier])


def _places(legs: pa.Table, end: str) -> pa.Array:
    """Return the gateways at one end as a chain names them."""
    ids, names = one_array(legs, end), one_array(legs, f"{end}_name")
    group, first = group_rows([ids, names], len(legs))
    pairs = zip(
        ids.take(pa.array(first)).to_pylist(),
        names.take(pa.array(first)).to_pylist(),
        strict=True,
    )
    texts = pa.array([place_name(node, name) for node, name in pairs], pa.string())
    return texts.take(pa.array(group))


def _distance_source(toc: pa.Array) -> pa.Array:
    return pc.if_else(
        pc.starts_with(toc, DRAYAGE),
        str(DistanceSource.DETOUR_FACTOR),
        str(DistanceSource.ROUTED),
    )


def _own_hubs(legs: pa.Table, share: NDArray[np.float64]) -> dict[str, pa.Array]:
    """Return what gateways state of themselves, read back from the legs, per passage."""
    own = np.asarray(pc.equal(one_array(legs, "factor_id"), NETWORK_HUB))
    mass_t = np.asarray(legs["mass_kg"]) * share / KG_PER_TONNE
    return {
        **{
            f"{part}_kg_per_t": _where(
                own, pa.array(np.asarray(legs[f"{part}_kg_co2e"]) / mass_t)
            )
            for part in ("wtw", "ttw")
        },
        "data_type": _where(own, one_array(legs, "data_type")),
        "source": _where(
            own, pa.repeat(pa.scalar("gateways of the network"), len(own))
        ),
        "factor_id": _where(own, one_array(legs, "factor_id")),
    }


def _of_orders(shipment: pa.Array, assignments: pa.Table) -> dict[str, pa.Array]:
    """Return what the order of each leg says, column by column as far as it is there."""
    order = one_array(assignments, "order_id").cast(pa.string())
    place = pc.index_in(shipment, value_set=order)
    if place.null_count:
        row = pc.index(pc.is_null(place), value=True).as_py()
        msg = (
            f"leg {row + 1}: shipment_id is {shipment[row].as_py()!r}, expected an "
            f"order_id of the {len(order)} assignments"
        )
        raise DataError(msg)
    found = {
        name: _texts(one_array(assignments, name))
        for name in _OF_ORDER
        if name in assignments.column_names
    }
    market = found.get("market")
    target = _texts(one_array(assignments, "destination"))
    found["market"] = (
        target if market is None else pc.if_else(pc.equal(market, ""), target, market)
    )
    found["cargo"] = found.get(
        "cargo", pa.repeat(pa.scalar(str(Cargo.DRY)), len(order))
    )
    for name in [name for name in _WORDS if name in found]:
        found[name] = _known_words(name, found[name])
    return {name: column.take(place) for name, column in found.items()}


def _known_words(name: str, texts: pa.Array) -> pa.Array:
    """Return the words that a statement knows; others are told and left open."""
    if name == "incoterm":
        texts = pc.utf8_upper(texts)
    known = pc.is_in(texts, value_set=pa.array(["", *CHAIN_COLUMNS[name].choices]))
    others = pc.unique(texts.filter(pc.invert(known))).to_pylist()
    if others:
        logger.warning(
            "%s of orders is %s, expected one of %s: it is left open",
            name,
            ", ".join(map(repr, sorted(others)[:3])),
            ", ".join(CHAIN_COLUMNS[name].choices),
        )
    return pc.if_else(known, texts, "")
