"""Write easygeoip/static/world.svg: the land of the world, from Natural Earth (public domain).

Takes land-110m.json of the npm package world-atlas 2.0.2: `npm pack world-atlas@2.0.2`, unpacked.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

MAP = Path(__file__).parents[1] / "easygeoip" / "static" / "world.svg"
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="-180 -90 360 180">
<!-- Land: Natural Earth, public domain. One unit is a degree, north is up: y is the latitude, negative.
     What lies across 180 degrees is in one piece, beyond the edge: a copy 360 units aside shows the rest. -->
<path id="land" d="{land}"/>
<path id="graticule" d="{graticule}"/>
</svg>
"""
STEP = 30

Point = tuple[float, float]


def main(source: Path) -> None:
    """Write the map."""
    told = json.loads(source.read_text("utf-8"))
    arcs = [list(points(arc, told["transform"])) for arc in told["arcs"]]
    (land,) = told["objects"]["land"]["geometries"]
    outlines = [unrolled(ring(numbers, arcs)) for polygon in land["arcs"] for numbers in polygon]
    lines = [f"M{x} -90V90" for x in range(-180, 181, STEP)]
    lines += [f"M-180 {y}H180" for y in range(-90, 91, STEP)]
    MAP.write_text(SVG.format(land="".join(map(path, outlines)), graticule="".join(lines)), "utf-8")


def points(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> Iterator[Point]:
    """Yield the places of an arc, each of which is told as its distance from the one before."""
    (wide, high), (left, bottom) = transform["scale"], transform["translate"]
    for x, y in zip(accumulate(one[0] for one in arc), accumulate(one[1] for one in arc), strict=True):
        yield round(x * wide + left, 1), -round(y * high + bottom, 1)


def ring(numbers: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """Join arcs, each of which begins where the one before ended; `~number` is one taken backwards."""
    joined: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        joined += arc[1:] if joined else arc
    return joined


def unrolled(outline: Sequence[Point]) -> list[Point]:
    """Let an outline go on beyond the edge, not jump to the other; one round a pole takes it in."""
    steps = [second[0] - first[0] for first, second in pairwise(outline)]
    places = list(accumulate((step - 360 * round(step / 360) for step in steps), initial=outline[0][0]))
    aside = 360 * round((min(places) + max(places)) / 2 / 360)
    whole = [(round(x - aside, 1), y) for x, (_, y) in zip(places, outline, strict=True)]
    if whole[0] != whole[-1]:
        pole = 90.0 if whole[0][1] > 0 else -90.0
        whole += [(whole[-1][0], pole), (whole[0][0], pole), whole[0]]
    return whole


def path(outline: Sequence[Point]) -> str:
    """Draw an outline; points that are rounded to the same place are one."""
    kept = [one for one, before in zip(outline, [None, *outline], strict=False) if one != before]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept[:-1]) + "Z"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
