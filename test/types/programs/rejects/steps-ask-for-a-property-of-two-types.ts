// expect: its steps ask for input.when with types that exclude each other
// at: Saga()
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<{ readonly when: Date }>) {
    return input.when.getTime();
  }

  @Step()
  async car({ input }: StepContext<{ readonly when: string }>) {
    return input.when.length;
  }
}
