-- Values are found through property_lookup; an index on them all refuses long ones.
DROP INDEX IF EXISTS {schema}.idx_properties_value;
