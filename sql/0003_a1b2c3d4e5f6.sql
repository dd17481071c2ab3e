-- What a peer is capable of.
ALTER TABLE {schema}.trusts ADD COLUMN aw_supported text;
ALTER TABLE {schema}.trusts ADD COLUMN aw_version varchar(50);
ALTER TABLE {schema}.trusts ADD COLUMN capabilities_fetched_at timestamptz;
