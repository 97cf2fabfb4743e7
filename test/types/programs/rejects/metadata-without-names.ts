// expect: Type 'string' is not assignable to type 'Readonly<Record<string, unknown>>'.
// at: metadata
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>) {
    return input.hotel;
  }
}

export async function begin(runner: SagaRunner, request: TripRequest) {
  return runner.start(BookTrip, request, { metadata: 'acme' });
}
