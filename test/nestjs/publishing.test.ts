import { Injectable, Module, Scope } from '@nestjs/common';
import { CqrsModule, EventBus, EventsHandler } from '@nestjs/cqrs';
import type { IEventHandler } from '@nestjs/cqrs';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { memoryLog, SagaRunner } from 'class-saga';
import { SagaModule } from 'class-saga/nestjs';
import { begun } from './application.js';
import { BookTrip, Ledger, TripBooked } from './trip.js';

const heard: unknown[] = [];

@EventsHandler(TripBooked)
class OnTripBooked implements IEventHandler<TripBooked> {
  handle(event: TripBooked): void {
    heard.push(['the bus', event]);
  }
}

@Injectable()
class Listener {
  @OnEvent('TripBooked')
  async tripBooked(event: TripBooked): Promise<void> {
    await Promise.resolve();
    heard.push(['the emitter', event]);
  }
  @OnEvent('trips.booked')
  booked(event: TripBooked): void {
    heard.push(['by name', event]);
  }
}

@Module({ providers: [BookTrip, Ledger, OnTripBooked, Listener] })
class TripsModule {}

const event = new TripBooked('Kyiv');
const logs = [['in memory', {}], ['on a log', { log: memoryLog(), payloads: { classes: [TripBooked] } }]] as const;

describe.each(logs)('the events of a saga %s', (_, options) => {
  it.each([
    ['the EventBus of @nestjs/cqrs', { to: EventBus }, [['the bus', event]]],
    ['EventEmitter2', { to: EventEmitter2 }, [['the emitter', event]]],
    ['EventEmitter2, under a name of their own', { to: EventEmitter2, nameOf: () => 'trips.booked' }, [['by name', event]]],
  ])('are published to %s once it has completed, and not otherwise (R20)', async (_name, publish, expected) => {
    heard.splice(0);
    const imports = [CqrsModule.forRoot(), EventEmitterModule.forRoot(), SagaModule.forRoot({ ...options, publish }), TripsModule];
    const runner = (await begun({ imports })).get(SagaRunner);
    await runner.settle(BookTrip, { to: 'Lviv', refused: 'plainly' });
    expect(heard).toEqual([]);
    await runner.run(BookTrip, { to: 'Kyiv' });
    await expect.poll(() => heard).toEqual(expected);
    expect(heard[0]).toMatchObject([{}, expect.any(TripBooked)]);
  });
});

describe('publish', () => {
  it('takes a function, and whatever has `emit`', async () => {
    const published: unknown[] = [];
    const emitter = new EventEmitter();
    emitter.on('TripBooked', (one) => published.push(one));
    const to = { provide: 'EMITTER', useValue: emitter };
    const withEmitter = await begun({ imports: [SagaModule.forRoot({ publish: { to: 'EMITTER' } }), TripsModule], providers: [to] });
    await withEmitter.get(SagaRunner).run(BookTrip, { to: 'Kyiv' });
    const withFunction = await begun({ imports: [SagaModule.forRoot({ publish: (events) => published.push(...events) }), TripsModule] });
    await withFunction.get(SagaRunner).run(BookTrip, { to: 'Odesa' });
    expect(published).toEqual([new TripBooked('Kyiv'), new TripBooked('Odesa')]);
  });

  it('fails the boot where nobody provides that, or it can publish nothing', async () => {
    await expect(begun({ imports: [SagaModule.forRoot({ publish: { to: EventBus } })] })).rejects.toThrow(
      'publish.to is EventBus, which no module provides: import the one that does, such as CqrsModule.forRoot().',
    );
    const ofRequest = { provide: 'BUS', useFactory: () => new EventEmitter(), scope: Scope.REQUEST };
    await expect(begun({ imports: [SagaModule.forRoot({ publish: { to: 'BUS' } })], providers: [ofRequest] })).rejects.toThrow(
      'publish.to is BUS, of which there is one for each request',
    );
    await expect(begun({ imports: [SagaModule.forRoot({ publish: { to: Ledger } })], providers: [Ledger] })).rejects.toThrow(
      'publish.to is Ledger, which has neither `publishAll`, as an EventBus has, nor `emit`.',
    );
  });
});
