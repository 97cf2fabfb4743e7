import 'reflect-metadata';
import { Finally, Saga, Step, SubSaga } from 'class-saga';
import type { Effects, Settled, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { Accounts } from './accounts/accounts.js';
import type { User } from './accounts/user.js';
import { Subscribe } from './billing/subscribe.js';
import type { Transaction } from './database/transaction.js';
import { Welcome } from './fulfilment/welcome.js';
import { Jobs } from './jobs/jobs.js';
import type { SignUpRequest } from './sign-up-request.js';
import type { UserSignedUp } from './user-signed-up.js';

type SignUpStep<K extends keyof SignUp = never> = StepContext<SignUpRequest, Effects<SignUp, K>, UserSignedUp, Transaction>;

/** Signs somebody up, or leaves no trace of it. */
@Saga({ steps: ['user', 'subscription', 'welcome', 'updateUser'] })
@injectable()
export class SignUp {
  constructor(
    private readonly accounts: Accounts,
    private readonly jobs: Jobs,
  ) {}

  @Step()
  async user({ input, transaction }: SignUpStep): Promise<User> {
    return this.accounts.open(input, transaction);
  }

  @SubSaga(Subscribe, { needs: ['user'], effect: 'subscription' })
  subscription({ input: { reference, plan }, needs: { user } }: SignUpStep<'user'>): SubSaga<Subscribe, 'subscription'> {
    return { reference, plan, email: user.email };
  }

  @SubSaga(Welcome, { needs: ['user', 'subscription'] })
  welcome({ input: { reference, address }, needs: { user, subscription } }: SignUpStep<'user' | 'subscription'>): SubSaga<Welcome> {
    return { reference, address, to: user, subscription };
  }

  @Step({ needs: ['user', 'subscription'] })
  async updateUser({ needs: { user, subscription }, transaction, emit }: SignUpStep<'user' | 'subscription'>): Promise<User> {
    const subscriber = await this.accounts.setPlan(user, subscription.plan.name, transaction);
    emit({ type: 'UserSignedUp', user: subscriber, subscription: subscription.id });
    return subscriber;
  }

  @Finally()
  async acknowledge(outcome: Settled<SignUp>, { reference }: SignUpRequest): Promise<void> {
    await this.jobs.acknowledge(reference, outcome);
  }
}
