// expect: 'charge' returns a value with methods ('refund'), and the execution log holds plain data: return data, or register its class
// at: request
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

export class Charge {
  readonly id: string = '';
  async refund(): Promise<void> {}
}

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>) {
    return { ref: input.hotel };
  }
  @Step()
  async charge(): Promise<{ readonly charge: Charge | undefined }> {
    return { charge: new Charge() };
  }
}

export async function begin(runner: SagaRunner, request: TripRequest) {
  return runner.start(BookTrip, request);
}
