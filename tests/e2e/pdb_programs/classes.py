"""Classes: properties, inheritance, class attributes, a data class."""

from dataclasses import dataclass


@dataclass
class Point:
    """A point."""

    left: int
    top: int = 0

    @property
    def distance(self):
        return abs(self.left) + abs(self.top)


class Shape:
    """Anything with points."""

    count = 0

    def __init__(self, *points):
        self.points = points
        type(self).count += 1

    def size(self):
        return max(point.distance for point in self.points)


class Line(Shape):
    """Two points."""

    def size(self):
        inner = super().size()
        return inner + 1


line = Line(Point(1), Point(left=-2, top=3))
print(line.size())
