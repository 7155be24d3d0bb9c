"""Worked examples of fuels and of what the EU asks of ships, through public names only."""

from decimal import Decimal

from greenroute.statement import (
    Emissions,
    EnergyUse,
    ShipFuel,
    energy_emissions,
    ets_allowances,
    factor_per_kg,
    fueleu_balance,
    reduction_pct,
    saving_per_unit,
    share_by_mass,
)
from worked_inputs import Found, Inputs, number

#: GWP100 of methane and nitrous oxide in the fourth assessment report.
AR4 = Decimal(25), Decimal(298)
HFO = {"cf_co2": 3.114, "cf_ch4": 5e-05, "cf_n2o": 0.00018, "lcv": 0.0405, "wtt": 13.5}


def jet_fuel(given: Inputs) -> Found:
    wtt, ttw = number(given["ef_wtt"]), number(given["ef_ttw"])
    factor = factor_per_kg(Decimal(1), wtt_g_per_mj=wtt * 1000, ttw_g_per_mj=ttw * 1000)
    flight = energy_emissions(
        [EnergyUse(amount=number(given["fuel_kg"]), factor=factor)]
    )
    fraction = number(given["cargo_mass_fraction"])
    cargo, _ = share_by_mass(flight, [fraction, 1 - fraction])
    return {
        **_parts(flight, ""),
        **_parts(cargo, "cargo_"),
    }


def _parts(emissions: Emissions, prefix: str) -> Found:
    return {
        f"{prefix}wtt_kg": emissions.wtt_kg_co2e,
        f"{prefix}ttw_kg": emissions.ttw_kg_co2e,
        f"{prefix}wtw_kg": emissions.wtw_kg_co2e,
    }


def jet_factor(given: Inputs) -> Found:
    factor = factor_per_kg(
        number(given["lcv_mj_per_kg"]),
        wtt_g_per_mj=number(given["wtt_g_per_mj"]),
        ttw_g_per_mj=number(given["ttw_g_per_mj"]),
    )
    return {
        "wtt_kg_per_kg": factor.wtw_kg_co2e - factor.ttw_kg_co2e,
        "ttw_kg_per_kg": factor.ttw_kg_co2e,
        "wtw_kg_per_kg": factor.wtw_kg_co2e,
    }


def saf_per_litre(given: Inputs) -> Found:
    saved = number(given["tco2_saved"]) * 1000
    return {"kg_saved_per_litre": saving_per_unit(saved, number(given["saf_litres"]))}


def saf_per_tonne(given: Inputs) -> Found:
    saved, amount = number(given["ktco2_avoided"]), number(given["saf_kt"])
    return {"t_per_t": saving_per_unit(saved, amount)}


def saf_reduction(given: Inputs) -> Found:
    pct = reduction_pct(number(given["lca"]), number(given["baseline"]))
    return {"reduction_pct": pct}


def ship_fuel(given: Inputs) -> ShipFuel:
    return ShipFuel(
        co2_kg=number(given["cf_co2"]),
        ch4_kg=number(given["cf_ch4"]),
        n2o_kg=number(given["cf_n2o"]),
    )


def fuel_by_energy(given: Inputs) -> Found:
    ch4, n2o = AR4
    g = ship_fuel(given).wtw_g_per_mj(
        number(given["lcv"]) * 1000, number(given["wtt"]), ch4_gwp=ch4, n2o_gwp=n2o
    )
    return {"wtw_g_per_mj": g}


def fuel_by_mass(given: Inputs) -> Found:
    ch4, n2o = (number(gwp) for gwp in given["gwp"])
    return {"t_per_t": ship_fuel(given).ttw_kg_per_kg(ch4_gwp=ch4, n2o_gwp=n2o)}


def penalty(given: Inputs) -> Found:
    assert given["fuel"] == "HFO"
    energy_mj = number(given["tonnes_intra_eu"]) * 1000 * number(HFO["lcv"]) * 1000
    found = fueleu_balance(
        fuel_by_energy(HFO)["wtw_g_per_mj"],
        energy_mj,
        target_g_per_mj=number(given["target_g_per_mj"]),
    )
    return {
        "energy_mj": energy_mj,
        "compliance_balance_g": found.balance_g_co2e,
        "penalty_eur": found.penalty_eur,
    }


def ets(given: Inputs) -> Found:
    allowances = ets_allowances(
        given["year"],
        intra_t=number(given["intra_t"]),
        extra_t=number(given["extra_t"]),
    )
    return {"eua": allowances, "cost_eur": allowances * number(given["eua_eur"])}
