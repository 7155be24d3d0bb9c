"""What holds for the exchange table, the carbon costs and the equipment codes as shipped."""

import csv
import tomllib
from pathlib import Path

import pytest

from greenroute.errors import DataError
from greenroute.rating.equipment_code import read_equipment_codes
from greenroute.rating.pricing import read_pricing
from greenroute.rating.read_tariff import read_tariff
from greenroute.tables import data_folder
from tools.seal import seal

DATA = data_folder()
DESCRIPTIONS = [
    DATA / "money" / "exchange-2026" / "exchange.toml",
    DATA / "carbon-costs" / "carbon-costs-2026" / "carbon-costs.toml",
    DATA / "cargo" / "equipment-codes-2026" / "equipment-codes.toml",
]


@pytest.mark.parametrize("description", DESCRIPTIONS, ids=lambda path: path.stem)
def test_every_column_has_a_meaning_and_every_table_a_licence(
    description: Path, tmp_path: Path
) -> None:
    about = tomllib.loads(description.read_text(encoding="utf-8"))
    for path in description.parent.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())

    seal(tmp_path / description.name)

    assert (tmp_path / description.name).read_bytes() == description.read_bytes()
    for table in about["tables"].values():
        path = description.parent / table["file"]
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == list(table["columns"])
        assert table["licence"]


def test_every_parameter_of_the_carbon_costs_has_a_source() -> None:
    about = tomllib.loads(DESCRIPTIONS[1].read_text(encoding="utf-8"))

    assert len(about["parameters"]) == 10
    for parameter in about["parameters"].values():
        assert set(parameter) == {"value", "unit", "meaning", "source", "confidence"}


def test_trade_names_have_the_codes_of_iso_6346() -> None:
    codes = read_equipment_codes(DESCRIPTIONS[2].parent).iso6346

    known = {"20GP": "22G1", "40GP": "42G1", "40HC": "45G1", "40RF": "45R1"}
    assert known.items() <= codes.items()
    assert codes["45HC"] == "L5G1"


def test_what_prices_need_is_read_at_once(tmp_path: Path) -> None:
    tariff = read_tariff(DATA / "tariffs" / "default-2026")
    path = tmp_path / "cards.csv"
    path.write_text(
        "origin,destination,mode,equipment,valid_from,currency,base_per_unit\n"
        "*,*,sea,40HQ,2026-01-01,EUR,1000\n"
    )

    found = read_pricing(tariff, cards=path)

    assert found.cards is not None
    assert len(found.cards) == 1
    assert found.carbon_rules.ets_share(2025) == 0.7
    assert read_pricing(tariff).cards is None
    with pytest.raises(DataError, match="there is no such file"):
        read_pricing(tariff, cards=tmp_path / "none.csv")
