// expect: Argument of type '{ deadlineMs: number; }' is not assignable to parameter of type 'undefined'.
// at: { deadlineMs: 1_000 }
import { Saga, SagaRunner, Step } from 'class-saga';

@Saga()
export class NightlyJob {
  @Step()
  async tidy(): Promise<void> {}
}

export async function run(runner: SagaRunner) {
  await runner.run(NightlyJob, undefined, { deadlineMs: 1_000 });
  return runner.run(NightlyJob, { deadlineMs: 1_000 });
}
