"""Answers that are a sheet of rows."""

from greenroute import report
from greenroute.cli.options import Format
from greenroute.cli.output import Answer


def answer_with(sheet: "report.Sheet", *, on_map: bool = False) -> Answer:
    """Return a sheet in all its formats.

    Parameters
    ----------
    on_map
        Its rows are points, so that it comes as GeoJSON as well.
    """
    texts = {
        Format.JSON: lambda: report.sheet_json(sheet),
        Format.CSV: lambda: report.sheet_csv(sheet),
    }
    if on_map:
        texts[Format.GEOJSON] = lambda: report.sheet_geojson(sheet)
    return Answer(page=lambda _: report.sheet_table(sheet), texts=texts)
