import type { EndStatus } from '../kernel/events.js';
import type { ExecutionRef, ObservedEvent, SagaClass } from '../runtime/ports.js';

/** The type of an event, or how an execution ended; `stuck`: it waits for a person. */
export type SagaEventName = ObservedEvent['type'] | EndStatus;

export interface OnSagaEventOptions {
  /** Only of this saga. @defaultValue of all */
  readonly saga?: SagaClass;
}

/** What a method is told, and where it stands. */
export interface Subscription extends OnSagaEventOptions {
  readonly names: readonly SagaEventName[];
  readonly method: string | symbol;
}

const subscriptionsKey = Symbol.for('class-saga:nestjs:subscriptions');

/**
 * Calls this method of a provider or a controller with every such event, and the execution that it is of (R18):
 * `@OnSagaEvent('stuck') async alert(event: ObservedEvent, execution: ExecutionRef) {}`. It is not awaited; what it throws is logged, and
 * changes nothing. It hears of the executions that this process runs.
 */
export function OnSagaEvent(names: SagaEventName | readonly SagaEventName[], options: OnSagaEventOptions = {}): Listens {
  return (target, method) => {
    const before = subscriptionsOf(target);
    const subscription: Subscription = { ...options, names: typeof names === 'string' ? [names] : names, method };
    Reflect.defineMetadata(subscriptionsKey, [...before, subscription], target);
  };
}

type Listens = <Method extends (event: never, execution: ExecutionRef) => unknown>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

export function subscriptionsOf(prototype: object): readonly Subscription[] {
  return (Reflect.getMetadata(subscriptionsKey, prototype) as readonly Subscription[] | undefined) ?? [];
}
