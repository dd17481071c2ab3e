-- Tokens of one chain are deleted together.
CREATE INDEX IF NOT EXISTS idx_attributes_chain_id ON {schema}.attributes ((data ->> 'chain_id'))
  WHERE (data ->> 'chain_id') IS NOT NULL;
