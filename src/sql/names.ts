// What the logs on SQL databases share, and nothing of a dialect: how their tables are called, and how these change with versions.
import { SagaError } from '../errors/saga-error.js';

/** Where the tables of a log are, and how they are called. */
export interface NameOptions {
  /** Well-formed text without NUL, 1 to 32 bytes of UTF-8; taken literally, upper case and quotes included. */
  readonly schema?: string;
  /** As `schema`, but may be empty. Two logs with different prefixes share a schema and nothing else. @defaultValue 'saga_' */
  readonly tablePrefix?: string;
}

export type TableName = 'execution' | 'event' | 'inbox' | 'outbox' | 'worker' | 'graph' | 'migration';

/** The names of one log, quoted: put into a statement as they are. */
export interface Names {
  /** With its schema, if there is one. */
  readonly table: (name: TableName) => string;
  /** Without the schema: an index is in that of its table. `name` is at most 31 bytes. */
  readonly index: (name: string) => string;
}

/** PostgreSQL cuts names at 63 bytes without a word: what we append to a prefix has the rest. */
const longestBytes = 32;

/** @throws SagaError `SAGA_LOG_BAD_OPTIONS` for a name that a database would refuse, or cut */
export function namesOf({ schema, tablePrefix = 'saga_' }: NameOptions): Names {
  if (schema !== undefined) checkName('schema', schema, 1);
  checkName('tablePrefix', tablePrefix, 0);
  const qualifier = schema === undefined ? '' : `${quoted(schema)}.`;
  return {
    table: (name) => `${qualifier}${quoted(`${tablePrefix}${name}`)}`,
    index: (name) => quoted(`${tablePrefix}${name}`),
  };
}

/** An identifier as it stands in a statement: whatever it is made of, it is one name. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function checkName(option: string, value: unknown, fewestBytes: number): void {
  const problem = problemOf(value, fewestBytes);
  if (problem === undefined) return;
  throw new SagaError({
    code: 'SAGA_LOG_BAD_OPTIONS',
    problem: `The log's option '${option}' ${problem}.`,
    remedy: `Give it text of ${fewestBytes} to ${longestBytes} bytes, without NUL, that is no name of the database's own.`,
  });
}

function problemOf(value: unknown, fewestBytes: number): string | undefined {
  if (typeof value !== 'string') return `is no text but ${value === null ? 'null' : typeof value}`;
  if (value.includes('\0')) return 'contains NUL';
  if (/\p{Surrogate}/u.test(value)) return 'contains half of a surrogate pair';
  const bytes = new TextEncoder().encode(value).length;
  if (bytes < fewestBytes) return 'is empty';
  if (bytes > longestBytes) return `takes ${bytes} bytes`;
  const reserved = /^(?:pg_|sqlite_)/i.exec(value)?.[0];
  return reserved === undefined ? undefined : `begins with '${reserved}', which databases keep for themselves`;
}
