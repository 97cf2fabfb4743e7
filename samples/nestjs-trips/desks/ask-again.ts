import { ServiceUnavailableException } from '@nestjs/common';
import type { RetryOptions } from 'class-saga';

/** A service that is out of order may be asked again; one that said no has said no. */
export const askAgain: RetryOptions = {
  attempts: 3,
  baseMs: 50,
  maxMs: 500,
  retryIf: (error) => error instanceof ServiceUnavailableException,
};
