import { describe, expect, it } from 'vitest';
import { Compensate, Finally, Saga, Step, SubSaga, UseStep } from 'class-saga';
import type { Effects, Resolver, SagaClass, Settled, StepContext } from 'class-saga';
import { Cluster } from './cluster.js';
import { Diary, lisbon, tripOf } from './trip.js';

// An execution as a whole, wherever it is: its instances and scopes, its sub-sagas and step classes, and what observers are told of it.

const forEver = (): Promise<never> => new Promise(() => {});

/** A resolver that counts, for each take-up, what it opened and disposed. */
function countingResolver(): Resolver & { readonly log: string[] } {
  const log: string[] = [];
  let scopes = 0;
  return {
    log,
    open(saga: SagaClass) {
      const scope = (scopes += 1);
      log.push(`open ${scope}`);
      return { saga: Reflect.construct<[], object>(saga, []), dispose: () => void log.push(`dispose ${scope}`) };
    },
  };
}

describe('the scope of an execution', () => {
  it('is opened once and disposed at the end (R22)', async () => {
    const cluster = new Cluster();
    const resolver = countingResolver();
    await cluster.until(cluster.process({ resolver }).runner.run(tripOf(new Diary()), lisbon));
    expect(resolver.log).toEqual(['open 1', 'dispose 1']);
  });

  it('is another in each process that takes it up, and disposed by whoever gives it up (R22)', async () => {
    const cluster = new Cluster();
    const Trip = tripOf(new Diary(), { hotel: ({ inDoubt }) => (inDoubt ? {} : forEver()) });
    const [first, second] = [countingResolver(), countingResolver()];
    const { runner } = await cluster.worker({ sagas: [Trip], resolver: first });
    await cluster.until(runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.until(runner.close({ drainMs: 100 }));
    expect(first.log).toEqual(['open 1', 'dispose 1']);
    const other = await cluster.worker({ sagas: [Trip], resolver: second });
    await cluster.until(other.runner.handle(Trip, 'x').settled());
    expect(second.log).toEqual(['open 1', 'dispose 1']);
  });

  it('is not left open where the start found another execution, or where the execution is stuck', async () => {
    const cluster = new Cluster();
    const resolver = countingResolver();
    const { runner } = cluster.process({ resolver });
    const Trip = tripOf(new Diary(), {
      flight: () => Promise.reject(new Error('no seat')),
      undoFlight: () => Promise.reject(new Error('line busy')),
    });
    const handle = await cluster.until(runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.until(handle.settled());
    await cluster.until(runner.start(Trip, lisbon, { id: 'x' }));
    await cluster.rest();
    expect(resolver.log.filter((entry) => entry.startsWith('open'))).toHaveLength(resolver.log.length / 2);
    expect(resolver.log.filter((entry) => entry.startsWith('dispose')).length).toBe(resolver.log.length / 2);
  });
});

describe('a saga of sub-sagas and step classes', () => {
  let did: string[] = [];
  let hang = '';
  const step = async (name: string): Promise<string> => {
    did.push(name);
    return hang === name ? forEver() : name;
  };

  @Saga()
  class Lodging {
    @Step()
    async hotel({ input }: StepContext<{ readonly city: string }>): Promise<string> {
      return step(`hotel in ${input.city}`);
    }
    @Compensate('hotel')
    async undoHotel(hotel: string | undefined): Promise<void> {
      did.push(`undo ${hotel}`);
    }
    @Step({ needs: ['hotel'] })
    async breakfast({ needs }: StepContext<{ readonly city: string }, Effects<Lodging, 'hotel'>>): Promise<string> {
      return step(`breakfast at ${needs.hotel}`);
    }
    @Finally()
    async tidyUp({ status }: Settled<Lodging>): Promise<void> {
      did.push(`lodging ${status}`);
    }
  }
  class Letter {
    @Step()
    async execute({ input }: StepContext<string>): Promise<string> {
      return step(`letter to ${input}`);
    }
    @Compensate('execute')
    async compensate(letter: string | undefined): Promise<void> {
      did.push(`undo ${letter}`);
    }
  }
  @Saga()
  class Trip {
    @SubSaga(Lodging)
    lodging({ input }: StepContext<{ readonly city: string }>): SubSaga<Lodging> {
      did.push('opening');
      return { city: input.city.toUpperCase() };
    }
    @UseStep(Letter)
    letter({ input }: StepContext<{ readonly city: string }>): UseStep<Letter> {
      return input.city;
    }
    @Step()
    async pay(_: StepContext): Promise<string> {
      return step('pay');
    }
  }

  const atTheEnd = ['pay', 'lodging completed'];

  it.each([
    ['in a sub-saga', 'hotel in LISBON', ['hotel in LISBON', 'breakfast at hotel in LISBON', 'letter to Lisbon', ...atTheEnd]],
    ['behind a sub-saga', 'pay', atTheEnd],
    ['in a step class', 'letter to Lisbon', ['letter to Lisbon', ...atTheEnd]],
  ])('is gone on with where its process died %s (R24)', async (_, where, after) => {
    did = [];
    hang = where;
    const cluster = new Cluster();
    const first = cluster.process();
    await cluster.until(first.runner.start(Trip, { city: 'Lisbon' }, { id: 'x' }));
    await cluster.rest();
    first.die();
    expect(did.filter((entry) => entry === 'opening')).toHaveLength(1);
    did = [];
    hang = '';
    const { runner } = await cluster.worker({ sagas: [Trip] });
    const { effects } = await cluster.until(runner.handle(Trip, 'x').result());
    expect(did).toEqual(after);
    expect(effects.lodging).toEqual({ hotel: 'hotel in LISBON', breakfast: 'breakfast at hotel in LISBON' });
  });

  it('is undone by whoever has it, across its parts (R8, R24)', async () => {
    did = [];
    hang = 'pay';
    const cluster = new Cluster();
    const first = cluster.process();
    await cluster.until(first.runner.start(Trip, { city: 'Lisbon' }, { id: 'x' }));
    await cluster.rest();
    first.die();
    did = [];
    const { runner } = await cluster.worker({ sagas: [Trip] });
    const handle = runner.handle(Trip, 'x');
    await cluster.until(handle.cancel());
    await cluster.until(handle.settled());
    expect(did).toEqual(['undo letter to Lisbon', 'undo hotel in LISBON', 'lodging compensated']);
  });
});

describe('observers of an execution on a log', () => {
  it('are told each event when it is durable, in order, and each worker those that it recorded (R18)', async () => {
    const cluster = new Cluster();
    const diary = new Diary();
    const seqs: string[] = [];
    const observer = (event: { readonly type: string }): void => void seqs.push(`${event.type} ${cluster.log.stats.events}`);
    const first = cluster.process({ observers: [observer] });
    await cluster.until(first.runner.start(tripOf(diary, { hotel: forEver }), lisbon, { id: 'x' }));
    await cluster.rest();
    expect(seqs).toEqual(['execution-begun 2', 'step-begun 2', 'step-succeeded 4', 'step-begun 4']);
    first.die();
    const Trip = tripOf(diary);
    const second = await cluster.worker({ sagas: [Trip] });
    await cluster.until(second.runner.handle(Trip, 'x').settled());
    const { events } = await second.runner.executions.show('x');
    expect([...first.typesOf('x'), ...second.typesOf('x')]).toEqual(events.map(({ type }) => type));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });

  it('that throw change nothing, and the others hear of it (R18)', async () => {
    const cluster = new Cluster();
    const process = cluster.process({
      observers: [() => {
        throw new Error('no disk');
      }],
    });
    expect(await cluster.until(process.runner.settle(tripOf(new Diary()), lisbon))).toMatchObject({ status: 'completed' });
    expect(process.reports('observer-failed')[0]).toMatchObject({ error: { message: 'no disk' } });
  });

  it('are followed by the end as everybody is told it: `@Finally`, then `finally` handlers, then whoever called (R17)', async () => {
    const cluster = new Cluster();
    const order: string[] = [];
    @Saga()
    class Stay {
      @Step()
      async hotel(_: StepContext): Promise<string> {
        return 'room 12';
      }
      @Finally()
      async tidyUp({ status }: Settled<Stay>): Promise<void> {
        order.push(`@Finally ${status}`);
      }
    }
    const { runner } = cluster.process({
      observers: [({ type }) => void (type === 'execution-ended' && order.push('recorded'))],
      finally: ({ status }, input) => void order.push(`finally ${status} ${String(input)}`),
    });
    await cluster.until(runner.run(Stay).then(() => order.push('run')));
    expect(order).toEqual(['recorded', '@Finally completed', 'finally completed undefined', 'run']);
  });
});
