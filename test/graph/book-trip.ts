import { Async, Compensate, Fallback, Finally, Retry, Saga, Step } from '../../src/index.js';
import type { CompensationContext, Effects, StepContext } from '../../src/index.js';

interface TripRequest {
  readonly email: string;
}
interface Booking {
  readonly ref: string;
}
type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;
type Undo<K extends keyof BookTrip = never> = CompensationContext<TripRequest, Effects<BookTrip, K>>;

/** Every kind of node, and nothing that happens: its methods are never called. */
@Saga({ version: '2', steps: ['exchangeRates', 'authorization', ['hotel', 'car', 'flight'], ['confirmation'], 'charge'] })
export class BookTrip {
  @Step()
  @Retry({ attempts: 3, baseMs: 100, maxMs: 2_000, retryIf: (error) => error instanceof TypeError })
  async exchangeRates(): Promise<number> {
    return 1;
  }
  @Fallback('exchangeRates', { timeoutMs: 2_000 })
  async lastKnownRates(_: Undo): Promise<number> {
    return 1;
  }

  @Step({ timeoutMs: 60_000, graceMs: 0 })
  async authorization(): Promise<string> {
    return 'ok';
  }
  @Compensate('authorization')
  async releaseCard(_: string | undefined): Promise<void> {}

  @Step()
  @Async()
  async hotel(): Promise<Booking> {
    return { ref: 'h' };
  }
  @Compensate('hotel', { needs: ['authorization'] })
  @Retry({ attempts: 10, baseMs: 500, maxMs: 60_000, jitter: false })
  async cancelHotel(_: Booking | undefined, __: Undo<'authorization'>): Promise<void> {}

  @Step()
  @Async({ timeoutMs: 7_500 })
  async car(): Promise<Booking> {
    return { ref: 'c' };
  }
  @Compensate('car', { requiresEffect: true, timeoutMs: Infinity })
  async cancelCar(_: Booking): Promise<void> {}

  @Step({ needs: ['hotel'] })
  @Async({ timeoutMs: Infinity })
  async flight(_: Trip<'hotel'>): Promise<Booking> {
    return { ref: 'f' };
  }

  @Step({ needs: ['hotel', 'car', 'flight'] })
  @Retry({ attempts: 2 })
  async confirmation(_: Trip<'hotel' | 'car' | 'flight'>): Promise<void> {}
  @Compensate('confirmation')
  async apologise(): Promise<void> {}

  @Step({ needs: ['authorization'] })
  @Async()
  async charge(_: Trip<'authorization'>): Promise<void> {}

  @Finally()
  async tidyUp(): Promise<void> {}
  @Finally({ graceMs: 3_600_000 })
  async report(): Promise<void> {}
}
