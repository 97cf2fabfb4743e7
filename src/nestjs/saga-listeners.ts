import { Logger } from '@nestjs/common';
import { blueprintOf } from '../graph/compile.js';
import type { ExecutionRef, ObservedEvent } from '../runtime/ports.js';
import type { SagaEventName } from './on-saga-event.js';
import { subscriptionsOf } from './on-saga-event.js';
import { isShared, prototypeOf } from './provided.js';
import type { SagaApplication } from './saga-application.js';
import { SagaBootError } from './boot-error.js';

interface Listener {
  readonly name: string;
  /** Of one saga, by its name; `undefined`: of all. */
  readonly saga: string | undefined;
  readonly call: (event: ObservedEvent, execution: ExecutionRef) => unknown;
}

/** The methods of an application that carry `@OnSagaEvent`. */
export class SagaListeners {
  readonly #application: SagaApplication;
  readonly #logger = new Logger('SagaModule');
  #listeners: ReadonlyMap<SagaEventName, readonly Listener[]> | undefined;

  constructor(application: SagaApplication) {
    this.#application = application;
  }

  /** Finds them, where it has not, which needs everything to be made. @throws SagaBootError */
  find(): ReadonlyMap<SagaEventName, readonly Listener[]> {
    return (this.#listeners ??= listenersOf(this.#application));
  }

  tell(event: ObservedEvent, execution: ExecutionRef): void {
    const listeners = this.find();
    for (const name of namesOf(event)) {
      for (const listener of listeners.get(name) ?? []) {
        if (listener.saga === undefined || listener.saga === execution.saga) void this.#call(listener, event, execution);
      }
    }
  }

  async #call({ name, call }: Listener, event: ObservedEvent, execution: ExecutionRef): Promise<void> {
    try {
      await call(event, execution);
    } catch (error) {
      const sentence = `${name} failed at '${event.type}' of ${execution.saga} ${execution.id}`;
      this.#logger.error(sentence, error instanceof Error ? error.stack : String(error));
    }
  }
}

function listenersOf(application: SagaApplication): ReadonlyMap<SagaEventName, readonly Listener[]> {
  const byName = new Map<SagaEventName, Listener[]>();
  const mistakes: string[] = [];
  for (const wrapper of new Set(application.wrappers.filter(({ isAlias }) => !isAlias))) {
    const prototype = prototypeOf(wrapper);
    for (const { names, method, saga } of prototype === undefined ? [] : subscriptionsOf(prototype)) {
      const name = `${prototype!.constructor.name}.${String(method)}`;
      if (!isShared(wrapper)) mistakes.push(`${name} cannot hear events: there is one of its class for each request, and none for events.`);
      const instance = wrapper.instance as Readonly<Record<string | symbol, (event: ObservedEvent, execution: ExecutionRef) => unknown>>;
      const call: Listener['call'] = (event, execution) => instance[method]!(event, execution);
      const listener = { name, saga: saga && blueprintOf(saga).graph.saga, call };
      for (const one of new Set(names)) byName.set(one, [...(byName.get(one) ?? []), listener]);
    }
  }
  if (mistakes.length > 0) throw new SagaBootError(mistakes);
  return byName;
}

/** On a log what is stuck is halted, and waits for a person; in memory it ends so (R15). */
function namesOf(event: ObservedEvent): readonly SagaEventName[] {
  if (event.type === 'execution-ended') return [event.type, event.status];
  if (event.type === 'execution-halted') return [event.type, 'stuck'];
  return [event.type];
}
