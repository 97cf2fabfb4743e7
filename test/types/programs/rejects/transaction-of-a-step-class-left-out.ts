// expect: Expected 3 arguments, but got 1.
// at: settle
// needs: strictNullChecks
import { Saga, SagaRunner, Step, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';

interface Tx {
  query(statement: string): Promise<void>;
}

export class Audit {
  @Step()
  async execute({ transaction }: StepContext<unknown, unknown, never, Tx>) {
    await transaction.query('insert');
  }
}

@Saga()
export class SignUp {
  @UseStep(Audit)
  audit(): UseStep<Audit> {}
}

export async function signUp(runner: SagaRunner) {
  return runner.settle(SignUp);
}
