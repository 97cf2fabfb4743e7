import { describe, expect, it } from 'vitest';
import { isSagaError, memoryLog, Saga, SagaCheckError, SagaRunner, Step, SubSaga, UseStep } from 'class-saga';
import type { Resolver, SagaClass } from 'class-saga';

@Saga()
class Sound {
  @Step() async one(): Promise<void> { expect.unreachable(); }
}
class NotedStep {
  @Step() async execute(): Promise<void> { expect.unreachable(); }
}
@Saga()
class Parent {
  @SubSaga(Sound) child(): SubSaga<Sound> { expect.unreachable(); }
  @UseStep(NotedStep) note(): UseStep<NotedStep> { expect.unreachable(); }
}
@Saga()
class Needy {
  constructor(readonly desk: object) {}
  @Step() async one(): Promise<void> { expect.unreachable(); }
}
@Saga({ name: 'order' })
class NeedyWithin {
  @SubSaga(Needy) needy(): SubSaga<Needy> { expect.unreachable(); }
}

/** Constructs whatever it is asked for, and notes it. */
function noting(): Resolver & { readonly asked: string[] } {
  const asked: string[] = [];
  const resolve = (part: SagaClass): object => {
    asked.push(part.name);
    return new part();
  };
  return { asked, open: (saga) => ({ saga: resolve(saga), resolve, dispose: () => void asked.push(`dispose ${saga.name}`) }) };
}

const refusalOf = async (check: Promise<void>): Promise<SagaCheckError> => {
  const error: unknown = await check.then(() => expect.unreachable(), (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SagaCheckError);
  expect(isSagaError(error)).toBe(true);
  return error as SagaCheckError;
};

describe('runner.check', () => {
  it('resolves each saga once, with its parts, and disposes of it, and nobody is told', async () => {
    const resolver = noting();
    const runner = new SagaRunner({ resolver, observers: [() => expect.unreachable()], finally: () => expect.unreachable() });
    await runner.check(Parent, Sound, Parent);
    expect(resolver.asked).toEqual(['Parent', 'Sound', 'NotedStep', 'dispose Parent', 'Sound', 'dispose Sound']);
  });

  it('tells of one that cannot be resolved, and what is wrong', async () => {
    const cause = new Error('no database');
    const runner = new SagaRunner({ resolver: { open: () => Promise.reject(cause) } });
    const error = await refusalOf(runner.check(Sound));
    expect(error).toMatchObject({ code: 'SAGA_RUNTIME_CHECK_FAILED', problem: 'Sound did not pass its check.' });
    expect(error.remedy).toBe('See `cause`: what the resolver threw, namely: no database.');
    expect(error.failures).toMatchObject([{ saga: 'Sound', error: { code: 'SAGA_RUNTIME_RESOLVER_FAILED', cause } }]);
  });

  it('tells of all in one error, by the names of the sagas, whatever part of them it is', async () => {
    const error = await refusalOf(new SagaRunner().check(Needy, Sound, NeedyWithin));
    expect(error.failures.map(({ saga }) => saga)).toEqual(['Needy', 'order']);
    expect(error.problem).toBe('2 sagas did not pass their check: Needy, order.');
    expect(error.remedy).toMatch(/^Register what they lack:\n {2}1\. Needy: .* of Needy .*\n {2}2\. order: .* of Needy /);
  });

  it('tells where what was made cannot be disposed', async () => {
    const jammed: Resolver = { open: () => ({ saga: new Sound(), dispose: () => Promise.reject(new Error('jammed')) }) };
    const error = await refusalOf(new SagaRunner({ resolver: jammed }).check(Sound));
    expect(error.failures).toEqual([{ saga: 'Sound', error: new Error('jammed') }]);
    expect(error.message).toBe('Sound did not pass its check. jammed');
  });

  it('looks at the sagas of the runner where it has a log and none are given', async () => {
    const resolver = noting();
    const runner = new SagaRunner({ resolver, log: memoryLog(), sagas: [Sound, Parent] });
    await runner.check();
    expect(resolver.asked.filter((asked) => asked.startsWith('dispose'))).toEqual(['dispose Sound', 'dispose Parent']);
    await runner.check(Parent);
    expect(resolver.asked.filter((asked) => asked.startsWith('dispose'))).toEqual(['dispose Sound', 'dispose Parent', 'dispose Parent']);
    await runner.close();
  });

  it('has nothing to look at in memory where none are given', async () => {
    await new SagaRunner({ resolver: { open: () => expect.unreachable() } }).check();
  });

  it('rejects what is no saga, before anything is resolved', async () => {
    const resolver = noting();
    await expect(new SagaRunner({ resolver }).check(Sound, NotedStep)).rejects.toMatchObject({ code: 'SAGA_DEFINITION_NOT_A_SAGA' });
    expect(resolver.asked).toEqual([]);
  });
});
