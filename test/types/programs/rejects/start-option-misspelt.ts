// expect: Object literal may only specify known properties, and 'executionId' does not exist in type 'StartOptions'.
// at: executionId
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
  return runner.start(BookTrip, request, { executionId: 'trip-1' });
}
