-- Property names of any length.
ALTER TABLE {schema}.properties ALTER COLUMN name TYPE text;
