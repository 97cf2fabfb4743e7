import { Controller, Inject, Injectable, Module, Scope } from '@nestjs/common';
import type { ModuleMetadata } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Compensate, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { StepContext } from 'class-saga';
import { InjectSaga, OnSagaEvent, SagaModule } from 'class-saga/nestjs';
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
    expect(await mistake({ imports: [SagaModule.forRoot(), One, Other] })).toContain('Pay is provided by One and by Other');
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
    @Injectable()
    class Charge {
      constructor(@Inject(Payments) readonly payments: Payments) {}
      @Step() async execute(): Promise<string> {
        return this.payments.name;
      }
    }
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
