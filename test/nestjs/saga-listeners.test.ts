import { Controller, Inject, Injectable, Logger } from '@nestjs/common';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Compensate, memoryLog, Saga, SagaRunner, Step } from 'class-saga';
import type { ExecutionRef, ObservedEvent, StepContext } from 'class-saga';
import { OnSagaEvent, SagaModule } from 'class-saga/nestjs';
import { begun } from './application.js';

@Saga()
@Injectable()
class Fragile {
  @Step() async order(): Promise<string> {
    return 'order 1';
  }
  @Compensate('order') async cancel(_: string | undefined): Promise<void> {
    throw new Error('the shop is closed');
  }
  @Step() async pay({ input }: StepContext<{ readonly refused: boolean }>): Promise<void> {
    if (input.refused) throw new Error('the card was refused');
  }
}

@Saga()
@Injectable()
class Sound {
  @Step() async step(): Promise<number> {
    return 1;
  }
}

@Injectable()
class Alerts {
  readonly heard: string[] = [];

  @OnSagaEvent('stuck')
  stuck(event: ObservedEvent, { saga }: ExecutionRef): void {
    this.heard.push(`${saga} is stuck: ${event.type}`);
  }

  @OnSagaEvent(['completed', 'step-failed'], { saga: Fragile })
  async fragile(event: ObservedEvent): Promise<void> {
    this.heard.push(`Fragile: ${event.type}`);
  }
}

const logged = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => {});
beforeEach(() => void logged.mockClear());

describe('@OnSagaEvent', () => {
  it('calls a method of a provider with the events that it names, of the saga that it names', async () => {
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Fragile, Sound, Alerts] });
    const runner = app.get(SagaRunner);
    await runner.settle(Sound);
    await runner.settle(Fragile, { refused: false });
    await runner.settle(Fragile, { refused: true });
    expect(app.get(Alerts).heard).toEqual([
      'Fragile: execution-ended', 'Fragile: step-failed', 'Fragile is stuck: execution-ended',
    ]);
  });

  it('hears on a log of what is halted there as stuck', async () => {
    const app = await begun({ imports: [SagaModule.forRoot({ log: memoryLog() })], providers: [Fragile, Alerts] });
    await app.get(SagaRunner).settle(Fragile, { refused: true });
    expect(app.get(Alerts).heard).toContain('Fragile is stuck: execution-halted');
  });

  it('is inherited, and stands on controllers and on what factories and values are, too', async () => {
    class MoreAlerts extends Alerts {
      override stuck(event: ObservedEvent, execution: ExecutionRef): void {
        super.stuck(event, execution);
        this.heard.push('and more');
      }
    }
    @Controller()
    class AlertsController extends Alerts {}
    const value = new MoreAlerts();
    const app = await begun({
      imports: [SagaModule.forRoot()],
      controllers: [AlertsController],
      providers: [
        Fragile, MoreAlerts,
        { provide: 'VALUE', useValue: value }, { provide: 'FACTORY', useFactory: () => new MoreAlerts() },
        { provide: 'ALIAS', useExisting: MoreAlerts },
      ],
    });
    await app.get(SagaRunner).settle(Fragile, { refused: true });
    for (const alerts of [app.get(MoreAlerts), value, app.get<Alerts>('FACTORY')]) {
      expect(alerts.heard).toEqual(['Fragile: step-failed', 'Fragile is stuck: execution-ended', 'and more']);
    }
    expect(app.get(AlertsController).heard.length).toBe(2);
  });

  it('calls a method once, however often it is named, and as its own class says', async () => {
    @Injectable()
    class Often {
      readonly heard: string[] = [];
      @OnSagaEvent('completed')
      @OnSagaEvent('execution-ended', { saga: Sound })
      ended(event: ObservedEvent): void {
        this.heard.push(event.type);
      }
      @OnSagaEvent('completed') done(): void {
        this.heard.push('of the base');
      }
    }
    class Once extends Often {
      @OnSagaEvent('step-begun') override done(): void {
        this.heard.push('of the class');
      }
    }
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Sound, Once] });
    await app.get(SagaRunner).settle(Sound);
    expect(app.get(Once).heard).toEqual(['of the class', 'execution-ended']);
  });

  it('hears, once it is made, of all that follows what ran before', async () => {
    const warm = { provide: 'WARM', useFactory: (runner: SagaRunner) => runner.settle(Fragile, { refused: false }), inject: [SagaRunner] };
    @Injectable()
    class AfterWarm extends Alerts {
      constructor(@Inject('WARM') _: unknown) {
        super();
      }
    }
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Fragile, warm, AfterWarm] });
    await app.get(SagaRunner).settle(Fragile, { refused: false });
    expect(app.get(AfterWarm).heard).toEqual(['Fragile: execution-ended']);
  });

  it('refuses static methods, and a saga that is none', () => {
    expect(() => {
      class Alarm {
        @OnSagaEvent('stuck') static alert(): void {}
      }
      return Alarm;
    }).toThrow('Alarm.alert cannot hear of sagas: it is static, and a provider is called.');
    expect(() => {
      class Alarm {
        @OnSagaEvent('stuck', { saga: undefined as never }) alert(): void {}
      }
      return Alarm;
    }).toThrow('Alarm.alert cannot hear of sagas: its `saga` is no class. Write the class');
  });

  it.each([['throws', false], ['rejects', true]])('changes nothing where the method %s, and logs that', async (_, isAsync) => {
    @Injectable()
    class Broken {
      @OnSagaEvent('step-succeeded')
      listen(): unknown {
        const error = new Error('no line to the pager');
        if (isAsync) return Promise.reject(error);
        throw error;
      }
    }
    const app = await begun({ imports: [SagaModule.forRoot()], providers: [Sound, Broken] });
    expect((await app.get(SagaRunner).settle(Sound)).status).toBe('completed');
    expect(String(logged.mock.calls[0]?.[0])).toMatch(/^Broken\.listen failed at 'step-succeeded' of Sound /);
  });

  it('hears of sagas that run while the application begins', async () => {
    @Injectable()
    class Eager {
      static runner: SagaRunner;
      async onModuleInit(): Promise<void> {
        await Eager.runner.settle(Fragile, { refused: true });
      }
    }
    const { Test } = await import('@nestjs/testing');
    const app = await Test.createTestingModule({ imports: [SagaModule.forRoot()], providers: [Fragile, Alerts, Eager] }).compile();
    Eager.runner = app.get(SagaRunner);
    await app.init();
    expect(app.get(Alerts).heard).toContain('Fragile is stuck: execution-ended');
    await app.close();
  });
});

describe("Nest's logger", () => {
  it('is told what a person should know of', async () => {
    const app = await begun({ imports: [SagaModule.forRoot({ finally: () => { throw new Error('no metrics'); } })], providers: [Fragile] });
    await app.get(SagaRunner).settle(Fragile, { refused: true });
    const lines = logged.mock.calls.map(([line]) => String(line).replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID'));
    expect(lines).toEqual([
      "Fragile ID could not undo 'order': the shop is closed",
      'Fragile ID is stuck: not everything could be undone',
      expect.stringMatching(/^Fragile ID: .* failed at the end: no metrics$/),
    ]);
  });
});
