-- Values are found through property_lookup; an index on them all refuses long ones.
DROP INDEX {schema}.idx_properties_value;
