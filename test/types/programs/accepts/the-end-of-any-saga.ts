// What is written for the end of any saga takes the end of each.
import { Saga, Step } from 'class-saga';
import type { Compensated, Completed, RemainingStep, Settled, StepContext, Stuck } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

@Saga()
export class BookTrip {
  @Step()
  async hotel({ input }: StepContext<TripRequest>): Promise<Booking> {
    return { ref: input.hotel, price: 100 };
  }
}

export const remaining = (step: RemainingStep<BookTrip>): RemainingStep<object> => step;
export const stuck = (end: Stuck<BookTrip>): Stuck<object> => end;
export const compensated = (end: Compensated<BookTrip>): Compensated<object> => end;
export const completed = (end: Completed<BookTrip>): Completed<object> => end;
export const settled = (end: Settled<BookTrip>): Settled<object> => end;

export function told(end: Settled<object>): string {
  if (end.status === 'completed') return Object.entries(end.effects).join();
  const failed: string = end.failedStep ?? 'no step';
  return end.status === 'stuck' ? end.remaining.map(({ step }) => step.toUpperCase()).join() : failed;
}
