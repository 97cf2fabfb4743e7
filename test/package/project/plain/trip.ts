// For compilers that emit no decorator metadata: nothing is injected, and nothing but class-saga is installed.
import { Compensate, Saga, SagaRunner, Step } from 'class-saga';
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
  console.log(JSON.stringify({ completed: { hotel, charge }, failed: String(error), cancelled, others: NoTrip.name }));
}

void main();
