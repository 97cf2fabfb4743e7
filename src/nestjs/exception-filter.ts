import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { isSagaError } from '../errors/saga-error.js';
import type { SagaError, SagaErrorCode } from '../errors/saga-error.js';

const [conflict, tooLarge, later, tooLong] = [
  'Another request has this id.', 'This is too large.', 'This cannot be done just now: try again later.', 'This took too long.',
];

/** What a client can do something about, or should know to try again later; in words that tell nothing of what is inside. */
const answers: Partial<Record<SagaErrorCode, readonly [status: number, message: string]>> = {
  SAGA_LOG_UNKNOWN_EXECUTION: [404, 'There is no such thing.'],
  SAGA_LOG_ID_CONFLICT: [409, conflict],
  SAGA_RUNTIME_ID_IN_USE: [409, conflict],
  SAGA_RUNTIME_ID_USED: [409, conflict],
  SAGA_LOG_TOO_LARGE: [413, tooLarge],
  SAGA_LOG_UNAVAILABLE: [503, later],
  SAGA_LOG_CLOSED: [503, later],
  SAGA_RUNTIME_CANCELLED: [503, later],
  SAGA_RUNTIME_STEP_TIMED_OUT: [504, tooLong],
};

/** What Nest is to bring here: told by its code, so that an error of another copy of this package is one, too. */
class AnySagaError {
  static [Symbol.hasInstance](error: unknown): boolean {
    return isSagaError(error);
  }
}

/**
 * Answers class-saga's own errors over HTTP: an unknown execution 404, an id that is taken 409, a log that cannot be reached 503, a step
 * that took too long 504; every other one 500, as Nest does. What a step threw passes Nest as it is, with this filter and without. Where it
 * is no HTTP, the error goes on as it is: `app.useGlobalFilters(new SagaExceptionFilter(app.getHttpAdapter()))`, or
 * `{ provide: APP_FILTER, useClass: SagaExceptionFilter }`.
 */
@Catch(AnySagaError)
export class SagaExceptionFilter extends BaseExceptionFilter {
  override catch(error: SagaError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const [statusCode, message] = answers[error.code] ?? [];
    if (statusCode === undefined) return super.catch(error, host);
    super.catch(new HttpException({ statusCode, message }, statusCode, { cause: error }), host);
  }
}
