import 'reflect-metadata';
import { Async, Compensate, Fallback, retry, Retry, Saga, Step } from 'class-saga';
import type { CompensationContext, Effects, RetryVerdict, StepContext } from 'class-saga';
import { injectable } from 'tsyringe';
import { askAgain } from '../shared/clients/ask-again.js';
import { isRefusal } from '../shared/clients/failures.js';
import { Billing } from './billing/billing.js';
import type { Authorization, Receipt } from './billing/card.js';
import type { Rates } from './billing/rates.js';
import { Cars } from './cars/cars.js';
import type { Booking } from './clients/booking.js';
import { Flights } from './flights/flights.js';
import { Hotels } from './hotels/hotels.js';
import { Notifications } from './notifications/notifications.js';
import type { TripRequest } from './trip-request.js';

type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;
type Undo<K extends keyof BookTrip = never> = CompensationContext<TripRequest, Effects<BookTrip, K>>;

/** Books a whole trip, or nothing of it. */
@Saga({ steps: ['exchangeRates', 'authorization', ['hotel', 'car', 'flight'], 'confirmation', 'charge'] })
@injectable()
export class BookTrip {
  constructor(
    private readonly billing: Billing,
    private readonly hotels: Hotels,
    private readonly cars: Cars,
    private readonly flights: Flights,
    private readonly notifications: Notifications,
  ) {}

  @Step({ timeoutMs: 2_000 })
  @Retry(askAgain)
  async exchangeRates({ input, signal }: Trip): Promise<Rates> {
    return this.billing.latestRates(input.currency, { signal });
  }
  @Fallback('exchangeRates')
  async lastKnownRates({ input }: Undo): Promise<Rates> {
    return this.billing.lastKnownRates(input.currency);
  }

  @Step({ timeoutMs: 2_000 })
  @Retry(askAgain)
  async authorization({ input, idempotencyKey, signal }: Trip): Promise<Authorization> {
    return this.billing.authorize(input, { idempotencyKey, signal });
  }
  @Compensate('authorization') // undefined: nobody knows whether the bank said yes
  async releaseCard(card: Authorization | undefined, { step, signal }: Undo): Promise<void> {
    await (card ? this.billing.release(card, { signal }) : this.billing.releaseByKey(step.key, { signal }));
  }

  @Step()
  @Async({ timeoutMs: 1_500 })
  @Retry(askAgain)
  async hotel({ input, idempotencyKey, signal }: Trip): Promise<Booking> {
    return this.hotels.book(input, { idempotencyKey, signal });
  }
  @Compensate('hotel')
  @Retry({ attempts: 5, baseMs: 50, maxMs: 1_000 }) // repeats the undoing
  async cancelHotel(hotel: Booking | undefined, { step, signal }: Undo): Promise<void> {
    await (hotel ? this.hotels.cancel(hotel, { signal }) : this.hotels.cancelByKey(step.key, { signal }));
  }

  @Step()
  @Async({ timeoutMs: 2_000 })
  @Retry(askAgain)
  async car({ input, idempotencyKey, signal }: Trip): Promise<Booking> {
    return this.cars.book(input, { idempotencyKey, signal });
  }
  @Compensate('car', { requiresEffect: true }) // only where there is a booking: the desk drops unconfirmed cars by itself
  async cancelCar(car: Booking, { signal }: Undo): Promise<void> {
    await this.cars.cancel(car, { signal });
  }

  @Step()
  @Async({ timeoutMs: 2_000 })
  async flight({ input, idempotencyKey, signal }: Trip): Promise<Booking> {
    return this.flights.book(input, { idempotencyKey, signal });
  }
  @Compensate('flight')
  async cancelFlight(flight: Booking | undefined, { step, signal }: Undo): Promise<RetryVerdict | void> {
    await (flight ? this.flights.cancel(flight, { signal }) : this.flights.cancelByKey(step.key, { signal }));
    const mayDoBetter = step.outcome !== 'succeeded' && !isRefusal(step.error);
    if (mayDoBetter) return retry({ passes: 3, baseMs: 50, maxMs: 500 }); // savepoint: undone, now forward again from here
  }

  @Step({ needs: ['hotel', 'car', 'flight'], timeoutMs: 2_000 })
  @Retry(askAgain)
  async confirmation({ input, needs: { hotel, car, flight }, idempotencyKey, signal }: Trip<'hotel' | 'car' | 'flight'>): Promise<void> {
    await this.notifications.confirm(input, [hotel, car, flight], { idempotencyKey, signal });
  }
  @Compensate('confirmation')
  async apologise(_: void, { input, step, idempotencyKey, signal }: Undo): Promise<void> {
    if (isRefusal(step.error)) return; // nobody was told anything, and an apology would be refused as well
    await this.notifications.apologise(input, { idempotencyKey, signal });
  }

  @Step({ needs: ['authorization', 'exchangeRates', 'hotel', 'car', 'flight'], timeoutMs: 2_000 })
  @Retry(askAgain)
  async charge({ needs, idempotencyKey, signal }: Trip<'authorization' | 'exchangeRates' | 'hotel' | 'car' | 'flight'>): Promise<Receipt> {
    const { authorization, exchangeRates: rates, ...bookings } = needs;
    return this.billing.capture(authorization, { rates, bookings: Object.values(bookings) }, { idempotencyKey, signal });
  }
  @Compensate('charge')
  async refund(receipt: Receipt | undefined, { step, idempotencyKey, signal }: Undo): Promise<void> {
    const call = { idempotencyKey, signal };
    await (receipt ? this.billing.refund(receipt, call) : this.billing.refundByKey(step.key, call));
  }
}
