import { Injectable } from '@nestjs/common';
import { Async, Compensate, Retry, Step } from 'class-saga';
import type { CompensationContext, Effects, StepContext } from 'class-saga';
import { SagaClass } from 'class-saga/nestjs';
import type { Authorization, Receipt } from '../../trip-booking/billing/card.js';
import type { Booking } from '../../trip-booking/clients/booking.js';
import { askAgain } from '../desks/ask-again.js';
import { CardGateway } from '../desks/card-gateway.js';
import { FlightDesk } from '../desks/flight-desk.js';
import { HotelDesk } from '../desks/hotel-desk.js';
import { BookedTrips } from './booked-trips.js';
import type { TripRequest } from './trip-request.js';

// `import type`, wherever a type stands in the signature of a decorated method (else TS1272): of any other import a value would be emitted.

type Trip<K extends keyof BookTrip = never> = StepContext<TripRequest, Effects<BookTrip, K>>;
type Undo = CompensationContext<TripRequest>;

/** Books a whole trip, or nothing of it. Each execution has an instance of its own, with providers of its tenant's. */
@SagaClass({ steps: ['authorization', ['hotel', 'flight'], 'entry', 'charge'] })
@Injectable()
export class BookTrip {
  constructor(
    private readonly cards: CardGateway,
    private readonly hotels: HotelDesk,
    private readonly flights: FlightDesk,
    private readonly trips: BookedTrips,
  ) {}

  @Step({ timeoutMs: 15_000 })
  @Retry(askAgain)
  async authorization({ input: { reference, card, budget }, idempotencyKey, signal }: Trip): Promise<Authorization> {
    return this.cards.authorize(reference, card, budget, { idempotencyKey, signal });
  }
  @Compensate('authorization') // undefined: nobody knows whether the bank said yes
  async releaseCard(authorization: Authorization | undefined, { step, signal }: Undo): Promise<void> {
    await (authorization ? this.cards.release(authorization, { signal }) : this.cards.releaseByKey(step.key, { signal }));
  }

  @Step()
  @Async({ timeoutMs: 60_000 }) // some hotels are asked by telephone
  @Retry(askAgain)
  async hotel({ input, idempotencyKey, signal }: Trip): Promise<Booking> {
    return this.hotels.book(input, { idempotencyKey, signal });
  }
  @Compensate('hotel')
  async cancelHotel(hotel: Booking | undefined, { step, signal }: Undo): Promise<void> {
    await (hotel ? this.hotels.cancel(hotel, { signal }) : this.hotels.cancelByKey(step.key, { signal }));
  }

  @Step()
  @Async({ timeoutMs: 15_000 })
  @Retry(askAgain)
  async flight({ input, idempotencyKey, signal }: Trip): Promise<Booking> {
    return this.flights.book(input, { idempotencyKey, signal });
  }
  @Compensate('flight')
  async cancelFlight(flight: Booking | undefined, { step, signal }: Undo): Promise<void> {
    await (flight ? this.flights.cancel(flight, { signal }) : this.flights.cancelByKey(step.key, { signal }));
  }

  @Step({ needs: ['hotel', 'flight'] })
  async entry({ input: { reference, traveller }, needs: { hotel, flight } }: Trip<'hotel' | 'flight'>): Promise<void> {
    await this.trips.enter({ reference, traveller, hotel: hotel.ref, flight: flight.ref });
  }
  @Compensate('entry')
  async strike(_: void, { input: { reference } }: Undo): Promise<void> {
    await this.trips.strike(reference);
  }

  @Step({ needs: ['authorization', 'hotel', 'flight'], timeoutMs: 15_000 })
  @Retry(askAgain)
  async charge({ needs, idempotencyKey, signal }: Trip<'authorization' | 'hotel' | 'flight'>): Promise<Receipt> {
    const { authorization, hotel, flight } = needs;
    const amount = { ...hotel.price, cents: hotel.price.cents + flight.price.cents };
    return this.cards.capture(authorization, amount, { idempotencyKey, signal });
  }
  @Compensate('charge')
  async refund(receipt: Receipt | undefined, { step, idempotencyKey, signal }: Undo): Promise<void> {
    const call = { idempotencyKey, signal };
    await (receipt ? this.cards.refund(receipt, call) : this.cards.refundByKey(step.key, call));
  }
}
