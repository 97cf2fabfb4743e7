// On an execution log a saga may return whatever the log holds: data of every kind, and instances of classes that are registered.
import { Saga, SagaRunner, Step, SubSaga } from 'class-saga';
import type { Effects, SagaClass, StartArguments, StartOptions, StepContext } from 'class-saga';
import type { Booking, TripRequest } from '../domain.js';

export class Money {
  constructor(readonly cents: bigint) {}
  plus(other: Money): Money {
    return new Money(this.cents + other.cents);
  }
}
declare module 'class-saga' {
  interface StorableClasses {
    Money: Money;
  }
}

interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
  readonly parent?: Tree;
}
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type BookingId = string & { readonly brand: unique symbol };
type Paid = { readonly kind: 'free' } | { readonly kind: 'paid'; readonly by: Money | undefined };
enum Tier {
  Gold,
  Silver = 'silver',
}
class CardDeclined extends Error {
  readonly reason: string = 'stolen';
}
/** No more than a shape, to types. */
class Address {
  readonly street: string = '';
}

@Saga()
export class Stores {
  @Step()
  async nothing() {}
  @Step()
  async primitives(): Promise<[string, number, bigint, boolean, null, undefined]> {
    return ['', 1, 1n, true, null, undefined];
  }
  @Step()
  async builtins(): Promise<{ at: Date; like: RegExp; where: URL; why: Error; all: AggregateError; declined: CardDeclined }> {
    throw new Error();
  }
  @Step()
  async bytes(): Promise<readonly [Buffer, Uint8Array, BigInt64Array, ArrayBuffer, DataView]> {
    throw new Error();
  }
  @Step()
  async containers(): Promise<Map<string, Set<ReadonlyMap<Date, readonly Booking[]>>>> {
    return new Map();
  }
  @Step()
  async recursive(): Promise<{ tree: Tree; json: Json }> {
    throw new Error();
  }
  @Step()
  async unions(): Promise<Paid | undefined> {
    return { kind: 'free' };
  }
  @Step()
  async branded(): Promise<{ id: BookingId; tier: Tier; address: Address; more?: Record<string, number> }> {
    throw new Error();
  }
  @Step()
  async untyped(): Promise<any> {}
  @Step()
  async opaque(): Promise<{ whatever: any; body: unknown; object: object }> {
    throw new Error();
  }
  @Step()
  async registered(): Promise<readonly Money[]> {
    return [new Money(1n)];
  }
  @Step({ needs: ['registered'] })
  async hotel({ input, emit, needs }: StepContext<TripRequest, Effects<Stores, 'registered'>, { booked: Booking }>) {
    const booking: Booking = { ref: input.hotel, price: needs.registered.length };
    emit({ booked: booking });
    return { ...booking, at: new Date() };
  }
  @Step()
  fails(): never {
    throw new Error('sold out');
  }
}

@Saga()
export class Perhaps {
  @Step()
  async hotel({ input }: StepContext<string | undefined>) {
    return input ?? 'none';
  }
}

@Saga()
export class NoInput {
  @SubSaga(Perhaps)
  perhaps(): SubSaga<Perhaps> {
    return 'Ritz';
  }
}

@Saga()
export class Transactional {
  @Step()
  async user({ input }: StepContext<{ readonly email: string }, unknown, never, { query(text: string): void }>) {
    return input.email;
  }
}

export async function startAll(runner: SagaRunner, request: TripRequest, any: SagaClass, options: StartOptions) {
  await runner.start(Stores, request);
  await runner.start(Stores, request, { id: 'trip-1', deadlineMs: 5_000 });
  await runner.start(NoInput);
  await runner.start(NoInput, undefined, { id: 'trip-2' });
  await runner.start(Perhaps, 'Ritz');
  await runner.start(Transactional, { email: 'ann@example.org' });
  await runner.start(any, { whatever: 1 }, options);
}

/** What wraps a runner passes on what the saga asks for. */
export async function logged<S extends object>(runner: SagaRunner, saga: SagaClass<S>, ...args: StartArguments<S>) {
  console.log(saga.name);
  return runner.start(saga, ...args);
}
export async function loggedAll(runner: SagaRunner, request: TripRequest) {
  return logged(runner, Stores, request, { id: 'trip-4' });
}
