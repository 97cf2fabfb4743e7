import { SagaRunner } from 'class-saga';
import type { SagaRunnerOptions, Settled } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { Pool } from 'pg';
import { container } from 'tsyringe';
import type { DependencyContainer } from 'tsyringe';
import { undoAgain } from '../shared/clients/ask-again.js';
import { Billing } from './billing/billing.js';
import { ServiceAddresses } from './clients/service-addresses.js';
import { inTransaction } from './database/transaction.js';
import { Jobs } from './jobs/jobs.js';
import { SignUp } from './sign-up.js';
import type { SignUpRequest } from './sign-up-request.js';

/** Where people sign up: makes a job of it, and does that at once. */
export class SignUpDesk {
  private readonly runner: SagaRunner;
  private readonly jobs: Jobs;

  constructor(
    private readonly database: Pool,
    addresses: ServiceAddresses,
    around: Pick<SagaRunnerOptions, 'observers' | 'publish'>,
  ) {
    const contexts = contextsFor(addresses, database);
    this.jobs = contexts.resolve(Jobs);
    this.runner = new SagaRunner({ resolver: fromContainer(contexts), compensationRetry: undoAgain, ...around });
  }

  /** @param signal aborts when whoever signs up no longer wants to */
  async signUp(request: SignUpRequest, signal: AbortSignal): Promise<Settled<SignUp>> {
    await this.jobs.enqueue(request);
    return this.runner.settle(SignUp, request, {
      executionId: request.reference, // who takes up the job of a worker that crashed sends the services the same keys
      signal,
      transaction: (work) => inTransaction(this.database, work),
      savepoint: (transaction, statement) => transaction.query(statement),
    });
  }
}

function contextsFor(addresses: ServiceAddresses, database: Pool): DependencyContainer {
  const contexts = container.createChildContainer();
  contexts.registerInstance(ServiceAddresses, addresses);
  contexts.registerInstance(Pool, database);
  contexts.registerSingleton(Billing); // it remembers from one sign-up to the next which plans it heard of last
  return contexts;
}
