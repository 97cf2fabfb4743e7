import 'reflect-metadata';
import { Compensate, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { CompensationContext, Completed, Effects, StepContext } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { container, injectable, singleton } from 'tsyringe';

interface TripRequest {
  readonly city: string;
  readonly card: 'good' | 'bad';
}
type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;
type Undo = CompensationContext<TripRequest>;

@singleton()
class HotelDesk {
  readonly cancelled: string[] = [];
}

@Saga({ steps: ['hotel', 'charge'] })
@injectable()
class BookTrip {
  constructor(private readonly desk: HotelDesk) {}

  @Step()
  async hotel({ input }: Trip): Promise<string> {
    return `a room in ${input.city}`;
  }
  @Compensate('hotel')
  async cancelHotel(hotel: string | undefined, { failure }: Undo): Promise<void> {
    this.desk.cancelled.push(`${hotel}, because of ${failure.step}`);
  }

  @Step({ needs: ['hotel'] })
  async charge({ input, needs }: Trip<'hotel'>): Promise<number> {
    if (input.card === 'bad') throw new Error('the card was refused');
    return needs.hotel.length;
  }
}

@injectable()
class Mail {
  @Step()
  async execute({ input }: StepContext<string>): Promise<string> {
    return `mailed: ${input}`;
  }
}

/** Whatever the compiler emits for the types of its methods. */
@Saga()
@injectable()
class Tour {
  @SubSaga(BookTrip, { effect: 'hotel' })
  trip({ input }: StepContext<string>): SubSaga<BookTrip, 'hotel'> {
    return { city: input, card: 'good' };
  }
  @UseStep(Mail, { needs: ['trip'] })
  mail({ needs }: StepContext<string, Effects<Tour, 'trip'>>): UseStep<Mail> {
    return needs.trip;
  }
}

class NoTrip {
  @Step()
  async hotel(): Promise<void> {}
  // @ts-expect-error -- the package's types know the names of the steps
  @Compensate('hotle')
  async cancelHotel(): Promise<void> {}
}

async function main(): Promise<void> {
  const runner = new SagaRunner({ resolver: fromContainer(container) });
  const trip: Completed<BookTrip> = await runner.run(BookTrip, { city: 'Kyiv', card: 'good' });
  const { hotel, charge }: { hotel: string; charge: number } = trip.effects;
  const error: unknown = await runner.run(BookTrip, { city: 'Lviv', card: 'bad' }).catch((reason: unknown) => reason);
  const { mail }: { mail: string } = (await runner.run(Tour, 'Riga')).effects;
  const { cancelled } = container.resolve(HotelDesk);
  console.log(JSON.stringify({ completed: { hotel, charge }, failed: String(error), cancelled, mail, others: NoTrip.name }));
}

void main();
