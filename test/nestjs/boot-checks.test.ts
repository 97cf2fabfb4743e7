import { Controller, Inject, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { Compensate, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import { getSagaToken, InjectSaga, OnSagaEvent, SagaModule } from 'class-saga/nestjs';
import type { SagaHandle } from 'class-saga/nestjs';
import { begun } from './application.js';

@Injectable()
class Payments {
  readonly name = 'payments';
}

@Saga()
@Injectable()
class Pay {
  constructor(@Inject(Payments) readonly payments: Payments) {}
  @Step() async pay(): Promise<string> {
    return `by ${this.payments.name}`;
  }
}

/** A step of several sagas. */
@Injectable()
class Charge {
  constructor(@Inject(Payments) readonly payments: Payments) {}
  @Step() async execute(): Promise<string> {
    return this.payments.name;
  }
}

interface Booted {
  get(runner: typeof SagaRunner): SagaRunner;
}
function boot({ imports = [SagaModule.forRoot()], ...metadata }: ModuleMetadata): Promise<Booted> {
  return begun({ imports, ...metadata });
}
const paid = async (app: Booted): Promise<unknown> => (await app.get(SagaRunner).run(Pay)).effects.pay;

describe('a provided saga is found', () => {
  it('as a class', async () => {
    expect(await paid(await boot({ providers: [Pay, Payments] }))).toBe('by payments');
  });

  it('under its own token with another class', async () => {
    class PayTwice extends Pay {
      override async pay(): Promise<string> {
        return `twice ${await super.pay()}`;
      }
    }
    expect(await paid(await boot({ providers: [{ provide: Pay, useClass: PayTwice }, Payments] }))).toBe('twice by payments');
  });

  it.each([['once', Scope.DEFAULT], ['transient', Scope.TRANSIENT], ['of a request', Scope.REQUEST]])(
    'as what a factory makes, %s, anew for each execution (R22)',
    async (_, scope) => {
      const made: Pay[] = [];
      const useFactory = (payments: Payments, missing: unknown): Pay => {
        expect(missing).toBeUndefined();
        const pay = new Pay(payments);
        made.push(pay);
        return pay;
      };
      const inject = [Payments, { token: 'nobody provides this', optional: true }];
      const app = await boot({ providers: [Payments, { provide: Pay, useFactory, inject, scope }] });
      const before = made.length;
      expect([await paid(app), await paid(app)]).toEqual(['by payments', 'by payments']);
      expect(new Set(made.slice(before)).size).toBe(2);
    },
  );

  it('where its decorators are those of a base class', async () => {
    class PayLater extends Pay {}
    const app = await boot({ providers: [PayLater, Payments] });
    expect((await app.get(SagaRunner).run(PayLater)).effects).toEqual({ pay: 'by payments' });
  });
});

describe('the boot fails', () => {
  const mistake = (metadata: ModuleMetadata): Promise<string> =>
    boot(metadata).then(() => 'it has begun', (error: Error & { code?: string }) => `${error.code ?? ''}: ${error.message}`);

  it.each(['onModuleInit', 'onApplicationBootstrap', 'onModuleDestroy', 'beforeApplicationShutdown', 'onApplicationShutdown'])(
    'for the lifecycle hook %s on a saga',
    async (hook) => {
      class Hooked extends Pay {}
      Object.defineProperty(Hooked.prototype, hook, { value: () => {} });
      expect(await mistake({ providers: [Hooked, Payments] })).toContain(`SAGA_NEST_BOOT_FAILED: Hooked.${hook} would be called`);
    },
  );

  it('for a saga that is a value, which executions would share', async () => {
    const told = await mistake({ providers: [{ provide: Pay, useValue: new Pay(new Payments()) }] });
    expect(told).toContain('Pay is provided as a value, which all executions would share: use its class, or useFactory.');
  });

  it('for a saga in two modules', async () => {
    @Module({ providers: [Pay, Payments] })
    class One {}
    @Module({ providers: [Pay, Payments] })
    class Other {}
    const told = await mistake({ imports: [SagaModule.forRoot(), One, Other] });
    expect(told).toContain('Pay is provided in One and in Other, and nobody knows which of these to ask');
  });

  it('for decorated methods without @Saga', async () => {
    @Injectable()
    class Unmarked {
      @Step() async pay(): Promise<void> {}
      @Compensate('pay') async refund(_: void): Promise<void> {}
    }
    expect(await mistake({ providers: [Unmarked] })).toContain(
      'Unmarked is not a saga: it has decorated methods of its own (pay and refund), but no @Saga(). Decorate Unmarked with @Saga()',
    );
  });

  it('for what a saga needs and no module provides', async () => {
    expect(await mistake({ providers: [Pay] })).toMatch(/Nest can't resolve dependencies of the Pay \(\?\)/);
  });

  it('for parts that nobody provides', async () => {
    @Saga()
    @Injectable()
    class Shop {
      @SubSaga(Pay) pay(): SubSaga<Pay> {}
      @UseStep(Charge) charge(): UseStep<Charge> {}
    }
    const told = await mistake({ providers: [Shop, Payments] });
    expect(told).toContain("Shop uses Pay for 'pay', and no module provides it: list it in the providers, beside Shop.");
    expect(told).toContain("Shop uses Charge for 'charge', and no module provides it");
    const app = await boot({ providers: [Shop, Pay, Charge, Payments] });
    expect((await app.get(SagaRunner).settle(Shop)).status).toBe('completed');
  });

  it('for a saga that is asked for and not provided, or not a saga, naming who asks and where', async () => {
    class NoSaga {}
    @Injectable()
    class Till {
      @InjectSaga(NoSaga) readonly other!: SagaHandle<NoSaga>;
      constructor(@Inject(Payments) readonly payments: Payments, @InjectSaga(Pay) readonly pay: SagaHandle<Pay>) {}
    }
    const told = await mistake({ providers: [Till, Payments] });
    expect(told).toContain('Till asks for Pay (parameter 2 of the constructor), and no module provides it: list Pay in the providers');
    expect(told).toContain('Till asks for NoSaga (other), which is no saga: decorate it with @Saga().');
  });

  it('for a controller that asks for a saga which nobody provides', async () => {
    @Controller()
    class TillController {
      constructor(@InjectSaga(Pay) readonly pay: SagaHandle<Pay>) {}
    }
    expect(await mistake({ controllers: [TillController] })).toContain('TillController asks for Pay');
  });

  it('for a saga that no runner runs', async () => {
    @Injectable()
    class Till {
      constructor(@InjectSaga(Pay) readonly pay: SagaHandle<Pay>) {}
    }
    @Saga()
    class Other {
      @Step() async step({ input }: StepContext<number>): Promise<number> {
        return input;
      }
    }
    const imports = [SagaModule.forRoot({ name: 'other', sagas: [Other] })];
    expect(await mistake({ imports, providers: [Till, Pay, Payments, Other] })).toContain('and no runner runs it');
  });

  it.each([
    ['two of one name', [SagaModule.forRoot(), SagaModule.forRoot()], 'There are two runners without a name'],
    ['a name without sagas', [SagaModule.forRoot({ name: 'other' })], "The runner 'other' does not say which sagas it runs"],
    ['a saga that nobody provides', [SagaModule.forRoot({ sagas: [class Lost {}] })], 'is to run Lost, and no module provides it'],
    [
      'a saga in two runners',
      [SagaModule.forRoot({ name: 'a', sagas: [Pay] }), SagaModule.forRoot({ name: 'b', sagas: [Pay] })],
      "Pay is listed by the runner 'a' and by another",
    ],
  ])('for runners with %s', async (_, imports, told) => {
    expect(await mistake({ imports, providers: [Pay, Payments] })).toContain(told);
  });

  it('for a listener of which there is one for each request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Alerts {
      @OnSagaEvent('stuck') alert(): void {}
    }
    expect(await mistake({ providers: [Alerts] })).toContain('Alerts.alert cannot hear events');
  });

  it('with all mistakes at once', async () => {
    class Hooked extends Pay {
      onModuleInit(): void {}
    }
    const told = await mistake({ providers: [Hooked, Payments, { provide: Pay, useValue: new Pay(new Payments()) }] });
    expect(told).toContain('have 2 mistakes: Hooked.onModuleInit');
    expect(told).toContain('Pay is provided as a value');
  });
});

describe('@InjectSaga', () => {
  it('of nothing says that two files may import each other', () => {
    expect(() => {
      class Till {
        @InjectSaga(undefined as never) readonly pay!: SagaHandle<Pay>;
      }
      return Till;
    }).toThrow(/Till asks for a saga \(pay\), and gives undefined in place of its class.*two files import each other/);
  });
});

describe('the boot fails, too,', () => {
  const mistake = (metadata: ModuleMetadata): Promise<string> => boot(metadata).then(() => 'it has begun', (error: Error) => error.message);

  @Saga()
  @Injectable()
  class Shop {
    @UseStep(Charge) charge(): UseStep<Charge> {}
  }

  it('for a part that two modules provide, and not the one of its saga', async () => {
    @Module({ providers: [Charge, Payments] })
    class One {}
    @Module({ providers: [Charge, Payments] })
    class Other {}
    expect(await mistake({ imports: [SagaModule.forRoot(), One, Other], providers: [Shop] })).toContain(
      "Shop uses Charge for 'charge', and 2 modules provide it, but not that of Shop: list it there, too.",
    );
  });

  it('for a lifecycle hook on a part, and a listener on a saga', async () => {
    class Hooked extends Charge {
      onModuleInit(): void {}
    }
    @Saga()
    @Injectable()
    class OtherShop {
      @UseStep(Hooked) charge(): UseStep<Hooked> {}
      @OnSagaEvent('completed') done(): void {}
    }
    const told = await mistake({ providers: [OtherShop, Hooked, Payments] });
    expect(told).toContain('Hooked.onModuleInit would be called on an instance that no execution has');
    expect(told).toContain('OtherShop.done would be called on an instance that no execution has');
  });

  it('for a saga under a name, which nobody runs it by', async () => {
    expect(await mistake({ providers: [Payments, { provide: 'PAY', useFactory: () => new Pay(new Payments()) }] })).toContain(
      'PAY is a Pay, which is a saga: provide it as { provide: Pay, … }, which it is run by.',
    );
  });

  it('for a guard, and a factory, that ask for a saga which nobody provides', async () => {
    @Injectable()
    class Guard {
      constructor(@InjectSaga(Pay) readonly pay: SagaHandle<Pay>) {}
      canActivate(): boolean {
        return true;
      }
    }
    @Controller()
    @UseGuards(Guard)
    class Guarded {}
    const factory = { provide: 'TILL', useFactory: (pay: SagaHandle<Pay>) => pay, inject: [getSagaToken(Pay)] };
    const told = await mistake({ controllers: [Guarded], providers: [factory] });
    expect(told).toContain('Guard asks for Pay (parameter 1 of the constructor), and no module provides it');
    expect(told).toContain('TILL asks for Pay (inject), and no module provides it');
  });

  it('for a listener to what is no saga', async () => {
    @Injectable()
    class Alerts {
      @OnSagaEvent('stuck', { saga: Payments }) alert(): void {}
    }
    expect(await mistake({ providers: [Alerts] })).toContain('Alerts.alert is to hear of Payments, which is no saga.');
  });

  it('for a SagaModule that is imported as it is, and for options that nobody returned', async () => {
    expect(await mistake({ imports: [SagaModule], providers: [] })).toContain('import SagaModule.forRoot()');
    const nothing = SagaModule.forRootAsync({ useFactory: () => undefined as never });
    expect(await mistake({ imports: [nothing] })).toContain('does the factory of forRootAsync return them?');
  });

  it('but not for a saga whose handle a test has overridden', async () => {
    @Injectable()
    class Till {
      constructor(@InjectSaga(Pay) readonly pay: SagaHandle<Pay>) {}
    }
    const handle = { run: async () => ({ effects: { pay: 'in a test' } }) };
    const app = await begun({ imports: [SagaModule.forTest()], providers: [Till] }, (builder) =>
      builder.overrideProvider(getSagaToken(Pay)).useValue(handle));
    expect((await app.get(Till).pay.run()).effects.pay).toBe('in a test');
  });
});

describe('a saga that is provided as its abstract base', () => {
  it('is run by its own class', async () => {
    abstract class Paying {
      abstract pay(): Promise<string>;
    }
    const app = await boot({ providers: [Payments, { provide: Paying, useClass: Pay }] });
    expect(await paid(app)).toBe('by payments');
  });
});

describe('a handle', () => {
  it('is there for every saga that is provided, whoever asks for it', async () => {
    @Saga()
    @Injectable()
    class NobodyAsks {
      @Step() async step(): Promise<number> {
        return 1;
      }
    }
    const app = await begun({ imports: [SagaModule.forTest()], providers: [NobodyAsks] });
    expect((await app.get<SagaHandle<NobodyAsks>>(getSagaToken(NobodyAsks)).run()).effects.step).toBe(1);
  });

  it('is there in a module that is loaded later and imports it, and so are its listeners', async () => {
    const heard: string[] = [];
    @Saga()
    @Injectable()
    class Late {
      @Step() async step(): Promise<number> {
        return 2;
      }
    }
    @Injectable()
    class AsksLate {
      constructor(@InjectSaga(Late) readonly late: SagaHandle<Late>) {}
      @OnSagaEvent('completed') done(): void {
        heard.push('completed');
      }
    }
    @Module({ imports: [SagaModule.forFeature([Late])], providers: [Late, AsksLate] })
    class LateModule {}
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Pay, Payments] });
    await app.get(SagaRunner).run(Pay);
    const loaded = await app.get(LazyModuleLoader).load(() => LateModule);
    expect((await loaded.get(AsksLate).late.run()).effects.step).toBe(2);
    expect(heard).toEqual(['completed']);
  });

  it('says that its runner is not made yet, or that there is another in its place', async () => {
    const useFactory = (pay: SagaHandle<Pay>): Promise<unknown> => pay.run().catch((error: unknown) => error);
    const early = { provide: 'EARLY', useFactory, inject: [getSagaToken(Pay)] };
    const slowly = SagaModule.forRootAsync({ useFactory: async () => new Promise((resolve) => setTimeout(() => resolve({}), 20)) });
    const app = await begun({ imports: [slowly], providers: [Pay, Payments, early] });
    expect(app.get('EARLY')).toMatchObject({ code: 'SAGA_NEST_NO_RUNNER' });

    const runner = { run: async () => ({ effects: { pay: 'by another runner' } }) };
    const tested = await begun({ imports: [SagaModule.forTest()], providers: [Pay, Payments] }, (builder) =>
      builder.overrideProvider(SagaRunner).useValue(runner));
    expect((await tested.get<SagaHandle<Pay>>(getSagaToken(Pay)).run()).effects.pay).toBe('by another runner');
  });
});
