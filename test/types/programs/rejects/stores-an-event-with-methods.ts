// expect: an event has methods ('send'), and the execution log holds plain data: return data, or register its class
// at: request
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input, emit }: StepContext<TripRequest, unknown, { readonly mail: { send(): void } }>) {
    emit({ mail: { send() {} } });
    return input.hotel;
  }
}

export async function begin(runner: SagaRunner, request: TripRequest) {
  return runner.start(BookTrip, request);
}
