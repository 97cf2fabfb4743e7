// expect: Argument of type '{ deadlineMs: number; }' is not assignable to parameter of type 'TransactionRunOptions<Tx>'.
// at: { deadlineMs: 5_000 }
// needs: strictNullChecks
import { Saga, SagaRunner, Step } from 'class-saga';
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

export async function signUp(runner: SagaRunner) {
  return runner.settle(SignUp, { email: 'ann@example.org' }, { deadlineMs: 5_000 });
}
