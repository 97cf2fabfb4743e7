import { LogUnavailableError } from '../errors/log-errors.js';
import { codeOf } from '../errors/saga-error.js';

/**
 * SQLSTATEs of a server that cannot serve now, whatever it was asked: connection lost (08), not let in (28, 3D000), read-only standby
 * (25006), serialization and deadlock (40), out of resources (53), not within `lock_timeout` (55P03), told to stop (57), trouble of its
 * own (58).
 */
const notNow = /^(?:08...|28...|3D000|25006|40(?:001|003|P01)|53...|55P03|57...|58...)$/;

/** Codes of Node's network and of postgres.js. */
const noConnection = new RegExp(
  [
    'CONNECTION_[A-Z]+',
    'CONNECT_TIMEOUT',
    'E(?:CONN|HOST|NET)[A-Z]+',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EMFILE',
    'ENFILE',
    'ERR_(?:TLS|SSL|SOCKET|STREAM)_[A-Z_]+',
  ].map((code) => `^${code}$`).join('|'),
);

/** What pg and PGlite have no code for. */
const saidInWords = new RegExp(
  [
    'connection (?:terminated|ended|error)',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'query read timeout',
    'not queryable',
    'calling end on the pool',
    'client (?:was|has been) closed',
    'PGlite is clos',
  ].join('|'),
  'i',
);

/** Whether the database could not be asked, or its answer was lost: not whether it refused what it was asked. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'SAGA_LOG_UNAVAILABLE') return true;
  if (code !== undefined) return notNow.test(code) || noConnection.test(code);
  return error instanceof Error && saidInWords.test(error.message);
}

/** What the log rejects with. */
export function logErrorOf(error: unknown): unknown {
  return isUnavailable(error) && !(error instanceof LogUnavailableError) ? new LogUnavailableError(error) : error;
}

/** Rejects with it. */
export async function orLogError<T>(answer: PromiseLike<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw logErrorOf(error);
  }
}
