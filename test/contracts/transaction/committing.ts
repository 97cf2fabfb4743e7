import { describe, expect, it } from 'vitest';
import { Finally, Saga, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { Settled, StepContext } from 'class-saga';
import type { Ground } from './ground.js';
import { meetingOf } from './ground.js';

export function committing({ transaction, savepoint, insert, runTyped, notes, openTransactions }: Ground): void {
  describe('a saga whose steps all succeed', () => {
    it('commits what its steps wrote, and nobody else sees it before (R21)', async () => {
      const seen: string[][] = [];
      @Saga()
      class SignUp {
        @Step()
        async user(context: StepContext): Promise<void> {
          await insert(context.transaction, 'user');
        }
        @Step()
        async account(context: StepContext): Promise<void> {
          await insert(context.transaction, 'account');
        }
        @Step()
        async look(): Promise<void> {
          seen.push(await notes());
        }
      }
      const { status } = await new SagaRunner().run(SignUp, undefined, { transaction });
      expect(status).toBe('completed');
      expect(seen).toEqual([[]]);
      expect(await notes()).toEqual(['user', 'account']);
    });

    it('answers with the effects and the events of its steps (R20, R21)', async () => {
      const published: unknown[] = [];
      @Saga()
      class SignUp {
        @Step()
        async user({ transaction: handle, emit }: StepContext<string, unknown, string>): Promise<{ name: string }> {
          await insert(handle, 'user');
          emit('registered');
          return { name: 'user' };
        }
      }
      const publish = async (events: readonly unknown[]): Promise<void> => void published.push([...events], await notes());
      const { effects, events } = await new SagaRunner({ publish }).run(SignUp, 'input', { transaction, savepoint });
      expect(effects).toStrictEqual({ user: { name: 'user' } });
      expect(events).toEqual(['registered']);
      expect(published).toEqual([['registered'], ['user']]);
    });

    it('is told by finally when the commit is done (R17, R21)', async () => {
      const seen: unknown[] = [];
      @Saga()
      class SignUp {
        @Step()
        async user(context: StepContext): Promise<void> {
          await insert(context.transaction, 'user');
        }
        @Finally()
        async done({ status }: Settled<SignUp>): Promise<void> {
          seen.push(['@Finally', status, await notes(), await openTransactions()]);
        }
      }
      const told = async ({ status }: Settled<object>): Promise<void> => void seen.push(['finally', status, await notes()]);
      await new SagaRunner({ finally: told }).run(SignUp, undefined, { transaction });
      expect(seen).toEqual([['@Finally', 'completed', ['user'], 0], ['finally', 'completed', ['user']]]);
    });

    it('runs as its class says, with the type of the handle in the contexts (R21)', async () => {
      await expect(runTyped('typed')).resolves.toMatchObject({ status: 'completed' });
      expect(await notes()).toEqual(['typed']);
    });

    it('gives the same handle to the steps of a sub-saga and to step classes (R21, R24)', async () => {
      const handles = new Set<unknown>();
      @Saga()
      class Register {
        @Step()
        async user(context: StepContext<string>): Promise<void> {
          handles.add(context.transaction);
          await insert(context.transaction, context.input);
        }
      }
      class OpenAccount {
        @Step()
        async execute(context: StepContext<string>): Promise<void> {
          handles.add(context.transaction);
          await insert(context.transaction, context.input);
        }
      }
      @Saga()
      class SignUp {
        @SubSaga(Register)
        registration(_: StepContext): SubSaga<Register> {
          return 'user';
        }
        @UseStep(OpenAccount)
        account(_: StepContext): UseStep<OpenAccount> {
          return 'account';
        }
      }
      await new SagaRunner().run(SignUp, undefined, { transaction, savepoint });
      expect(handles.size).toBe(1);
      expect(await notes()).toEqual(['user', 'account']);
    });

    it('commits once where it has no step that writes (R21)', async () => {
      let begun = 0;
      @Saga()
      class Idle {
        @Step()
        async nothing(): Promise<void> {}
      }
      const counted = async (work: (handle: unknown) => Promise<void>): Promise<void> => {
        begun += 1;
        await transaction(work);
      };
      const { status } = await new SagaRunner().run(Idle, undefined, { transaction: counted, savepoint });
      expect([status, begun]).toEqual(['completed', 1]);
    });
  });

  describe('two executions at once', () => {
    it('run on two connections, and do not see what the other wrote (R21, R23)', async () => {
      const bothWrote = meetingOf(2);
      const bothLooked = meetingOf(2);
      const seen: string[][] = [];
      @Saga()
      class Write {
        @Step()
        async note({ input, transaction: handle }: StepContext<string>): Promise<void> {
          await insert(handle, input);
          await bothWrote();
        }
        @Step()
        async look(): Promise<void> {
          seen.push(await notes());
          expect(await openTransactions()).toBe(2);
          await bothLooked();
        }
      }
      const runner = new SagaRunner();
      await Promise.all([runner.run(Write, 'one', { transaction }), runner.run(Write, 'two', { transaction })]);
      expect(seen).toEqual([[], []]);
      expect((await notes()).sort()).toEqual(['one', 'two']);
    });

    it('end apart: one is rolled back, the other is committed (R21, R23)', async () => {
      const bothWrote = meetingOf(2);
      @Saga()
      class Write {
        @Step()
        async note({ input, transaction: handle }: StepContext<string>): Promise<void> {
          await insert(handle, input);
          await bothWrote();
        }
        @Step()
        async judge({ input }: StepContext<string>): Promise<void> {
          if (input === 'bad') throw new Error(input);
        }
      }
      const runner = new SagaRunner();
      const run = (note: string): Promise<unknown> => runner.run(Write, note, { transaction });
      const [bad, good] = await Promise.allSettled([run('bad'), run('good')]);
      expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
      expect(await notes()).toEqual(['good']);
    });
  });
}
