-- Reverse lookup of indexed properties.
CREATE TABLE {schema}.property_lookup (
  property_name varchar(255) NOT NULL,
  value text NOT NULL,
  actor_id varchar(255) NOT NULL,
  PRIMARY KEY (property_name, value),
  CONSTRAINT fk_property_lookup_actor FOREIGN KEY (actor_id)
    REFERENCES {schema}.actors (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX idx_property_lookup_actor_id ON {schema}.property_lookup (actor_id);
