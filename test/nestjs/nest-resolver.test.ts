import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { REQUEST } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { memoryLog, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { ExecutionRef } from 'class-saga';
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
    expect(JSON.stringify(one!.effects)).not.toContain('"count":2');
  });

  it('is the REQUEST of what is request-scoped: its id, its saga, its metadata', async () => {
    const runner = (await begun(inMemory)).get(SagaRunner);
    const { effects } = await runner.run(OfTenant, undefined, { executionId: 'trip-1', metadata: { tenant: 'acme', trace: '00-1' } });
    expect(effects.step).toMatchObject({ name: 'acme' });
  });

  it('asks a module that was imported later, too, and names the saga that nobody provides', async () => {
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
