// expect: Object literal may only specify known properties, but 'deadline' does not exist in type 'RunOptions<unknown>'. Did you mean to write 'deadlineMs'?
// at: deadline
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

export async function book(runner: SagaRunner, request: TripRequest) {
  return runner.run(BookTrip, request, { deadline: 5_000 });
}
