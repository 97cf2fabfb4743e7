import { Pool } from 'pg';
import { injectable } from 'tsyringe';
import type { SignUpRequest } from '../sign-up-request.js';

/** How a job ended. */
export interface JobOutcome {
  readonly status: string;
  /** Why it was not done. */
  readonly error?: unknown;
}

/** The queue of sign-ups, a table. It is written outside of the sign-up's transaction: that a sign-up failed must stay. */
@injectable()
export class Jobs {
  constructor(private readonly database: Pool) {}

  async enqueue(request: SignUpRequest): Promise<void> {
    await this.database.query('INSERT INTO jobs (reference, request) VALUES ($1, $2)', [request.reference, request]);
  }

  async acknowledge(reference: string, { status, error }: JobOutcome): Promise<void> {
    const problem = error instanceof Error ? error.message : null;
    await this.database.query('UPDATE jobs SET outcome = $2, problem = $3 WHERE reference = $1', [reference, status, problem]);
  }
}
