from weather_station.web import Unit


def test_unit():
    assert Unit.CELSIUS == 'C'
