// The outbox in partitions, numbered over all streams as well.
#include "common/pg/migrate.h"

namespace callfleet::pg {

// A row's place in the order of all is drawn under the lock of outbox_head, which is held until the
// commit: positions become visible in their order and leave no gap. Partitions are ranges of it.
// Who takes locks on several of these takes outbox_head first.
const char* const kOutboxTables = R"sql(
CREATE TABLE outbox_head (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  epoch text NOT NULL,
  last_pos bigint NOT NULL
);
INSERT INTO outbox_head (epoch, last_pos)
  VALUES (substr(md5(random()::text || clock_timestamp()::text), 1, 8), 0);
CREATE TABLE outbox_parts (
  first_pos bigint PRIMARY KEY,
  end_pos bigint NOT NULL,
  open_time timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE outbox_consumers (
  consumer text PRIMARY KEY,
  pos bigint NOT NULL,
  create_time timestamptz NOT NULL DEFAULT now(),
  update_time timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE outbox RENAME TO outbox_before;
CREATE TABLE outbox (
  pos bigint NOT NULL,
  stream text NOT NULL,
  seq bigint NOT NULL,
  event_id text NOT NULL,
  source text NOT NULL,
  type text NOT NULL,
  time timestamptz NOT NULL,
  subject text NOT NULL,
  unit_token bigint NOT NULL,
  payload bytea NOT NULL,
  CONSTRAINT outbox_key PRIMARY KEY (pos)
) PARTITION BY RANGE (pos);
DO $$
DECLARE
  kept bigint;
BEGIN
  SELECT count(*) INTO kept FROM outbox_before;
  IF kept > 0 THEN
    EXECUTE format('CREATE TABLE outbox_1 PARTITION OF outbox FOR VALUES FROM (1) TO (%s)', kept + 1);
    INSERT INTO outbox_parts (first_pos, end_pos) VALUES (1, kept + 1);
    INSERT INTO outbox SELECT row_number() OVER (ORDER BY stream, seq), stream, seq, event_id, source,
      type, time, subject, unit_token, payload FROM outbox_before;
    UPDATE outbox_head SET last_pos = kept;
  END IF;
END $$;
DROP TABLE outbox_before;
)sql";

}  // namespace callfleet::pg
