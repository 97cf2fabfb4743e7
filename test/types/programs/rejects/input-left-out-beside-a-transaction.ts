// expect: Argument of type 'undefined' is not assignable to parameter of type '{ readonly email: string; }'.
// at: undefined
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

export async function signUp(runner: SagaRunner, tx: Tx) {
  return runner.run(SignUp, undefined, { transaction: async (work) => work(tx) });
}
