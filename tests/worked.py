"""Worked examples, each computed through public names of greenroute only."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from chains import chains_of_text
from greenroute.network.geometry import great_circle_km
from greenroute.network.lane import Mode
from greenroute.rating.read import read_rates
from greenroute.statement import (
    Drop,
    Emissions,
    EmissionStatement,
    Flow,
    MarketInstruments,
    Payer,
    RetiredAttribute,
    probability_lower,
    scope3_category,
    share_round,
    state_emissions,
    teu_of,
    transport_activity_tkm,
)
from greenroute.units import KM_PER_NM
from worked_fuels import (
    ets,
    fuel_by_energy,
    fuel_by_mass,
    jet_factor,
    jet_fuel,
    penalty,
    saf_per_litre,
    saf_per_tonne,
    saf_reduction,
)
from worked_inputs import Found, Inputs, number

FACTORS = read_rates().factors
#: Zürich and San Francisco (OurAirports).
ZRH, SFO = (47.458057, 8.548056), (37.619806, -122.374821)
KG_PER_SHORT_TON, KM_PER_MILE = Decimal("907.18474"), Decimal("1.609344")


def state(text: str) -> EmissionStatement:
    statement = state_emissions(chains_of_text(text), FACTORS)
    assert statement.rejected == ()
    return statement


def grams(value: object) -> str:
    """Return kg/(t·km) as the g/(t·km) of a chains file."""
    return f"{number(value) * 1000:f}"


def kg(statement: EmissionStatement) -> list[Decimal]:
    return [row or Decimal(0) for row in statement.elements["wtw_kg_co2e"].to_pylist()]


def tkm(given: Inputs) -> Found:
    return {
        "tkm": transport_activity_tkm(
            number(given["mass_kg"]), number(given["distance_km"])
        )
    }


def tce(given: Inputs) -> Found:
    # The example implies 0.1 kg WTW; its TTW implies 3.2801 / 36.801.
    ttw = number("3.2801") / number("36.801") * 1000
    wtw = grams(given["implied_wtw_kg_per_tkm"])
    total = state(
        f"S 1 road own {given['mass_kg']}kg {given['distance_km']}km wtw={wtw} ttw={ttw} "
        "basis=sfd"
    ).total
    return {
        "tkm": total.activity_tkm,
        "co2eWTW_kg": total.wtw_kg_co2e,
        "co2eTTW_kg": total.ttw_kg_co2e,
    }


def containers(given: Inputs) -> Found:
    return {"TEU": teu_of(given["container_ft"])}


def single(given: Inputs) -> Found:
    toc = given["toc"]
    wtw, ttw = grams(toc["wtw_kg_per_tkm"]), grams(toc["ttw_kg_per_tkm"])
    total = state(
        f"S 1 road own {given['mass_kg']}kg {given['distance_km']}km wtw={wtw} ttw={ttw} "
        "basis=sfd"
    ).total
    return {
        "tkm": total.activity_tkm,
        "wtw_kg": total.wtw_kg_co2e,
        "ttw_kg": total.ttw_kg_co2e,
    }


def multimodal(given: Inputs) -> Found:
    mass, (rail, hub, road) = given["mass_kg"], given["tces"]
    statement = state(
        f"""
        S 1 rail own-rail {mass}kg {rail["km"]}km wtw={grams(rail["wtw"])} ttw={grams(rail["ttw"])} basis=sfd
        S 2 hub  own-hub  {mass}kg wtw={hub["hub_wtw_kg_per_t"]} ttw={hub["hub_ttw_kg_per_t"]}
        S 3 road own-road {mass}kg {road["km"]}km wtw={grams(road["wtw"])} ttw={grams(road["ttw"])} basis=sfd
        """
    )
    return {
        "tkm_total": statement.total.activity_tkm,
        "wtw_kg": kg(statement),
        "ttw_kg": statement.elements["ttw_kg_co2e"].to_pylist(),
        "wtw_total_correct": statement.total.wtw_kg_co2e,
        "ttw_total": statement.total.ttw_kg_co2e,
    }


def road_with_hubs(given: Inputs) -> Found:
    ttw = number(given["ttw_kg_per_tkm"])
    wtw = ttw + number(given["wtt_kg_per_tkm"])
    mass, hub = given["mass_kg"], given["hub_kg_per_t"]
    hubs = "\n".join(
        f"S h{n} hub own-hub {mass}kg wtw={hub} ttw=0"
        for n in range(given["hub_count"])
    )
    statement = state(
        f"S 1 road own {mass}kg {given['road_km']}km wtw={grams(wtw)} ttw={grams(ttw)} "
        f"basis=sfd\n{hubs}"
    )
    road = statement.modes[Mode.ROAD]
    return {
        "ttw_kg": road.ttw_kg_co2e,
        "wtt_kg": road.wtt_kg_co2e,
        "total_kg": statement.total.wtw_kg_co2e,
    }


def road_air_road(given: Inputs) -> Found:
    """The vendor doubles TTW by air (RFI) and adds no 95 km: gcd+95 says it is in."""
    mass, hub, (first, air, last) = (
        given["mass_kg"],
        given["hub_kg_per_t"],
        given["legs"],
    )
    ttw = number(air["ttw_kg_per_tkm"]) * air["rfi_on_ttw"]
    wtw = ttw + number(air["wtt_kg_per_tkm"])
    lines = [
        f"S a air own-air {mass}kg {air['gcd_km']}gcd+95 wtw={grams(wtw)} ttw={grams(ttw)}"
    ]
    for name, leg in (("r1", first), ("r2", last)):
        per = Decimal(1000) / (number(mass) * number(leg["km"]))
        parts = [number(leg[f"{part}_kg"]) * per * 1000 for part in ("ttw", "wtt")]
        lines.append(
            f"S {name} road own-road {mass}kg {leg['km']}km wtw={sum(parts)} "
            f"ttw={parts[0]} basis=sfd"
        )
    lines += [
        f"S h{n} hub own-hub {mass}kg wtw={hub} ttw=0"
        for n in range(given["hub_count"])
    ]
    statement = state("\n".join(lines))
    by_air = statement.modes[Mode.AIR]
    return {
        "air_ttw_kg": by_air.ttw_kg_co2e,
        "air_wtt_kg": by_air.wtt_kg_co2e,
        "total_kg": statement.total.wtw_kg_co2e,
    }


def air(given: Inputs) -> Found:
    ttw = number(given["ttw_kg_per_tkm"])
    wtw = ttw + number(given["wtt_kg_per_tkm"])
    statement = state(
        f"S 1 air own {given['mass_kg']}kg {given['gcd_km']}gcd wtw={grams(wtw)} "
        f"ttw={grams(ttw)}"
    )
    return {
        "adjusted_km": statement.elements["activity_km"][0].as_py(),
        "tkm": statement.total.activity_tkm,
        "wtw_kg": statement.total.wtw_kg_co2e,
    }


def road_split(given: Inputs) -> Found:
    ttw = number(given["ttw_kg_per_tkm"])
    wtw = ttw + number(given["wtt_kg_per_tkm"])
    total = state(
        f"S 1 road own {given['mass_kg']}kg {given['distance_km']}km wtw={grams(wtw)} "
        f"ttw={grams(ttw)} basis=sfd"
    ).total
    return {
        "tkm": total.activity_tkm,
        "ttw_kg": total.ttw_kg_co2e,
        "wtt_kg": total.wtt_kg_co2e,
    }


def road_total(given: Inputs) -> Found:
    total = state(
        f"S 1 road own {given['mass_t'] * 1000}kg {given['distance_km']}km "
        f"wtw={grams(given['wtw_kg_per_tkm'])} basis=sfd"
    ).total
    return {"tkm": total.activity_tkm, "wtw_kg": total.wtw_kg_co2e}


def great_circle(given: Inputs) -> Found:
    assert (given["from"], given["to"]) == ("ZRH", "SFO")
    km = float(great_circle_km(*ZRH, *SFO))
    return {"gcd_km": km, "gcd_nm": km / KM_PER_NM}


def round_trip(given: Inputs) -> Found:
    drops = [
        Drop(quantity=number(o["t"]), depot_km=number(o["depot_km"]))
        for o in given["orders"]
    ]
    total = Emissions(wtw_kg_co2e=number(given["total_kg"]), ttw_kg_co2e=Decimal(0))
    return {
        "notional_tkm": [drop.activity for drop in drops],
        "shares_kg": [share.wtw_kg_co2e for share in share_round(total, drops)],
    }


def artic(given: Inputs) -> Found:
    """The example takes no DAF: distance and intensity are both as run."""
    assert given["factor"] == "artic >33t diesel dry avg laden"
    mass_kg = given["mass_t"] * 1000
    total = state(f"S 1 road road-artic {mass_kg}kg {given['distance_km']}actual").total
    return {
        "tkm": total.activity_tkm,
        "ttw_kg": total.ttw_kg_co2e,
        "wtt_kg": total.wtt_kg_co2e,
        "wtw_kg": total.wtw_kg_co2e,
    }


def us_truck(given: Inputs) -> Found:
    """The source counts short tons and miles; its factor is of operation only."""
    mass_kg = number(given["short_tons"]) * KG_PER_SHORT_TON
    km = number(given["miles"]) * KM_PER_MILE
    total = state(f"S 1 road road-artic-us {mass_kg:f}kg {km:f}actual").total
    return {
        "co2e_kg": total.ttw_kg_co2e,
        "kg_per_tkm": total.ttw_kg_co2e / total.activity_tkm,
    }


def daf(given: Inputs) -> Found:
    statement = state(
        f"S 1 sea own {given['mass_t'] * 1000}kg {given['sfd_km']}km "
        f"wtw={given['intensity_g_per_tkm']} basis={given['intensity_distance']}"
    )
    return {
        "daf": statement.elements["applied_daf"][0].as_py(),
        "wtw_kg": statement.total.wtw_kg_co2e,
    }


def scope3(given: Inputs) -> Found:
    flows = {
        "outbound to customer, third-party carrier": Flow.OUTBOUND,
        "tier-1 supplier to own site": Flow.INBOUND,
    }
    payers = {
        "reporting company": Payer.REPORTER,
        "supplier (tier 1) delivers": Payer.SUPPLIER,
    }
    scope = scope3_category(flows[given["flow"]], payer=payers[given["who_pays"]])
    return {"category": int(str(scope).rpartition(" ")[2])}


def uncertainty(given: Inputs) -> Found:
    p = probability_lower(
        given["A_kg"],
        given["B_kg"],
        gsd_a=given["gsd_A"],
        gsd_b=given["gsd_B"],
        correlation=given["rho"],
    )
    return {"p": p}


def ledgers(given: Inputs) -> Found:
    attribute = RetiredAttribute(
        mode=Mode.AIR,
        kg_co2e=number(given["saf_claim_t"]) * 1000,
        registry="R",
        batch="B",
        first_serial=1,
        last_serial=1,
        tier="shipper",
    )
    chains = chains_of_text(
        f"S 1 air own {given['iso14083_wtw_t'] * 1000}kg 905gcd wtw=1000 ttw=800"
    )
    statement = state_emissions(
        chains,
        FACTORS,
        market=MarketInstruments(
            attributes=(attribute,), offsets_kg_co2e=number(given["offset_t"]) * 1000
        ),
    )
    market = statement.market
    assert market.market_based_kg_co2e is not None
    return {
        "iso14083_wtw_t": statement.total.wtw_kg_co2e / 1000,
        "market_based_t": market.market_based_kg_co2e / 1000,
        "offset_ledger_t": market.offsets_kg_co2e / 1000,
    }


#: What computes an example, by its id.
COMPUTE: Mapping[str, Callable[[Inputs], Found]] = {
    "ileap-tkm-1": tkm,
    "ileap-tce-1": tce,
    "ileap-teu-1": containers,
    "sine-simple": single,
    "sine-multimodal-defect": multimodal,
    "climatiq-sea-ny-road": road_with_hubs,
    "climatiq-ber-par-air": road_air_road,
    "iso-version-of-ber-par-air": air,
    "lisbon-berlin-road": road_split,
    "temt-road": road_total,
    "tim-fuel-to-ghg": jet_fuel,
    "tim-ef": jet_factor,
    "tim-gcd": great_circle,
    "saf-kn-iag": saf_per_litre,
    "saf-easa-2024": saf_per_tonne,
    "corsia-hefa-uco": saf_reduction,
    "alloc-round": round_trip,
    "fueleu-hfo": fuel_by_energy,
    "ets-ef-hsfo": fuel_by_mass,
    "ets-ef-mgo": fuel_by_mass,
    "fueleu-penalty-hfo": penalty,
    "ets-cost-2025": ets,
    "desnz-artic": artic,
    "epa-truck": us_truck,
    "daf-sea": daf,
    "daf-none": daf,
    "s3-1": scope3,
    "s3-2": scope3,
    "unc-1": uncertainty,
    "unc-4": uncertainty,
    "ledger-1": ledgers,
}
