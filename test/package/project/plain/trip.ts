// For compilers that emit no decorator metadata: nothing is injected, and nothing but class-saga is installed.
import { Compensate, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { CompensationContext, Completed, Effects, StepContext } from 'class-saga';

interface TripRequest {
  readonly city: string;
  readonly card: 'good' | 'bad';
}
type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;
type Undo = CompensationContext<TripRequest>;

const cancelled: string[] = [];

@Saga({ steps: ['hotel', 'charge'] })
class BookTrip {
  @Step()
  async hotel({ input }: Trip): Promise<string> {
    return `a room in ${input.city}`;
  }
  @Compensate('hotel')
  async cancelHotel(hotel: string | undefined, { failure }: Undo): Promise<void> {
    cancelled.push(`${hotel}, because of ${failure.step}`);
  }

  @Step({ needs: ['hotel'] })
  async charge({ input, needs }: Trip<'hotel'>): Promise<number> {
    if (input.card === 'bad') throw new Error('the card was refused');
    return needs.hotel.length;
  }
}

class Mail {
  @Step()
  async execute({ input }: StepContext<string>): Promise<string> {
    return `mailed: ${input}`;
  }
}

/** Whatever the compiler emits for the types of its methods. */
@Saga()
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

@Saga()
class NoTrip {
  @Step()
  async nothing(): Promise<void> {}
}

async function main(): Promise<void> {
  const runner = new SagaRunner();
  const trip: Completed<BookTrip> = await runner.run(BookTrip, { city: 'Kyiv', card: 'good' });
  const { hotel, charge }: { hotel: string; charge: number } = trip.effects;
  const error: unknown = await runner.run(BookTrip, { city: 'Lviv', card: 'bad' }).catch((reason: unknown) => reason);
  await runner.run(NoTrip);
  const { mail }: { mail: string } = (await runner.run(Tour, 'Riga')).effects;
  console.log(JSON.stringify({ completed: { hotel, charge }, failed: String(error), cancelled, mail, others: NoTrip.name }));
}

void main();
