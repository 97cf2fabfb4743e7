import { beforeEach, describe, expect, it } from 'vitest';
import { abort, Async, Compensate, Fallback, retry, Retry, Saga, SagaRunner, skip, Step, SubSaga } from 'class-saga';
import type { CompensationContext, Effects, ExecutionLog, ObservedEvent, SagaClass, StepContext } from 'class-saga';
import { logsForThisFile } from '../conformance/logs.js';

// A saga is the same class in memory and on a log: where nothing fails but what the saga itself does, its methods are called in the same
// order with the same things, and observers see the same events. What differs is said where the two are compared.

let calls: unknown[] = [];
/** How often each method was called. */
let runs = new Map<string, number>();
beforeEach(() => {
  calls = [];
  runs = new Map();
});

/** Notes the call with all that the method was told, and answers which one it is, from 1. */
function called(name: string, { input, needs, metadata, idempotencyKey, attempt }: StepContext<unknown, unknown>): number {
  calls.push([name, { input, needs, metadata, idempotencyKey, attempt }]);
  const count = (runs.get(name) ?? 0) + 1;
  runs.set(name, count);
  return count;
}
function undo(name: string, effect: unknown, { step, failure, metadata, idempotencyKey, attempt }: CompensationContext): number {
  const { message } = failure.error as Error;
  const { key, outcome } = step;
  calls.push([`undo ${name}`, effect, { key, outcome, failedStep: failure.step, message, metadata, idempotencyKey, attempt }]);
  const count = (runs.get(`undo ${name}`) ?? 0) + 1;
  runs.set(`undo ${name}`, count);
  return count;
}
type Context<Needs = unknown> = StepContext<unknown, Needs>;

@Saga()
class Happy {
  @Step()
  async card(context: StepContext<unknown, unknown, string>): Promise<{ held: number; at: Date }> {
    called('card', context);
    context.emit('authorized');
    return { held: 1_500, at: new Date(0) };
  }
  @Step({ needs: ['card'] })
  async hotel(context: Context<Effects<Happy, 'card'>>): Promise<string> {
    called('hotel', context);
    return `a room for ${context.needs.card.held}`;
  }
  @Step()
  async insurance(context: Context) {
    called('insurance', context);
    return skip();
  }
}

@Saga()
class Failing extends Happy {
  @Compensate('card')
  async undoCard(card: unknown, context: CompensationContext): Promise<void> {
    undo('card', card, context);
  }
  @Compensate('hotel', { requiresEffect: true })
  async undoHotel(hotel: string, context: CompensationContext): Promise<void> {
    undo('hotel', hotel, context);
  }
  @Step({ needs: ['hotel'] })
  async flight(context: Context<Effects<Failing, 'hotel'>>): Promise<void> {
    called('flight', context);
    throw new RangeError('no seat');
  }
  @Compensate('flight')
  async undoFlight(flight: unknown, context: CompensationContext): Promise<void> {
    undo('flight', flight, context);
  }
}

@Saga()
class Retrying {
  @Step()
  @Retry({ attempts: 3, baseMs: 1 })
  async card(context: Context): Promise<string> {
    if (called('card', context) < 3) throw new Error('busy');
    return 'card';
  }
  @Compensate('card')
  async undoCard(card: unknown, context: CompensationContext): Promise<void> {
    undo('card', card, context);
  }
  @Step({ needs: ['card'] })
  async hotel(context: Context): Promise<string> {
    if (called('hotel', context) === 1) throw new Error('no room');
    return 'hotel';
  }
  @Compensate('hotel')
  @Retry({ attempts: 2, baseMs: 1 })
  async undoHotel(hotel: unknown, context: CompensationContext) {
    if (undo('hotel', hotel, context) === 1) throw new Error('line busy');
    return retry({ passes: 2, baseMs: 1 });
  }
}

@Saga()
class Together {
  @Step()
  async exchange(context: Context): Promise<string> {
    called('exchange', context);
    return 'rates';
  }
  @Step() @Async()
  async hotel(context: Context): Promise<string> {
    called('hotel', context);
    return 'hotel';
  }
  @Compensate('hotel')
  async undoHotel(hotel: unknown, context: CompensationContext) {
    undo('hotel', hotel, context);
    return abort();
  }
  @Step() @Async()
  async car(context: Context): Promise<string> {
    called('car', context);
    throw new Error('no car');
  }
  @Compensate('car')
  async undoCar(car: unknown, context: CompensationContext): Promise<void> {
    undo('car', car, context);
  }
  @Step({ needs: ['hotel'] }) @Async()
  async letter(context: Context): Promise<string> {
    called('letter', context);
    return 'letter';
  }
}

@Saga()
class Lodging {
  @Step()
  async hotel(context: Context): Promise<string> {
    called('hotel', context);
    return 'hotel';
  }
  @Compensate('hotel')
  async undoHotel(hotel: unknown, context: CompensationContext): Promise<void> {
    undo('hotel', hotel, context);
  }
}
@Saga()
class Nested {
  @SubSaga(Lodging)
  lodging(context: Context): SubSaga<Lodging> {
    called('lodging', context);
    return undefined;
  }
  @Step({ needs: ['lodging'] })
  async pay(context: Context): Promise<void> {
    called('pay', context);
    throw new Error('declined');
  }
}

@Saga()
class Replaced {
  @Step()
  async hotel(context: Context): Promise<string> {
    called('hotel', context);
    throw new Error('no room');
  }
  @Fallback('hotel')
  async hostel({ failure, step, metadata }: CompensationContext): Promise<string> {
    calls.push(['hostel', (failure.error as Error).message, step.key, metadata]);
    return 'a bunk';
  }
  @Step({ needs: ['hotel'] })
  async pay(context: Context): Promise<string> {
    called('pay', context);
    return 'paid';
  }
}

@Saga()
class GoesStuck extends Failing {
  @Step()
  async never(context: Context): Promise<void> {
    called('never', context);
  }
  @Compensate('hotel', { requiresEffect: true })
  override async undoHotel(hotel: string, context: CompensationContext): Promise<void> {
    undo('hotel', hotel, context);
    throw new Error('front desk closed');
  }
}

const sagas: readonly SagaClass[] = [Happy, Failing, Retrying, Together, Nested, Replaced, GoesStuck];

/** Everything that can be seen of a run from outside, with errors as their names and messages. */
async function seen(saga: SagaClass, log?: ExecutionLog): Promise<unknown> {
  calls = [];
  runs = new Map();
  const events: ObservedEvent[] = [];
  const published: unknown[] = [];
  const runner = new SagaRunner({
    random: () => 0.5,
    metadata: () => ({ tenant: 'acme', trace: new Map([['id', 7]]) }),
    resolver: {
      open: (one, { id, metadata }) => {
        calls.push(['open', id, metadata]);
        return { saga: new one() };
      },
    },
    observers: [(event, { metadata }) => events.push({ ...event, ...metadata })],
    publish: (emitted, { metadata }) => published.push(emitted, metadata),
    finally: ({ status }, _input, { metadata }) => {
      if (status !== 'stuck') calls.push(['finally', metadata]); // on a log that is no end (R27)
    },
    onCompensationError: ({ step, error, remaining, execution: { metadata } }) => {
      calls.push(['handler', step, error, remaining, metadata]);
      return 'stop';
    },
    ...(log && { log }),
  });
  const metadata = { user: 'ann', since: new Date(0) };
  const settled = await runner.settle(saga, { to: 'Lisbon' }, { executionId: `a-${saga.name}`, metadata });
  await runner.close();
  return plain({ calls, events, published, settled });
}

function plain(value: unknown): unknown {
  const shown = (_: string, part: unknown): unknown => {
    if (part instanceof Error) return `${part.name}: ${part.message}`;
    if (part instanceof Map) return [...part];
    return part === undefined ? 'undefined' : part;
  };
  return JSON.parse(JSON.stringify(value, shown));
}

/** On a log to be stuck is a halt and no end (R27). */
function halted(value: unknown): unknown {
  const { events, ...rest } = value as { readonly events: readonly { readonly type: string; readonly status?: string }[] };
  return {
    ...rest,
    events: events.map((event) => {
      const { status, ...told } = event;
      return event.type === 'execution-ended' && status === 'stuck' ? { ...told, type: 'execution-halted', because: 'stuck' } : event;
    }),
  };
}

describe.each(logsForThisFile())('a saga %s', (_, open) => {
  it.each(sagas.map((saga) => [saga.name, saga] as const))('that is %s does the same as without a log', async (__, saga) => {
    const inMemory = await seen(saga);
    expect(await seen(saga, open())).toEqual(halted(inMemory));
  });
});
