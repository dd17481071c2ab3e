-- Suspensions.
CREATE TABLE {schema}.subscription_suspensions (
  id varchar(255) NOT NULL,
  target varchar(255) NOT NULL,
  subtarget varchar(255) NOT NULL DEFAULT '',
  suspended_at timestamptz NOT NULL,
  PRIMARY KEY (id, target, subtarget)
);
