-- The table as the application and everybody else who asks for a time zone finds it.
CREATE EXTENSION postgis;
CREATE TABLE tz_world (
    gid integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tzid text NOT NULL,
    geom geometry(MultiPolygon, 4326) NOT NULL
);
COMMENT ON TABLE tz_world IS 'Time zones: © OpenStreetMap contributors, ODbL, by timezone-boundary-builder and timezonefinder';

-- Without an SRID, as WKB has none.
CREATE TEMPORARY TABLE told (tzid text, geom geometry);
\copy told FROM /tmp/zones.copy
INSERT INTO tz_world (tzid, geom)
SELECT tzid, ST_SetSRID(CASE WHEN ST_IsValid(geom) THEN geom ELSE ST_Multi(ST_CollectionExtract(ST_MakeValid(geom), 3)) END, 4326)
FROM told;
CREATE INDEX ON tz_world USING gist (geom);
ANALYZE tz_world;

-- Its password is given when the server starts.
CREATE ROLE easygeoip LOGIN;
GRANT SELECT ON tz_world TO easygeoip;
