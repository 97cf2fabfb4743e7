// The sagas of the tests: a trip is booked, paid and, where something fails, cancelled, all of it written down.
import { HttpException, Inject, Injectable, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { AbortSaga, Compensate, Step } from 'class-saga';
import type { ExecutionRef, StepContext } from 'class-saga';
import { SagaClass } from 'class-saga/nestjs';

export interface Trip {
  readonly to: string;
  /** The card is refused, and how; left out: it is not. */
  readonly refused?: 'plainly' | 'for good';
}

/** A singleton, as providers are. */
@Injectable()
export class Ledger {
  readonly entries: string[] = [];
}

/** Of an execution: its request is the execution. */
@Injectable({ scope: Scope.REQUEST })
export class Tenant {
  constructor(@Inject(REQUEST) readonly execution: ExecutionRef) {}

  get name(): string {
    return String(this.execution.metadata['tenant']);
  }
}

export class TripBooked {
  constructor(readonly to: string) {}
}

@SagaClass()
@Injectable()
export class BookTrip {
  constructor(@Inject(Ledger) private readonly ledger: Ledger) {}

  @Step()
  async hotel({ input }: StepContext<Trip>): Promise<string> {
    this.ledger.entries.push(`hotel in ${input.to}`);
    return `a room in ${input.to}`;
  }
  @Compensate('hotel')
  async cancelHotel(hotel: string | undefined): Promise<void> {
    this.ledger.entries.push(`cancelled ${hotel ?? 'whatever there is'}`);
  }

  @Step()
  async charge({ input, emit }: StepContext<Trip, unknown, TripBooked>): Promise<number> {
    const refusal = new HttpException({ message: 'the card was refused', card: 'visa' }, 402);
    if (input.refused === 'plainly') throw refusal;
    if (input.refused === 'for good') throw new AbortSaga(refusal);
    emit(new TripBooked(input.to));
    return 1;
  }
}
