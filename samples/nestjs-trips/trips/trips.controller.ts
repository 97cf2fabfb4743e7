import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Headers, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { compile, isSagaError, SagaRunner } from 'class-saga';
import { InjectSaga } from 'class-saga/nestjs';
import type { SagaHandle } from 'class-saga/nestjs';
import type { Receipt } from '../../trip-booking/billing/card.js';
import { Tenant } from '../tenancy/tenant.js';
import { BookTrip } from './book-trip.js';
import type { BookedTrip } from './booked-trip.entity.js';
import { BookedTrips } from './booked-trips.js';
import { ShapePipe } from './shape.pipe.js';
import { tripDiagram } from './trip-diagram.js';
import { referenceShape, wishShape } from './trip-request.js';
import type { Wish } from './trip-request.js';
import type { TripView } from './trip-view.js';

/** The part of express's response that is used here. */
interface Answer {
  status(code: number): Answer;
  location(url: string): Answer;
}

/** Nest takes no pipe with a header. */
const keyPipe = new ShapePipe(referenceShape.optional(), 'Idempotency-Key');

/** A trip that is booked. */
interface Confirmation {
  readonly reference: string;
  readonly hotel: string;
  readonly flight: string;
  readonly receipt: Receipt;
}

/** A trip of which nobody here knows yet whether it will be booked. */
interface Acceptance {
  readonly reference: string;
}

@Controller('trips')
export class TripsController {
  constructor(
    @InjectSaga(BookTrip) private readonly bookTrip: SagaHandle<BookTrip>,
    private readonly runner: SagaRunner,
    private readonly trips: BookedTrips,
    private readonly tenant: Tenant,
  ) {}

  /**
   * Books a trip: 201 with its receipt, or, once everything is undone, what the step that failed threw, such as 409 for a hotel that is
   * full. 202, where nobody is to wait, or this instance is shut down meanwhile: then another goes on with it. A reference is booked once.
   */
  @Post()
  async book(
    @Body(new ShapePipe(wishShape)) wish: Wish,
    @Headers('idempotency-key') key: string | undefined,
    @Query('wait') wait: string | undefined,
    @Res({ passthrough: true }) answer: Answer,
  ): Promise<Confirmation | Acceptance> {
    const reference = wish.reference ?? keyPipe.transform(key) ?? randomUUID();
    const execution = await this.bookTrip.start(
      { ...wish, reference },
      { id: this.tenant.executionId(reference), metadata: { tenant: this.tenant.name } },
    );
    answer.location(`/trips/${reference}`);
    if (wait !== 'false') {
      try {
        const { hotel, flight, charge } = (await execution.result()).effects;
        return { reference, hotel: hotel.ref, flight: flight.ref, receipt: charge };
      } catch (error) {
        if (!isSagaError(error) || error.code !== 'SAGA_LOG_CLOSED') throw error;
      }
    }
    answer.status(HttpStatus.ACCEPTED);
    return { reference };
  }

  @Get()
  all(): Promise<BookedTrip[]> {
    return this.trips.all();
  }

  /** 404 for what this tenant never asked for. */
  @Get(':reference')
  async show(@Param('reference') reference: string): Promise<TripView> {
    const { status, events, metadata } = await this.runner.executions.show(this.tenant.executionId(reference));
    const trip = await this.trips.find(reference);
    return { reference, tenant: String(metadata['tenant']), status, trip, diagram: tripDiagram(compile(BookTrip), events) };
  }
}
