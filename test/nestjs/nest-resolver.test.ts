import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { INQUIRER, REQUEST } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { memoryLog, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { ExecutionRef, SagaClass } from 'class-saga';
import { SagaModule } from 'class-saga/nestjs';
import { begun } from './application.js';
import { Tenant } from './trip.js';

const disposed: string[] = [];

@Injectable()
class Desk {
  readonly number = 1;
  [Symbol.dispose](): void {
    disposed.push('the desk');
  }
}

@Injectable({ scope: Scope.REQUEST })
class Session {
  readonly tenant: string;
  constructor(@Inject(REQUEST) execution: ExecutionRef) {
    this.tenant = String(execution.metadata['tenant']);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    disposed.push(`the session of ${this.tenant}`);
  }
}

@Injectable({ scope: Scope.REQUEST })
class Basket {
  constructor(@Inject(Session) readonly session: Session) {}
  [Symbol.dispose](): void {
    disposed.push(`the basket of ${this.session.tenant}`);
  }
}

@Injectable({ scope: Scope.TRANSIENT })
class Counter {
  count = 0;
}

@Injectable()
class Charge {
  constructor(@Inject(Session) private readonly session: Session, @Inject(Counter) private readonly counter: Counter) {}
  @Step() async execute(): Promise<unknown> {
    return { session: this.session, count: (this.counter.count += 1) };
  }
}

@Saga()
@Injectable()
class Lodge {
  constructor(@Inject(Session) private readonly session: Session, @Inject(Counter) private readonly counter: Counter) {}
  @Step() async hotel(): Promise<unknown> {
    return { session: this.session, count: (this.counter.count += 1) };
  }
}

@Saga()
@Injectable()
class Shop {
  static readonly made: Shop[] = [];
  constructor(
    @Inject(Desk) readonly desk: Desk,
    @Inject(Basket) readonly basket: Basket,
    @Inject(Counter) readonly counter: Counter,
  ) {
    Shop.made.push(this);
  }

  @Step() async order(): Promise<unknown> {
    return { session: this.basket.session, count: (this.counter.count += 1) };
  }
  @SubSaga(Lodge) lodging(): SubSaga<Lodge> {}
  @UseStep(Charge) charge(): UseStep<Charge> {}
}

@Saga()
@Injectable()
class Plain {
  static readonly made: Plain[] = [];
  constructor(@Inject(Desk) readonly desk: Desk) {
    Plain.made.push(this);
  }
  @Step() async step(): Promise<number> {
    return this.desk.number;
  }
}

@Saga()
@Injectable()
class OfTenant {
  constructor(@Inject(Tenant) private readonly tenant: Tenant) {}
  @Step() async step(): Promise<unknown> {
    return { name: this.tenant.name, ...this.tenant.execution };
  }
}

@Module({ providers: [Shop, Lodge, Charge, Plain, OfTenant, Desk, Session, Basket, Counter, Tenant] })
class ShopModule {}

const inMemory = { imports: [SagaModule.forRoot(), ShopModule] };

describe('an execution in a Nest application', () => {
  it('has an instance of its own, though a provider is a singleton (R22)', async () => {
    const app = await begun(inMemory);
    const singletons = Plain.made.splice(0);
    await Promise.all([app.get(SagaRunner).run(Plain), app.get(SagaRunner).run(Plain)]);
    expect(Plain.made.length).toBe(2);
    expect(new Set([...singletons, ...Plain.made]).size).toBe(singletons.length + 2);
    expect(new Set(Plain.made.map(({ desk }) => desk))).toEqual(new Set([app.get(Desk)]));
  });

  it('has what is request-scoped for itself, the same in all its parts, and a transient for each of them', async () => {
    const runner = (await begun(inMemory)).get(SagaRunner);
    const [one, other] = await Promise.all(['a', 'b'].map((tenant) => runner.run(Shop, undefined, { metadata: { tenant } })));
    const sessionsOf = (run: typeof one): unknown[] => {
      const { order, lodging, charge } = run!.effects;
      return [order, lodging.hotel, charge].map((effect) => (effect as { readonly session: Session }).session);
    };
    expect(new Set(sessionsOf(one)).size).toBe(1);
    expect(sessionsOf(one)[0]).toMatchObject({ tenant: 'a' });
    expect(sessionsOf(other)[0]).toMatchObject({ tenant: 'b' });
    expect([one, other].map((run) => [run!.effects.order, run!.effects.lodging.hotel, run!.effects.charge])).toMatchObject(
      [1, 2].map(() => [{ count: 1 }, { count: 1 }, { count: 1 }]),
    );
  });

  it('is the REQUEST of what is request-scoped: its id, its saga, its metadata', async () => {
    const runner = (await begun(inMemory)).get(SagaRunner);
    const { effects } = await runner.run(OfTenant, undefined, { executionId: 'trip-1', metadata: { tenant: 'acme', trace: '00-1' } });
    expect(effects.step).toEqual({ name: 'acme', id: 'trip-1', saga: 'OfTenant', metadata: { tenant: 'acme', trace: '00-1' } });
  });

  it('names the saga that nobody provides', async () => {
    const app = await begun({ imports: [SagaModule.forRoot()] });
    await expect(app.get(SagaRunner).run(Plain)).rejects.toMatchObject({ cause: { code: 'SAGA_NEST_NOT_PROVIDED' } });
    await expect(app.get(SagaRunner).run(Plain)).rejects.toThrow('No module of this application provides Plain.');
  });

  it('makes a part that nobody provides, where that needs nothing', async () => {
    class Note {
      @Step() async execute(): Promise<string> {
        return 'noted';
      }
    }
    @Saga()
    @Injectable()
    class Report {
      @UseStep(Note) note(): UseStep<Note> {}
    }
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Report] });
    expect((await app.get(SagaRunner).run(Report)).effects).toEqual({ note: 'noted' });
  });

  it('is told by its transients who asks for them', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Log {
      readonly of: string;
      constructor(@Inject(INQUIRER) asking: object) {
        this.of = asking.constructor.name;
      }
    }
    @Saga()
    @Injectable()
    class Logged {
      constructor(@Inject(Log) private readonly log: Log) {}
      @Step() async step(): Promise<string> {
        return this.log.of;
      }
    }
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Log, Logged] });
    expect((await app.get(SagaRunner).run(Logged)).effects.step).toBe('Logged');
  });

  it('is made by a factory that needs nothing that anybody provides', async () => {
    const inject = [{ token: 'nobody provides this', optional: true }];
    const useFactory = (...missing: unknown[]): Plain => new Plain(missing[0] as undefined ?? new Desk());
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [{ provide: Plain, useFactory, inject }] });
    expect((await app.get(SagaRunner).run(Plain)).effects.step).toBe(1);
  });

  it('has parts that its own module provides, where others provide them, too', async () => {
    @Injectable()
    class Stamp {
      constructor(@Inject('COUNTRY') private readonly country: string) {}
      @Step() async execute(): Promise<string> {
        return this.country;
      }
    }
    const shipping = (country: string): { readonly module: DynamicModule; readonly saga: SagaClass<{ stamp(): UseStep<Stamp> }> } => {
      @Saga({ name: `ShipFrom${country}` })
      @Injectable()
      class Ship {
        @UseStep(Stamp) stamp(): UseStep<Stamp> {}
      }
      @Module({})
      class ShippingModule {}
      return { module: { module: ShippingModule, providers: [Ship, Stamp, { provide: 'COUNTRY', useValue: country }] }, saga: Ship };
    };
    const [one, other] = [shipping('Poland'), shipping('Spain')];
    const runner = (await begun({ imports: [SagaModule.forRoot(), one.module, other.module] })).get(SagaRunner);
    expect((await runner.run(one.saga)).effects).toEqual({ stamp: 'Poland' });
    expect((await runner.run(other.saga)).effects).toEqual({ stamp: 'Spain' });
  });

  it('has the part that a test puts in the place of one', async () => {
    const app = await begun(inMemory, (builder) => builder.overrideProvider(Charge).useValue({ execute: async () => 'for nothing' }));
    expect((await app.get(SagaRunner).run(Shop)).effects.charge).toBe('for nothing');
  });

  it('fails before anything began where what it needs cannot be made (R22)', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Broken {
      constructor() {
        throw new Error('no session is left');
      }
    }
    @Saga()
    @Injectable()
    class NeedsIt {
      constructor(@Inject(Broken) readonly broken: Broken) {}
      @Step() async step(): Promise<void> {}
    }
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Broken, NeedsIt] });
    await expect(app.get(SagaRunner).settle(NeedsIt)).rejects.toThrow(/NeedsIt .*no session is left/);
  });
});

describe('what is made for an execution', () => {
  it('is disposed after its end, the last made first, and what is shared is not', async () => {
    const runner = (await begun(inMemory)).get(SagaRunner);
    disposed.splice(0);
    await runner.run(Shop, undefined, { metadata: { tenant: 'a' } });
    expect(disposed).toEqual(['the basket of a', 'the session of a']);
    disposed.splice(0);
    await runner.run(Plain);
    expect(disposed).toEqual([]);
  });
});

describe('the metadata of an execution', () => {
  it('is asked for where it is started, and given to whoever goes on with it', async () => {
    const log = memoryLog();
    const tenants = new AsyncLocalStorage<string>();
    const metadata = (): Record<string, unknown> => ({ tenant: tenants.getStore() });
    const api = await begun({ imports: [SagaModule.forRoot({ log, worker: false, metadata }), ShopModule] });
    const handle = await tenants.run('acme', () => api.get(SagaRunner).start(OfTenant));
    await begun({ imports: [SagaModule.forRoot({ log, worker: { pollMs: 5 } }), ShopModule] });
    expect((await handle.result()).effects.step).toMatchObject({ name: 'acme' });
  });
});
