"""What counts beside the tariff, from the options of a command."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import greenroute as gr

CardFile = Annotated[
    Path | None,
    typer.Option(
        "--card", metavar="FILE", help="Your rate cards, CSV or Parquet; they win."
    ),
]
OwnRates = Annotated[
    Path | None,
    typer.Option(
        "--own-rates",
        metavar="FILE",
        help="Your exchange rates; they replace those of their currencies.",
    ),
]
CardErrors = Annotated[
    Path | None,
    typer.Option(
        "--card-errors",
        metavar="FILE",
        help="CSV file to write all errors of the rate cards to.",
    ),
]


def check_card_errors(card: Path | None, card_errors: Path | None) -> None:
    """Raise if there is a file for errors of no rate cards."""
    if card is None and card_errors is not None:
        msg = "expected --card FILE with it"
        raise typer.BadParameter(msg, param_hint="--card-errors")


def charges_of(
    network: "gr.Network",
    rates: "gr.Rates",
    files: tuple[Path | None, Path | None, Path | None],
    *,
    carbon: Mapping[str, Any] | None = None,
    annual_rate: float = 0.0,
    insurance_share: float = 0.0,
) -> "gr.Charges | None":
    """Return what counts beside the tariff; None if nothing was asked for.

    Parameters
    ----------
    network
        Rate cards may name the equipment of its lanes.
    files
        Rate cards, exchange rates, and where errors of the rate cards go.
    carbon
        As `CarbonOptions` names it; None for none.
    annual_rate, insurance_share
        As `Charges` has them.
    """
    carbon = {} if carbon is None else carbon
    if not any((*files, *carbon.values(), annual_rate, insurance_share)):
        return None
    # Imported here: they bring numpy and pyarrow, which `--help` must not wait for.
    from greenroute.rating.carbon_cost import CarbonOptions  # noqa: PLC0415 - see above
    from greenroute.rating.charges import Charges  # noqa: PLC0415 - see above
    from greenroute.rating.pricing import read_pricing  # noqa: PLC0415 - see above

    cards, own_rates, errors_to = files
    pricing = read_pricing(
        rates.tariff,
        cards=cards,
        own_rates=own_rates,
        errors_to=errors_to,
        network=network,
    )
    return Charges(
        pricing=pricing,
        carbon=CarbonOptions(**carbon),
        annual_rate=annual_rate,
        insurance_share=insurance_share,
    )
