import type { Names } from '../sql/names.js';

/** A list of texts, or of rows, comes as one parameter: JSON. */
export type Statements = ReturnType<typeof statementsOf>;

/** So many values of a row that comes as JSON. */
function columns(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `r.value ->> ${index}`);
}

export function statementsOf(names: Names) {
  const [execution, event, inbox, outbox] = [names.table('execution'), names.table('event'), names.table('inbox'), names.table('outbox')];
  const [worker, graph] = [names.table('worker'), names.table('graph')];
  const head = `e.*,
    (SELECT data FROM ${event} WHERE execution = e.number AND seq = 0) AS input,
    EXISTS (SELECT 1 FROM ${inbox} WHERE execution = e.id) AS has_inbox`;
  const listed = 'SELECT value FROM json_each(?)';
  const isOrphaned = `NOT EXISTS (SELECT 1 FROM ${worker} w WHERE w.name = e.owner AND w.lease_until > ?)`;

  return {
    // Creations and appends. `r.value`: a row of writing.ts. CROSS JOIN: in this order, whatever the planner believes.
    head: `SELECT ${head} FROM ${execution} e WHERE e.id = ?`,
    create: `INSERT INTO ${execution} (
        id, saga, fingerprint, status, seq, owner, wake_at, deadline_at, stage, nonce, input_hash, metadata, started_at, updated_at, epoch,
        takeovers)
      SELECT ${columns(14).join(', ')}, 1, '' FROM json_each(?) r`,
    addEvents: `INSERT INTO ${event} (at, execution, seq, type, step, data)
      SELECT ?, e.number, ${columns(5).slice(1).join(', ')} FROM json_each(?) r CROSS JOIN ${execution} e ON e.id = r.value ->> 0`,
    fenced: `SELECT r.value ->> 0 AS id FROM json_each(?) r LEFT JOIN ${execution} e ON e.id = r.value ->> 0
      WHERE e.epoch IS NOT r.value ->> 1 OR e.seq IS NOT r.value ->> 2`,
    append: `UPDATE ${execution} AS e SET seq = r.value ->> 1, nonce = r.value ->> 2, status = r.value ->> 3, stage = r.value ->> 4,
        updated_at = r.value ->> 5, wake_at = r.value ->> 6, output = coalesce(r.value ->> 7, output),
        takeovers = CASE r.value ->> 8 WHEN 1 THEN '' ELSE takeovers END, owner = CASE r.value ->> 9 WHEN 1 THEN owner END,
        ended_at = coalesce(ended_at, r.value ->> 10)
      FROM json_each(?) r WHERE e.id = r.value ->> 0`,
    dropEvents: `DELETE FROM ${event} WHERE execution = (SELECT number FROM ${execution} WHERE id = ?) AND seq > 0`,
    emit: `INSERT INTO ${outbox} (execution, place, data, available_at, taken) VALUES (?, ?, ?, ?, ?)`,
    emitted: `SELECT count(*) AS count FROM ${outbox} WHERE execution = ?`,

    // Workers.
    worker: `SELECT lease_until FROM ${worker} WHERE name = ?`,
    beat: `INSERT INTO ${worker} (name, lease_until, lived_on, claimable) VALUES (?, ?, 0, coalesce(?, '[]'))
      ON CONFLICT (name) DO UPDATE SET lease_until = excluded.lease_until, claimable = coalesce(?, claimable)`,
    withInbox: `SELECT DISTINCT e.id FROM ${inbox} i JOIN ${execution} e ON e.id = i.execution WHERE e.owner = ?`,
    retire: `INSERT INTO ${worker} (name, lease_until, lived_on, claimable) VALUES (?, ?, ?, '[]')
      ON CONFLICT (name) DO UPDATE SET lease_until = min(lease_until, excluded.lease_until), lived_on = max(lived_on, excluded.lived_on)`,
    livedOn: `SELECT name FROM ${worker} WHERE lived_on = 1 AND name IN (${listed})`,
    owned: `SELECT id, epoch FROM ${execution} WHERE owner = ?`,

    // Claims.
    due: `SELECT id, owner, wake_at FROM ${execution} WHERE owner IS NULL AND saga = ? AND fingerprint = ? AND wake_at <= ? AND stage < ?
      ORDER BY wake_at LIMIT ?`,
    // From owner to owner: their executions are not looked at.
    expiredOwners: `WITH RECURSIVE owners (name) AS (
        SELECT min(owner) FROM ${execution} WHERE owner IS NOT NULL
        UNION ALL
        SELECT (SELECT min(owner) FROM ${execution} WHERE owner > owners.name) FROM owners WHERE owners.name IS NOT NULL)
      SELECT name FROM owners
      WHERE name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ${worker} w WHERE w.name = owners.name AND w.lease_until > ?)`,
    orphaned: `SELECT id, owner, wake_at FROM ${execution} WHERE owner = ? AND saga = ? AND fingerprint = ? AND wake_at <= ? AND stage < ?
      ORDER BY wake_at LIMIT ?`,
    free: `SELECT id, owner, wake_at, saga, fingerprint, stage FROM ${execution} e WHERE id = ? AND (owner IS NULL OR ${isOrphaned})`,
    claim: `UPDATE ${execution} SET owner = ?, epoch = epoch + 1, fingerprint = ?, takeovers = takeovers || ? WHERE id = ?`,
    release: `UPDATE ${execution} SET owner = NULL, wake_at = min(wake_at, ?) WHERE id = ? AND epoch = ? AND owner IS NOT NULL`,

    // Reading.
    heads: `SELECT ${head} FROM ${execution} e WHERE e.id IN (${listed})`,
    events: `SELECT seq, at, type, step, data FROM ${event}
      WHERE execution = (SELECT number FROM ${execution} WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ?`,
    list: (conditions: readonly string[]) => `SELECT ${head} FROM ${execution} e
      ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} ORDER BY started_at DESC, id LIMIT ?`,
    health: `SELECT
      (SELECT count(*) FROM ${execution} WHERE status = 'stuck') AS stuck,
      (SELECT min(started_at) FROM ${execution} WHERE ended_at IS NULL AND status <> 'stuck') AS oldest,
      (SELECT count(*) FROM ${outbox}) AS unpublished`,
    unclaimable: `WITH runnable (saga, fingerprint, below) AS MATERIALIZED (
        SELECT c.value ->> 'saga', c.value ->> 'fingerprint', max(coalesce(c.value ->> 'belowStage', 9e999))
        FROM ${worker} w, json_each(w.claimable) c WHERE w.lease_until > ? GROUP BY 1, 2),
      stranded (id, wake_at) AS (
        SELECT id, wake_at FROM ${execution} e WHERE owner IS NULL AND wake_at <= ?
          AND NOT EXISTS (SELECT 1 FROM runnable r WHERE r.saga = e.saga AND r.fingerprint = e.fingerprint AND e.stage < r.below)
        UNION ALL
        SELECT id, wake_at FROM ${execution} e WHERE owner IS NOT NULL AND wake_at <= ? AND ${isOrphaned}
          AND NOT EXISTS (SELECT 1 FROM runnable r WHERE r.saga = e.saga AND r.fingerprint = e.fingerprint AND e.stage < r.below)
        ORDER BY wake_at LIMIT ?)
      SELECT ${head} FROM stranded s JOIN ${execution} e ON e.id = s.id ORDER BY s.wake_at`,

    // Inbox.
    wake: `UPDATE ${execution} SET wake_at = min(coalesce(wake_at, ?), ?) WHERE id = ? RETURNING id`,
    ask: `INSERT INTO ${inbox} (execution, at, kind, data) VALUES (?, ?, ?, ?)`,
    inbox: `SELECT number, at, kind, data FROM ${inbox} WHERE execution = ? ORDER BY number`,
    anyInbox: `SELECT 1 FROM ${inbox} LIMIT 1`,
    hasInbox: `SELECT 1 FROM ${inbox} WHERE execution = ? LIMIT 1`,
    consume: `DELETE FROM ${inbox} WHERE execution = ? AND number <= ?`,

    // Outbox.
    available: `SELECT execution, taken FROM ${outbox} WHERE available_at <= ? ORDER BY available_at LIMIT ?`,
    availableOf: `SELECT execution, taken FROM ${outbox} WHERE available_at <= ? AND execution = ? AND place = 0`,
    take: `UPDATE ${outbox} SET available_at = ?, taken = taken + 1 WHERE execution = ? AND place = 0`,
    emissions: `SELECT e.saga, e.metadata, o.place, o.data FROM ${outbox} o JOIN ${execution} e ON e.id = o.execution WHERE o.execution = ?
      ORDER BY o.place`,
    published: `DELETE FROM ${outbox} WHERE execution IN (${listed})`,
    unpublished: `UPDATE ${outbox} SET available_at = ? WHERE execution = ? AND place = 0`,

    // Graphs.
    declare: `INSERT INTO ${graph} (saga, fingerprint, prefixes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
    isDeclared: `SELECT 1 FROM ${graph} WHERE saga = ? AND fingerprint = ?`,
    graphs: `SELECT saga, fingerprint, prefixes FROM ${graph} WHERE saga IN (${listed})`,

    // What has ended.
    ended: `SELECT id FROM ${execution} e WHERE ended_at <= ? AND wake_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM ${outbox} WHERE execution = e.id)
      ORDER BY ended_at LIMIT ?`,
    deleteEvents: `DELETE FROM ${event} WHERE execution IN (SELECT number FROM ${execution} WHERE id IN (${listed}))`,
    deleteInboxes: `DELETE FROM ${inbox} WHERE execution IN (${listed})`,
    deleteExecutions: `DELETE FROM ${execution} WHERE id IN (${listed})`,
    deleteWorkers: `DELETE FROM ${worker} WHERE lease_until <= ?`,
  };
}
