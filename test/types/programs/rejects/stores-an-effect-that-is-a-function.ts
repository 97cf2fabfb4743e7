// expect: 'quote' returns a value with methods, and the execution log holds plain data: return data, or register its class
// at: runner.start(BookTrip)
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';

@Saga()
export class BookTrip {
  @Step()
  async quote(_: StepContext): Promise<() => number> {
    return () => 3;
  }
}

export async function begin(runner: SagaRunner) {
  return runner.start(BookTrip);
}
