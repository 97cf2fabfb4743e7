// expect: its steps ask for inputs that exclude each other
// at: Saga()
import { Saga, Step } from 'class-saga';
import type { StepContext } from 'class-saga';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<{ readonly kind: 'business'; readonly company: string }>) {
    return input.company;
  }

  @Step()
  async car({ input }: StepContext<{ readonly kind: 'private'; readonly name: string }>) {
    return input.name;
  }
}
