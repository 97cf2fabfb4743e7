// expect: Expected 3 arguments, but got 2.
// at: run
// needs: strictNullChecks
import { Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';

interface Tx {
  query(statement: string): Promise<void>;
}

@Saga()
export class SignUp {
  @Step()
  async user({ input, transaction }: StepContext<{ readonly email: string }, unknown, never, Tx>) {
    await transaction.query(`insert ${input.email}`);
  }
}

export class Audit {
  @Step()
  async execute() {}
}

@Saga()
export class Inner {
  @UseStep(Audit)
  audit(): UseStep<Audit> {}

  @SubSaga(SignUp)
  signUp({ input }: StepContext<string>): SubSaga<SignUp> {
    return { email: input };
  }
}

@Saga()
export class Outer {
  @SubSaga(Inner)
  inner({ input }: StepContext<string>): SubSaga<Inner> {
    return input;
  }
}

export async function run(runner: SagaRunner) {
  return runner.run(Outer, 'ann@example.org');
}
