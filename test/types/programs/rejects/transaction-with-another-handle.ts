// expect: Object literal may only specify known properties, and 'sql' does not exist in type 'Tx'.
// at: sql
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
  return runner.run(SignUp, { email: 'ann@example.org' }, { transaction: async (work) => work({ sql: 'insert' }) });
}
