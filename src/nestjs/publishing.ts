import { Scope } from '@nestjs/common';
import type { InjectionToken, Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { nameOfEvent } from '../runtime/event-emitter.js';
import type { Publisher } from '../runtime/ports.js';
import { SagaBootError } from './boot-error.js';

/** A provider that a saga's events are published to: the `EventBus` of @nestjs/cqrs, the `EventEmitter2` of @nestjs/event-emitter. */
export interface PublishTo {
  /** What it is provided as. */
  readonly to: InjectionToken;
  /** The name that an event is emitted under; a bus needs none. @defaultValue its `type` where that is a string, else that of its class */
  readonly nameOf?: (event: unknown) => string;
}

/** The part of @nestjs/cqrs's `EventBus` that publishing needs. */
interface EventBusLike {
  publishAll(events: readonly unknown[]): unknown;
}
/** The part of `EventEmitter2` that publishing needs: with it, what listeners return is awaited. */
interface AsyncEmitterLike {
  emitAsync(name: string, event: unknown): Promise<unknown>;
}
/** The part of Node's `EventEmitter` that publishing needs. */
interface EmitterLike {
  emit(name: string, event: unknown): unknown;
}

/** @throws SagaBootError where nothing of that kind is provided */
export function publisherTo({ to, nameOf = nameOfEvent }: PublishTo, moduleRef: ModuleRef): Publisher {
  const target = providedAs(to, moduleRef);
  if (has<EventBusLike>(target, 'publishAll')) return (events) => target.publishAll([...events]);
  if (has<AsyncEmitterLike>(target, 'emitAsync')) return inTurn((event) => target.emitAsync(nameOf(event), event));
  if (has<EmitterLike>(target, 'emit')) return inTurn((event) => target.emit(nameOf(event), event));
  throw new SagaBootError([`publish.to is ${nameOfToken(to)}, which has neither \`publishAll\`, as an EventBus has, nor \`emit\`.`]);
}

/** Every event is published, even when one fails; what failed is then told as ever. */
function inTurn(publish: (event: unknown) => unknown): Publisher {
  return async (events) => {
    const errors: unknown[] = [];
    for (const event of events) {
      try {
        await publish(event);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} events of a saga could not be emitted`);
  };
}

function providedAs(token: InjectionToken, moduleRef: ModuleRef): object {
  const name = nameOfToken(token);
  if (!isKnown(token, moduleRef)) {
    throw new SagaBootError([`publish.to is ${name}, which no module provides: import the one that does, such as CqrsModule.forRoot().`]);
  }
  if (moduleRef.introspect(token as Type<object>).scope !== Scope.DEFAULT) {
    throw new SagaBootError([`publish.to is ${name}, of which there is one for each request, or for whoever asks: name a singleton.`]);
  }
  return moduleRef.get<object>(token, { strict: false });
}

function isKnown(token: InjectionToken, moduleRef: ModuleRef): boolean {
  try {
    moduleRef.introspect(token as Type<object>);
    return true;
  } catch {
    return false;
  }
}

function nameOfToken(token: InjectionToken): string {
  return typeof token === 'function' ? token.name : String(token);
}

function has<Target extends object>(target: object, method: keyof Target): target is Target {
  return typeof (target as Partial<Target>)[method] === 'function';
}
