import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { isSagaError, SagaError } from '../errors/saga-error.js';
import type { SagaErrorCode } from '../errors/saga-error.js';

/** What a client can do something about, or should know to try again later. */
const statuses: Partial<Record<SagaErrorCode, number>> = {
  SAGA_LOG_UNKNOWN_EXECUTION: 404,
  SAGA_LOG_ID_CONFLICT: 409,
  SAGA_RUNTIME_ID_IN_USE: 409,
  SAGA_RUNTIME_ID_USED: 409,
  SAGA_LOG_TOO_LARGE: 413,
  SAGA_LOG_UNAVAILABLE: 503,
  SAGA_LOG_CLOSED: 503,
  SAGA_RUNTIME_CANCELLED: 503,
  SAGA_RUNTIME_STEP_TIMED_OUT: 504,
};

/**
 * Answers class-saga's own errors over HTTP: an unknown execution 404, an id that is taken 409, a log that cannot be reached 503, a step
 * that took too long 504; every other one 500, as Nest does. What a step threw passes Nest as it is, with this filter and without:
 * `app.useGlobalFilters(new SagaExceptionFilter(app.getHttpAdapter()))`, or `{ provide: APP_FILTER, useClass: SagaExceptionFilter }`.
 */
@Catch(SagaError)
export class SagaExceptionFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const status = isSagaError(error) ? statuses[error.code] : undefined;
    if (!isSagaError(error) || status === undefined) return super.catch(error, host);
    super.catch(new HttpException({ statusCode: status, message: error.problem, error: error.code }, status, { cause: error }), host);
  }
}
