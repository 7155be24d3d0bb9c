"""Pictures that a notebook draws by itself."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An SVG picture; a notebook draws it where it stands, without a network.

    Attributes
    ----------
    svg
        The picture.
    """

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: Path | str) -> None:
        """Write the picture to a file."""
        Path(path).write_text(self.svg, encoding="utf-8")
