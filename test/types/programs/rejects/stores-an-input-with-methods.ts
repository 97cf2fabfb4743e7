// expect: its input has methods ('close'), and the execution log holds plain data: return data, or register its class
// at: connection
import { Saga, SagaRunner, Step } from 'class-saga';
import type { StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

interface Connection {
  readonly host: string;
  close(): void;
}
declare const connection: { readonly trip: TripRequest; readonly connections: ReadonlyMap<string, Connection> };

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<typeof connection>) {
    return input.trip.hotel;
  }
}

export async function begin(runner: SagaRunner) {
  return runner.start(BookTrip, connection);
}
