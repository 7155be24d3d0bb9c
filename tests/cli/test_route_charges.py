"""`greenroute route` with rate cards, carbon costs, holding costs, and `--explain`."""

import csv
import json
from pathlib import Path

import pytest

from charged import EUROS
from commands import Command
from rate_cards import as_csv

ROUTE = ("route", "CNSZX", "DEFRA", "--mass-kg", "12000")
JUNE = ("--ready", "2026-06-15")
HEAD = "card origin destination mode equipment valid_from valid_to currency base_per_unit surcharge_BAF\n"
ROW = "ACME CN NL sea 40HC 2026-01-01 2026-12-31 EUR 900 120\n"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    return write(tmp_path, ROW)


def write(folder: Path, *rows: str) -> Path:
    path = folder / "cards.csv"
    path.write_text(as_csv(HEAD + "".join(rows)), "utf-8")
    return path


@pytest.fixture
def euros(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text(EUROS, "utf-8")
    return path


def test_the_json_shows_card_exchange_rate_and_the_parts_of_the_price(
    toy: Command, card: Path, euros: Path
) -> None:
    answer = toy(
        *(*ROUTE, *JUNE, "--card", card, "--own-rates", euros),
        *("--value-usd", "36500", "--annual-rate", "0.12"),
        *("--carbon-price-usd", "50"),
    )
    found = json.loads(answer.out)
    runs = [
        leg
        for itinerary in found["frontier"]["itineraries"]
        for leg in itinerary["legs"]
        if leg["card"] is not None
    ]

    assert (answer.code, answer.err) == (0, "")
    assert {leg["card"] for leg in runs} == {"cards.csv:2 (ACME)"}
    for leg in runs:
        # One box: (900 + 120) EUR x 1.25; 12 USD a day; 50 USD/t.
        assert leg["holding_usd"] == pytest.approx(0.5 * leg["duration_h"], abs=0.01)
        assert leg["carbon_usd"] == pytest.approx(leg["wtw_kg_co2e"] * 0.05, abs=0.0051)
        freight = leg["cost_usd"] - leg["holding_usd"] - leg["carbon_usd"]
        assert freight == pytest.approx(1_275)
    [rate] = found["exchange"]
    assert rate == {
        "currency": "EUR",
        "date": "2026-01-01",
        "usd_per_unit": "1.25",
        "source": "round",
    }
    assert found["charges"]["cards"]["used"] == "1 rows of cards.csv on 2026-06-15"


def test_without_charges_their_fields_are_null(toy: Command) -> None:
    found = json.loads(toy(*ROUTE).out)
    legs = found["frontier"]["itineraries"][0]["legs"]

    assert (found["charges"], found["exchange"]) == (None, None)
    for name in ("card", "carbon_usd", "holding_usd"):
        assert {leg[name] for leg in legs} == {None}


def test_two_runs_with_charges_give_the_same_bytes(toy: Command, card: Path) -> None:
    words = (*ROUTE, *JUNE, "--card", card, "--ets", "--fueleu")
    first, second = (toy(*words).out.partition('\n"run": ') for _ in range(2))

    assert first[:2] == second[:2]


def test_the_table_names_the_card_its_rows_and_the_exchange_rate(
    toy: Command, tmp_path: Path, euros: Path
) -> None:
    old = ROW.replace("2026-", "2020-")
    words = ("--card", write(tmp_path, ROW, old), "--own-rates", euros, "--ets")
    page = " ".join(toy(*ROUTE, *JUNE, *words, "--format", "table").out.split())

    assert "with EU ETS" in page
    assert "Rate cards: 2 rows of cards.csv on 2026-06-15; 1 expired." in page
    assert "Exchange rates in USD: EUR 1.25 of 2026-01-01." in page


@pytest.mark.parametrize("pick", ["cheapest", "fastest", "greenest", "balanced"])
def test_explain_gives_lines_that_add_up(toy: Command, card: Path, pick: str) -> None:
    words = (*ROUTE, *JUNE, "--card", card, "--ets", "--carbon-price-usd", "80")
    key = json.loads(toy(*words).out)["frontier"]["picks"][pick]

    found = json.loads(toy(*words, "--explain", pick).out)

    assert found["itinerary"] == key
    assert pick in found["picks"]
    for leg in found["legs"]:
        assert sum(line["usd"] for line in leg["lines"]) == pytest.approx(
            leg["cost_usd"], abs=1e-6
        )
    assert found == json.loads(toy(*words, "--explain", key).out)
    assert {one["itinerary"] for one in found["rivals"]}.isdisjoint({key})


def test_explain_prints_a_page(toy: Command, card: Path) -> None:
    words = (*ROUTE, *JUNE, "--card", card, "--carbon-price-usd", "80")
    page = toy(*words, "--explain", "cheapest", "--format", "table")
    text = " ".join(page.out.split())

    assert page.code == 0
    assert "UNIT" in text
    assert "internal price of 80 USD/t" in text
    assert "beside the carbon costs in its price" in text


def test_corsia_counts_flights_abroad_and_is_said(toy: Command) -> None:
    words = (*ROUTE, "--corsia-share", "0.154")
    found = json.loads(toy(*words).out)
    page = " ".join(toy(*words, "--format", "table").out.split())
    legs = [
        leg
        for itinerary in found["frontier"]["itineraries"]
        for leg in itinerary["legs"]
    ]

    assert found["charges"]["carbon"]["corsia_share"] == 0.154
    assert "with CORSIA for 0.154 of flights abroad" in page
    for leg in legs:
        # 15.4 % of the tonnes of operation, at 21.70 USD for a unit.
        flown_t = leg["ttw_kg_co2e"] / 1000 if leg["mode"] == "air" else 0.0
        assert leg["carbon_usd"] == pytest.approx(flown_t * 0.154 * 21.7, abs=0.0051)
    assert any(leg["carbon_usd"] > 0 for leg in legs)


def test_an_unknown_id_to_explain_names_the_picks(toy: Command) -> None:
    picks = json.loads(toy(*ROUTE).out)["frontier"]["picks"]

    answer = toy(*ROUTE, "--explain", "nope")

    assert (answer.code, answer.out) == (2, "")
    assert "there is no itinerary 'nope', expected one of cheapest" in answer.err
    assert all(key in answer.err for key in picks.values())


def test_explain_comes_as_table_and_json_only(toy: Command) -> None:
    answer = toy(*ROUTE, "--explain", "cheapest", "--format", "csv")

    assert (answer.code, answer.out) == (2, "")
    assert "expected table, json" in answer.err


def test_without_an_itinerary_there_is_nothing_to_explain(toy: Command) -> None:
    answer = toy(*ROUTE, "--max-cost-usd", "1", "--explain", "cheapest")

    assert answer.code == 4
    assert "keeps the limits" in answer.err


@pytest.mark.parametrize(
    ("rows", "words", "message"),
    [
        ([ROW], (), "rate cards depend on the day, and neither ready_at"),
        ([ROW, ROW], JUNE, "cards.csv:3: "),
        ([ROW.replace(" CN ", " XX ")], JUNE, "cards.csv:2: origin is 'XX', expected"),
        ([ROW.replace("EUR", "EUX")], JUNE, "EUX"),
        ([ROW.replace("EUR", "XPF")], JUNE, "XPF"),
        ([ROW.replace("sea", "see")], JUNE, "see"),
    ],
    ids=["no day", "overlap", "place", "no currency", "no rate", "mode"],
)
def test_a_wrong_card_is_an_error_of_the_user(
    toy: Command,
    tmp_path: Path,
    rows: list[str],
    words: tuple[str, ...],
    message: str,
) -> None:
    answer = toy(*ROUTE, *words, "--card", write(tmp_path, *rows))

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


def test_all_errors_of_the_cards_can_be_had_as_a_file(
    toy: Command, tmp_path: Path
) -> None:
    rows = [ROW.replace("EUR", "EUX"), ROW, ROW.replace("sea", "see")]
    errors = tmp_path / "errors.csv"

    answer = toy(
        *(*ROUTE, *JUNE, "--card", write(tmp_path, *rows), "--card-errors", errors)
    )

    assert answer.code == 2
    told = csv.DictReader(errors.read_text("utf-8").splitlines())
    assert {row["line"] for row in told} == {"2", "4"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--annual-rate", "0.1"), "without value_usd, expected both"),
        (("--annual-rate", "3", "--value-usd", "7"), "annual_rate is 3"),
        (("--insurance-share", "-1", "--value-usd", "7"), "insurance_share is -1"),
        (("--carbon-price-usd", "nan"), "internal_usd_per_t is nan"),
        (("--carbon-price-usd", "-5"), "internal_usd_per_t is -5"),
        (("--carbon-price-usd", "ten"), "'ten' is no number"),
        (("--corsia-share", "15.4"), "corsia_share is 15.4, expected a number <= 1"),
        (("--ets",), "carbon costs by law depend on the day"),
        (("--card", "no/such.csv", *JUNE), "no/such.csv"),
        (("--own-rates", "no/such.csv"), "no/such.csv"),
        (("--card-errors", "errors.csv"), "expected --card FILE with it"),
    ],
)
def test_charges_that_cannot_be_are_named(
    toy: Command, words: tuple[str, ...], message: str
) -> None:
    answer = toy(*ROUTE, *words)

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
