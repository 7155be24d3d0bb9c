"""Where the intensities of a statement come from."""

import shutil
from pathlib import Path

from chains import rows_of_text, write_rows
from greenroute.rating.read_factors import read_factors
from greenroute.statement import IntensityBasis, read_chains, state_emissions
from greenroute.statement.columns import GwpBasis
from greenroute.statement.lineage import read_lineage
from greenroute.tables import data_folder

SET = data_folder() / "factors" / "default-2026"
CHAINS = """
    S 1 road road-artic            25000kg 800km
    T 1 road road-artic-battery-GB 25000kg 800km
    U 1 road road-artic-hvo        25000kg 800km
"""


def test_a_statement_does_not_read_the_factor_set_again(tmp_path: Path) -> None:
    copy = shutil.copytree(SET, tmp_path / "factors")
    factors = read_factors(copy)
    shutil.rmtree(copy)
    chains = read_chains(write_rows(tmp_path / "chains.csv", rows_of_text(CHAINS)))

    statement = state_emissions(chains, factors)

    assert {factor.source[:8] for factor in statement.factors} == {"UK DESNZ"}
    assert not statement.rejected


def test_an_option_is_stated_with_its_own_factor_and_basis(tmp_path: Path) -> None:
    chains = read_chains(write_rows(tmp_path / "chains.csv", rows_of_text(CHAINS)))

    statement = state_emissions(chains, read_factors(SET))
    stated = {
        factor.factor_id.rpartition("laden")[2]: factor for factor in statement.factors
    }

    assert {name: str(f.data_type) for name, f in stated.items()} == {
        "": "default",
        ":battery:GB": "modelled",
        ":hvo": "modelled",
    }
    assert {factor.gwp_basis for factor in stated.values()} == {GwpBasis.AR5}
    # 20,000 tkm x 1.05 x 96.34, 25.0825 and 20.7068 g/tkm
    assert float(statement.total.wtw_kg_co2e) == (
        round(21 * (96.34 + 25.0825 + 20.7068), 4)
    )


def test_the_notes_of_a_factor_are_those_of_its_row() -> None:
    lineage = read_lineage(read_factors(SET))
    truck, area = (
        lineage.notes[factor_id]
        for factor_id in ("epa-2025:road:truck", "default-2026:road:truck:battery:US")
    )

    assert (truck.year, truck.gwp_basis) == (2025, GwpBasis.AR5)
    assert truck.distance_basis is IntensityBasis.ACTUAL
    assert area.gwp_basis is None
    assert "Our World in Data; Ember; Energy Institute" in area.licence
    assert lineage.hub_types["rail-terminal"] == "Transshipment"
