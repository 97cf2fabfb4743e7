import { LogUnavailableError } from '../errors/log-errors.js';
import { isSagaError } from '../errors/saga-error.js';

/** SQLite's primary result codes (sqlite.org/rescode.html), those that make a difference here. */
const codes = { BUSY: 5, LOCKED: 6, TOOBIG: 18, CONSTRAINT: 19, MISMATCH: 20 } as const;
const ofLock: readonly unknown[] = [codes.BUSY, codes.LOCKED];
const ofData: readonly unknown[] = [codes.TOOBIG, codes.CONSTRAINT, codes.MISMATCH];

/** Another connection has the lock for now. */
export function isBusy(error: unknown): boolean {
  return ofLock.includes(codeOf(error));
}

/**
 * What the log rejects with. An error that is of what was to be written is thrown as it is, and whoever wrote it must do without. Every
 * other, a full or a failing disk, a damaged file, a database that somebody closed, is of the store: nothing that was to be written is at
 * fault, and it is to be written once that is mended.
 */
export function asLogError(error: unknown): unknown {
  return isSagaError(error) || ofData.includes(codeOf(error)) ? error : new LogUnavailableError(error);
}

/** better-sqlite3 says the name of the code, libsql and node:sqlite its number. */
function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { rawCode, errcode, code } = error as { rawCode?: unknown; errcode?: unknown; code?: unknown };
  const number = rawCode ?? errcode;
  if (typeof number === 'number') return number & 0xff;
  const name = typeof code === 'string' ? /^SQLITE_([A-Z]+)/.exec(code)?.[1] : undefined;
  return codes[name as keyof typeof codes];
}
