import { Injectable, Logger } from '@nestjs/common';
import type { ExecutionRef, ObservedEvent } from 'class-saga';
import { OnSagaEvent } from 'class-saga/nestjs';
import { BookTrip } from './book-trip.js';

/** Tells how trips end, in the log of the instance that they end in. */
@Injectable()
export class TripEnds {
  private readonly logger = new Logger('Trips');

  @OnSagaEvent('execution-ended', { saga: BookTrip })
  tell(event: ObservedEvent, { id }: ExecutionRef): void {
    if (event.type === 'execution-ended') this.logger.log(`${id}: ${event.status}`);
  }
}
