// Each step acquires what its release undoes, where the scope ends in failure.
import { Effect, Exit } from 'effect';
import { calls, refused } from '../work.ts';

const undoOnFailure = (_, exit) => (Exit.isFailure(exit) ? Effect.promise(async () => { calls.undos += 1; }) : Effect.void);
const step = (effect) => Effect.acquireRelease(Effect.promise(async () => { calls.steps += 1; return effect; }), undoOnFailure);
const lastStep = (effect, { fails }) => Effect.tryPromise({
  try: async () => {
    calls.steps += 1;
    if (fails) throw refused;
    return effect;
  },
  catch: (error) => error,
});

export function five() {
  const [one, two, three, four] = [1, 2, 3, 4].map(step);
  const saga = (order) => Effect.scoped(Effect.gen(function* () {
    const first = yield* one;
    const second = yield* two;
    const third = yield* three;
    const fourth = yield* four;
    const fifth = yield* lastStep(5, order);
    return { first, second, third, fourth, fifth };
  }));
  return (order) => Effect.runPromise(saga(order));
}

export function oneThreeOne() {
  const [one, two, three, four] = [1, 2, 3, 4].map(step);
  const saga = (order) => Effect.scoped(Effect.gen(function* () {
    const first = yield* one;
    const [second, third, fourth] = yield* Effect.all([two, three, four], { concurrency: 'unbounded' });
    const fifth = yield* lastStep(5, order);
    return { first, second, third, fourth, fifth };
  }));
  return (order) => Effect.runPromise(saga(order));
}

export function steps(count) {
  const undoable = Array.from({ length: count - 1 }, (_, index) => step(index + 1));
  const saga = (order) => Effect.scoped(Effect.gen(function* () {
    const effects = [];
    for (const each of undoable) effects.push(yield* each);
    effects.push(yield* lastStep(count, order));
    return effects;
  }));
  return (order) => Effect.runPromise(saga(order));
}
