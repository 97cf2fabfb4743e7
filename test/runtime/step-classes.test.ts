import 'reflect-metadata';
import { container, injectable } from 'tsyringe';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  Async, Compensate, compensationContext, Fallback, retry, Retry, Saga, SagaRunner, skip, Step, stepContext, UseStep,
} from 'class-saga';
import type { CompensationContext, Effects, RetryVerdict, StepContext } from 'class-saga';
import { fromContainer } from 'class-saga/tsyringe';
import { ManualClock } from '../support/manual-clock.js';

// A step as an injectable class of its own, with its compensation and its fallback, used by reference (R24).

let log: string[] = [];
let failures = 0;
beforeEach(() => {
  log = [];
  failures = 0;
});

@injectable()
class Mailer {
  send(to: string, what: string): string {
    if (failures > 0) {
      failures -= 1;
      throw new Error('the mail server is down');
    }
    log.push(`${what} to ${to}`);
    return `${what} for ${to}`;
  }
}

interface Receipt { readonly to: string }

@injectable()
class SendReceipt {
  constructor(private readonly mailer: Mailer) {}
  @Step() @Retry({ attempts: 2 })
  execute({ input, idempotencyKey }: StepContext<Receipt>): string { return this.mailer.send(input.to, `receipt ${idempotencyKey}`); }
  @Compensate('execute', { requiresEffect: true })
  compensate(receipt: string, { input, step, idempotencyKey }: CompensationContext<Receipt>): void {
    log.push(`excuse to ${input.to} for ${receipt} (${step.name} ${step.outcome}, ${idempotencyKey})`);
  }
}

interface Request { readonly email: string }
type SignUpStep<K extends keyof SignUp = never> = StepContext<Request, Effects<SignUp, K>>;

@Saga({ steps: ['user', ['receipt'], 'last'] })
@injectable()
class SignUp {
  @Step() user({ input }: SignUpStep): string { return input.email; }
  @UseStep(SendReceipt, { needs: ['user'] }) @Async()
  receipt({ needs }: SignUpStep<'user'>): UseStep<SendReceipt> { return { to: needs.user }; }
  @Step({ needs: ['receipt'] }) last({ input, needs }: SignUpStep<'receipt'>): string {
    if (input.email === 'bad') throw new Error('last');
    return needs.receipt;
  }
}

const runner = () => new SagaRunner({ resolver: fromContainer(container), newId: () => 'x' });

describe('a step class', () => {
  it('runs as the step that uses it, with the input that the saga computed from its needs (R24)', async () => {
    expect((await runner().run(SignUp, { email: 'jo' })).effects).toEqual({
      user: 'jo', receipt: 'receipt x:receipt:1 for jo', last: 'receipt x:receipt:1 for jo',
    });
  });

  it('is undone by its own compensation, with the same input (R9, R24)', async () => {
    expect((await runner().settle(SignUp, { email: 'bad' })).status).toBe('compensated');
    expect(log).toEqual([
      'receipt x:receipt:1 to bad',
      'excuse to bad for receipt x:receipt:1 for bad (receipt succeeded, x:receipt:1:undo-1)',
    ]);
  });

  it('brings its own @Retry, unless the step that uses it says another (R6)', async () => {
    failures = 1;
    expect((await runner().settle(SignUp, { email: 'jo' })).status).toBe('completed');
    failures = 2;
    expect(await runner().settle(SignUp, { email: 'jo' })).toMatchObject({ status: 'compensated', failedStep: 'receipt' });

    @Saga() @injectable()
    class Patient { @UseStep(SendReceipt) @Retry({ attempts: 3 }) receipt(): UseStep<SendReceipt> { return { to: 'jo' }; } }
    failures = 2;
    expect((await runner().settle(Patient)).status).toBe('completed');
  });

  it('is one class for many steps of many sagas, each with keys of its own (R25)', async () => {
    @Saga() @injectable()
    class Twice {
      @UseStep(SendReceipt) first(): UseStep<SendReceipt> { return { to: 'a' }; }
      @UseStep(SendReceipt) second(): UseStep<SendReceipt> { return { to: 'b' }; }
    }
    expect((await runner().run(Twice)).effects).toEqual({
      first: 'receipt x:first:1 for a', second: 'receipt x:second:1 for b',
    });
  });

  it('can be tested alone, as any class', async () => {
    const receipt = new SendReceipt(new Mailer());
    const context = { input: { to: 'jo' }, idempotencyKey: 'k' };
    expect(receipt.execute(stepContext(context))).toBe('receipt k for jo');
    receipt.compensate('r', compensationContext(context));
    expect(log).toEqual(['receipt k to jo', 'excuse to jo for r (step succeeded, k)']);
  });

  it('is not begun where the saga skips it (R4)', async () => {
    @Saga() @injectable()
    class Maybe { @UseStep(SendReceipt) receipt(): UseStep<SendReceipt> | undefined { return skip(); } }
    expect(await runner().run(Maybe)).toMatchObject({ effects: {} });
    expect(log).toEqual([]);
  });

  it('fails as the step where its input cannot be computed', async () => {
    @Saga() @injectable()
    class Broken { @UseStep(SendReceipt) receipt(): UseStep<SendReceipt> { throw new Error('no input'); } }
    expect(await runner().settle(Broken)).toMatchObject({ failedStep: 'receipt', error: new Error('no input') });
  });

  it('is not undone with another input: one that is skipped when it is asked for again is refused in words', async () => {
    let calls = 0;
    class Book {
      @Step() execute(_: StepContext<string>): string { return 'H-1'; }
      @Compensate('execute') undo(): void { log.push('undo'); }
    }
    @Saga()
    class Impure {
      @UseStep(Book) hotel(): UseStep<Book> | undefined { return (calls += 1) === 1 ? 'Jo' : skip(); }
      @Step() last(): void { throw new Error('last'); }
    }
    expect(await new SagaRunner().settle(Impure)).toMatchObject({
      status: 'stuck',
      error: new Error('last'),
      compensationError: { code: 'SAGA_RUNTIME_OTHER_INPUT' },
      remaining: [{ step: 'hotel', effect: 'H-1' }],
    });
    expect(log).toEqual([]);
  });

  it('may have a fallback, and answer with a verdict (R11, R12a)', async () => {
    class Rates {
      @Step() execute({ input }: StepContext<string>): string { log.push('ask'); throw new Error(`no ${input}`); }
      @Compensate('execute') undo(): RetryVerdict { return retry({ passes: 2 }); }
      @Fallback('execute') lastKnown({ input }: CompensationContext<string>): string { return `last known ${input}`; }
    }
    @Saga()
    class Asks {
      @Step() currency(): string { return 'EUR'; }
      @UseStep(Rates, { needs: ['currency'] })
      rates({ needs }: StepContext<unknown, Effects<Asks, 'currency'>>): UseStep<Rates> { return needs.currency; }
    }
    expect((await new SagaRunner().run(Asks)).effects).toEqual({ currency: 'EUR', rates: 'last known EUR' });
    expect(log).toEqual(['ask', 'ask']);
  });

  it('in doubt is undone late with the input of its round, by a fresh instance (R5a, R24)', async () => {
    const clock = new ManualClock();
    let land: (booking: string) => void = () => {};
    class Book {
      readonly made = log.push('made');
      @Step({ timeoutMs: 5 }) execute(_: StepContext<string>): Promise<string> { return new Promise((resolve) => (land = resolve)); }
      @Compensate('execute', { requiresEffect: true }) cancel(booking: string, { input }: CompensationContext<string>): void {
        log.push(`undo ${booking} of ${input}`);
      }
    }
    @Saga()
    class Asks {
      @Step() guest(): string { return 'Jo'; }
      @UseStep(Book, { needs: ['guest'] })
      hotel({ needs }: StepContext<unknown, Effects<Asks, 'guest'>>): UseStep<Book> { return needs.guest; }
    }
    await clock.until(new SagaRunner({ clock }).settle(Asks));
    log = [];
    land('B-1');
    await clock.advance(0);
    expect(log).toEqual(['made', 'undo B-1 of Jo']);
  });
});
