import { describe, expect, it } from 'vitest';
import { logErrorOf } from '../../src/postgres/unavailable.js';
import { LogUnavailableError } from '../../src/errors/log-errors.js';

const coded = (code: string): Error => Object.assign(new Error('from the client'), { code });

describe('what says that the database could not be asked', () => {
  it.each([
    '08000', '08003', '08006', '08P01', '25006', '28000', '28P01', '3D000', '40001', '40003', '40P01', '53100', '53200', '53300', '55P03',
    '57014', '57P01', '57P02', '57P03', '58030', 'ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND',
    'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CONNECTION_CLOSED', 'CONNECTION_ENDED', 'CONNECTION_DESTROYED', 'CONNECT_TIMEOUT',
    'ERR_SSL_WRONG_VERSION', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_STREAM_DESTROYED',
  ])('is the code %s', (code) => {
    const error = coded(code);
    expect(logErrorOf(error)).toBeInstanceOf(LogUnavailableError);
    expect(logErrorOf(error)).toMatchObject({ code: 'SAGA_LOG_UNAVAILABLE', cause: error });
  });

  it.each([
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
    'Client was closed and is not queryable',
    'Cannot use a pool after calling end on the pool',
    'PGlite is closed',
  ])('is %j', (message) => {
    expect(logErrorOf(new Error(message))).toBeInstanceOf(LogUnavailableError);
  });

  it('is not wrapped twice', () => {
    const error = new LogUnavailableError(coded('57P01'));
    expect(logErrorOf(error)).toBe(error);
  });
});

describe('what says that the database refused what it was asked', () => {
  it.each(['22021', '23505', '23503', '42P01', '42501', '54000', '25P02', 'XX000', 'ERR_STRING_TOO_LONG', 'UNDEFINED_VALUE'])(
    'is the code %s, and is passed on as it is',
    (code) => {
      const error = coded(code);
      expect(logErrorOf(error)).toBe(error);
    },
  );

  it('is a code, whatever the words beside it', () => {
    const error = Object.assign(new Error('violates check "Connection terminated"'), { code: '23514' });
    expect(logErrorOf(error)).toBe(error);
  });

  it.each([new TypeError('x'), 'Connection terminated', null, undefined])('is %s', (error) => {
    expect(logErrorOf(error)).toBe(error);
  });

  it('is what cannot be looked at', () => {
    const error = { get code(): string { throw new Error('no'); } };
    expect(logErrorOf(error)).toBe(error);
  });
});
