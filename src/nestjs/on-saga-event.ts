import type { EndStatus } from '../kernel/events.js';
import type { ExecutionRef, ObservedEvent, SagaClass } from '../runtime/ports.js';
import { badListener } from './boot-error.js';

/** The type of an event, or how an execution ended; `stuck`: it waits for a person. */
export type SagaEventName = ObservedEvent['type'] | EndStatus;

export interface OnSagaEventOptions {
  /** Only of this saga. @defaultValue of all */
  readonly saga?: SagaClass;
}

/** The event that a method is told of under this name. */
export type SagaEventOf<Name extends SagaEventName> = Name extends ObservedEvent['type']
  ? Extract<ObservedEvent, { readonly type: Name }>
  : Extract<ObservedEvent, { readonly type: 'execution-ended' | (Name extends 'stuck' ? 'execution-halted' : never) }>;

/** What a method is told, and where it stands. */
export interface Subscription extends OnSagaEventOptions {
  readonly names: readonly SagaEventName[];
  readonly method: string | symbol;
}

const subscriptionsKey = Symbol.for('class-saga:nestjs:subscriptions');

/**
 * Calls this method of a provider or a controller with every such event, and the execution that it is of (R18):
 * `@OnSagaEvent('stuck') alert(event: SagaEventOf<'stuck'>, execution: ExecutionRef) {}`. It is not awaited; what it throws is logged, and
 * changes nothing. It hears of the executions that this process runs.
 *
 * @throws SagaError `SAGA_NEST_BAD_LISTENER` on a static method, and where `saga` is no class
 */
export function OnSagaEvent<Name extends SagaEventName>(
  names: Name | readonly Name[],
  options: OnSagaEventOptions = {},
): Listens<SagaEventOf<Name>> {
  return (target, method) => {
    const isStatic = typeof target === 'function';
    if (isStatic || ('saga' in options && typeof options.saga !== 'function')) {
      throw badListener(isStatic ? target.name : target.constructor.name, String(method), isStatic);
    }
    const subscription: Subscription = { ...options, names: typeof names === 'string' ? [names] : names, method };
    Reflect.defineMetadata(subscriptionsKey, [...ownSubscriptionsOf(target), subscription], target);
  };
}

type Listens<Event> = <Method extends (event: Event, execution: ExecutionRef) => unknown>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;

/** Those in force: what a class says of a method stands in place of what its base says of it. */
export function subscriptionsOf(prototype: object): readonly Subscription[] {
  const own = ownSubscriptionsOf(prototype);
  const base = Object.getPrototypeOf(prototype) as object | null;
  const inherited = base === null ? [] : subscriptionsOf(base);
  return [...inherited.filter(({ method }) => !own.some((one) => one.method === method)), ...own];
}

function ownSubscriptionsOf(prototype: object): readonly Subscription[] {
  return (Reflect.getOwnMetadata(subscriptionsKey, prototype) as readonly Subscription[] | undefined) ?? [];
}
