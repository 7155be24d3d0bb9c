"""What a vehicle or a hub runs on: carriers, what they are made from, blends."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from greenroute.errors import DataError, UnknownCategoryError, one_of

#: Joins the parts of a blend, a part and its share, a carrier and what it is made from.
PART, SHARE, MADE = ";", ":", "/"
_ISO2 = 2


class EnergyCarrier(StrEnum):
    """Energy carriers, in the words of iLEAP 1.0.0."""

    DIESEL = "Diesel"
    HVO = "HVO"
    PETROL = "Petrol"
    CNG = "CNG"
    LNG = "LNG"
    LPG = "LPG"
    HFO = "HFO"
    MGO = "MGO"
    AVIATION_FUEL = "Aviation fuel"
    HYDROGEN = "Hydrogen"
    METHANOL = "Methanol"
    ELECTRIC = "Electric"


class Feedstock(StrEnum):
    """What a carrier is made from, in the words of iLEAP 1.0.0."""

    FOSSIL = "Fossil"
    NATURAL_GAS = "Natural gas"
    GRID = "Grid"
    RENEWABLE_ELECTRICITY = "Renewable electricity"
    COOKING_OIL = "Cooking oil"


#: A text that names one carrier and cannot be wrong: few others need a closer look.
ONE_CARRIER = (
    f"^({'|'.join(EnergyCarrier)})({MADE}({'|'.join(Feedstock)})({MADE}[A-Z]{{2}})?)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyShare:
    """Part of a blend.

    Attributes
    ----------
    carrier
        What it is.
    share
        Share of the energy [1].
    feedstock
        What it is made from; None if that is not said.
    area
        ISO2 of the area that it comes from; "" if that is not said.
    """

    carrier: EnergyCarrier
    share: Decimal
    feedstock: Feedstock | None = None
    area: str = ""


def parse_energy(text: str) -> tuple[EnergyShare, ...]:
    """Return what an `energy` cell says: one carrier, or a blend by energy share.

    A carrier may name what it is made from, and in which area: "Diesel",
    "Electric/Grid/DE", "HFO:0.7;Diesel/Cooking oil:0.3".

    Raises
    ------
    UnknownCategoryError
        If a carrier or a feedstock is not known.
    DataError
        If shares do not add up to 1.
    """
    parts = [part.strip() for part in text.split(PART)]
    if len(parts) == 1 and SHARE not in text:
        return (_part(text, Decimal(1)),)
    shares = []
    for part in parts:
        name, _, number = part.partition(SHARE)
        try:
            share = Decimal(number.strip())
        except InvalidOperation:
            share = Decimal(0)
        if not 0 < share <= 1:
            msg = f"energy is {text!r}, expected a share > 0 and <= 1 in {part!r}"
            raise DataError(msg)
        shares.append(_part(name, share))
    whole = sum(share.share for share in shares)
    if whole != 1:
        msg = f"energy is {text!r}, expected shares that add up to 1, not {whole}"
        raise DataError(msg)
    if len({(s.carrier, s.feedstock, s.area) for s in shares}) < len(shares):
        msg = f"energy is {text!r}, expected each carrier once"
        raise DataError(msg)
    return tuple(shares)


def _part(text: str, share: Decimal) -> EnergyShare:
    name, *made = (word.strip() for word in text.split(MADE))
    carrier = one_of(EnergyCarrier, name, "energy")
    if not made:
        return EnergyShare(carrier=carrier, share=share)
    area = made[1] if len(made) > 1 else ""
    if len(made) > _ISO2 or (len(made) > 1 and not is_area(area)):
        msg = (
            f"energy is {text!r}, expected carrier, carrier/feedstock or "
            "carrier/feedstock/ISO2"
        )
        raise DataError(msg)
    return EnergyShare(
        carrier=carrier,
        share=share,
        feedstock=one_of(Feedstock, made[0], "feedstock"),
        area=area,
    )


def is_area(text: str) -> bool:
    """Return whether a text can be an ISO 3166-1 alpha-2 code."""
    return len(text) == _ISO2 and text.isascii() and text.isalpha() and text.isupper()


def energy_errors(texts: Iterable[str]) -> list[str]:
    """Return what is wrong with each `energy` cell; "" if nothing is."""
    found = []
    for text in texts:
        try:
            parse_energy(text)
        except (DataError, UnknownCategoryError) as error:
            found.append(str(error))
        else:
            found.append("")
    return found
