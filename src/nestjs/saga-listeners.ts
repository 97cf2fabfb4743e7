import { Logger } from '@nestjs/common';
import { blueprintOf } from '../graph/compile.js';
import type { ExecutionRef, ObservedEvent } from '../runtime/ports.js';
import { SagaBootError } from './boot-error.js';
import type { SagaEventName, Subscription } from './on-saga-event.js';
import { subscriptionsOf } from './on-saga-event.js';
import type { Wrapper } from './provided.js';
import { isSaga, isShared, prototypeOf } from './provided.js';
import type { Provision, Provisions } from './provision.js';

type Method = (event: ObservedEvent, execution: ExecutionRef) => unknown;

/** A method of a provider, or of a controller, that carries `@OnSagaEvent`. */
interface Listener {
  readonly name: string;
  readonly wrapper: Wrapper;
  readonly method: string | symbol;
  readonly hears: readonly { readonly names: readonly SagaEventName[]; readonly saga: string | undefined }[];
}

/** The listeners of an application. */
export class SagaListeners {
  readonly #provisions: Provisions;
  readonly #logger = new Logger('SagaModule');
  #known: { readonly provision: Provision; readonly listeners: readonly Listener[] } | undefined;

  constructor(provisions: Provisions) {
    this.#provisions = provisions;
  }

  /** Once everything is made: what factories make is known only then. @throws SagaBootError */
  begin(): void {
    this.#known = undefined;
    const mistakes = this.#listeners().flatMap(mistakesOf);
    if (mistakes.length > 0) throw new SagaBootError(mistakes);
  }

  tell(event: ObservedEvent, execution: ExecutionRef): void {
    const told = namesOf(event);
    for (const listener of this.#listeners()) {
      const ofSaga = listener.hears.filter(({ saga }) => saga === undefined || saga === execution.saga);
      if (ofSaga.some(({ names }) => names.some((name) => told.includes(name)))) void this.#call(listener, event, execution);
    }
  }

  /** Found again where a module was loaded since. */
  #listeners(): readonly Listener[] {
    const provision = this.#provisions.current;
    if (this.#known?.provision !== provision) this.#known = { provision, listeners: listenersIn(provision) };
    return this.#known.listeners;
  }

  async #call({ name, wrapper, method }: Listener, event: ObservedEvent, execution: ExecutionRef): Promise<void> {
    try {
      await (wrapper.instance as Readonly<Record<string | symbol, Method>>)[method]!(event, execution);
    } catch (error) {
      const sentence = `${name} failed at '${event.type}' of ${execution.saga} ${execution.id}`;
      this.#logger.error(sentence, error instanceof Error ? error.stack : String(error));
    }
  }
}

function listenersIn({ providers, others }: Provision): readonly Listener[] {
  return [...new Set([...providers, ...others])].flatMap((wrapper) => {
    const prototype = prototypeOf(wrapper);
    const subscriptions = prototype === undefined ? [] : subscriptionsOf(prototype);
    const methods = [...new Set(subscriptions.map(({ method }) => method))];
    return methods.map((method): Listener => ({
      name: `${prototype!.constructor.name}.${String(method)}`,
      wrapper,
      method,
      hears: subscriptions.filter((one) => one.method === method).map(({ names, saga }) => ({ names, saga: saga && nameOf(saga) })),
    }));
  });
}

/** What is no saga is told of by `mistakesOf`. */
function nameOf(saga: NonNullable<Subscription['saga']>): string {
  return isSaga(saga) ? blueprintOf(saga).graph.saga : saga.name;
}

function mistakesOf({ name, wrapper, method }: Listener): readonly string[] {
  const wrong = subscriptionsOf(prototypeOf(wrapper)!).filter(({ saga }) => saga !== undefined && !isSaga(saga));
  return [
    ...(isShared(wrapper) ? [] : [`${name} cannot hear events: there is one of its class for each request, and none for events.`]),
    ...wrong.filter((one) => one.method === method).map(({ saga }) => `${name} is to hear of ${saga!.name}, which is no saga.`),
  ];
}

/** On a log what is stuck is halted, and waits for a person; in memory it ends so (R15). */
function namesOf(event: ObservedEvent): readonly SagaEventName[] {
  if (event.type === 'execution-ended') return [event.type, event.status];
  if (event.type === 'execution-halted') return [event.type, 'stuck'];
  return [event.type];
}
