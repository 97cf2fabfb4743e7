// Effect's durable workflows on their engine in memory.
import { Effect, Layer, ManagedRuntime, Schema } from 'effect';
import { Activity, Workflow, WorkflowEngine } from 'effect/workflow';
import { calls, refused } from '../work.ts';

const activity = (effect) => Activity.make({
  name: `step${effect}`,
  success: Schema.Number,
  execute: Effect.promise(async () => { calls.steps += 1; return effect; }),
});
const lastActivity = (effect, { fails }) => Activity.make({
  name: `step${effect}`,
  success: Schema.Number,
  error: Schema.String,
  execute: Effect.tryPromise({
    try: async () => {
      calls.steps += 1;
      if (fails) throw refused;
      return effect;
    },
    catch: ({ message }) => message,
  }),
});

/** The engine keeps every execution: each is one of its own. */
let executions = 0;

function executable(success, bodyOf) {
  const saga = Workflow.make('Saga', {
    payload: { id: Schema.String, fails: Schema.Boolean },
    success,
    error: Schema.String,
    idempotencyKey: ({ id }) => id,
  });
  const step = (effect) => saga.withCompensation(activity(effect), () => Effect.promise(async () => { calls.undos += 1; }));
  const engine = ManagedRuntime.make(saga.toLayer(bodyOf(step)).pipe(Layer.provideMerge(WorkflowEngine.layerMemory)));
  return ({ fails }) => engine.runPromise(saga.execute({ id: String(executions++), fails }));
}

const fiveEffects = Schema.Struct({
  first: Schema.Number,
  second: Schema.Number,
  third: Schema.Number,
  fourth: Schema.Number,
  fifth: Schema.Number,
});

export function five() {
  return executable(fiveEffects, (step) => {
    const [one, two, three, four] = [1, 2, 3, 4].map(step);
    return Effect.fnUntraced(function* (order) {
      const first = yield* one;
      const second = yield* two;
      const third = yield* three;
      const fourth = yield* four;
      const fifth = yield* lastActivity(5, order);
      return { first, second, third, fourth, fifth };
    });
  });
}

export function oneThreeOne() {
  return executable(fiveEffects, (step) => {
    const [one, two, three, four] = [1, 2, 3, 4].map(step);
    return Effect.fnUntraced(function* (order) {
      const first = yield* one;
      const [second, third, fourth] = yield* Effect.all([two, three, four], { concurrency: 'unbounded' });
      const fifth = yield* lastActivity(5, order);
      return { first, second, third, fourth, fifth };
    });
  });
}

export function steps(count) {
  return executable(Schema.Array(Schema.Number), (step) => {
    const undoable = Array.from({ length: count - 1 }, (_, index) => step(index + 1));
    return Effect.fnUntraced(function* (order) {
      const effects = [];
      for (const each of undoable) effects.push(yield* each);
      effects.push(yield* lastActivity(count, order));
      return effects;
    });
  });
}
