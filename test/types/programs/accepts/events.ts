// What the steps of a saga may emit, those of its sub-sagas and step classes included, is what a completed saga published.
import { Finally, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { Completed, Effects, EventsOf, Settled, StepContext } from 'class-saga';
import type { TripRequest } from '../domain.js';

interface HotelBooked {
  readonly type: 'hotel-booked';
  readonly ref: string;
}
class MailSent {
  constructor(readonly to: string) {}
}
type TripBooked = { readonly type: 'trip-booked' } | { readonly type: 'trip-charged'; readonly amount: number };

@Saga()
export class BookMassage {
  @Step()
  async massage({ emit }: StepContext<unknown, unknown, 'massaged'>) {
    emit('massaged');
  }
}

@Saga()
export class BookLodging {
  @Step()
  async hotel({ emit, input }: StepContext<string, unknown, HotelBooked>) {
    emit({ type: 'hotel-booked', ref: input });
  }

  @SubSaga(BookMassage)
  massage(): SubSaga<BookMassage> {}
}

export class SendMail {
  @Step()
  async execute({ emit, input }: StepContext<string, unknown, MailSent>) {
    emit(new MailSent(input));
  }
}

type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>, TripBooked>;

@Saga()
export class BookTrip {
  @SubSaga(BookLodging)
  lodging({ input }: Trip): SubSaga<BookLodging> {
    return input.hotel;
  }

  @UseStep(SendMail)
  mail({ input }: Trip): UseStep<SendMail> {
    return input.email;
  }

  @Step()
  async quiet({ input }: StepContext<TripRequest>) {
    return input.email;
  }

  @Step({ needs: ['lodging'] })
  async charge({ emit }: Trip<'lodging'>) {
    emit({ type: 'trip-booked' });
    emit({ type: 'trip-charged', amount: 3 });
    return ['trip-booked'].length;
  }

  @Finally()
  async published(outcome: Settled<BookTrip>) {
    if (outcome.status === 'completed') console.log(outcome.events.length, outcome.effects.charge.toFixed());
  }
}

@Saga()
export class Silent {
  @Step()
  async hotel(_: StepContext<string>) {}
}

type Same<A, B> = [A, B] extends [B, A] ? true : false;

export const ofTheTrip: Same<EventsOf<BookTrip>, TripBooked | MailSent | HotelBooked | 'massaged'> = true;
export const ofTheLodging: Same<EventsOf<BookLodging>, HotelBooked | 'massaged'> = true;
export const ofNone: Same<EventsOf<Silent>, never> = true;
export const ofAny: Same<EventsOf<object>, unknown> = true;

export async function book(runner: SagaRunner, request: TripRequest) {
  const { events } = await runner.run(BookTrip, request);
  for (const event of events) {
    if (event === 'massaged') continue;
    if (event instanceof MailSent) console.log(event.to);
    else if (event.type === 'trip-charged') console.log(event.amount);
    else if (event.type === 'hotel-booked') console.log(event.ref);
  }
  const silent = await runner.settle(Silent, 'Ritz');
  if (silent.status === 'completed') silent.events satisfies readonly never[];
}

export const published = (end: Completed<object>): readonly unknown[] => end.events;
export const asAny = (end: Completed<BookTrip>): Completed<object> => end;
