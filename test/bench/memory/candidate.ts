// A shape, as one contender executes it. Runs in child processes, on what `built.ts` built.
import type { Contender, Execute } from '../contender.js';
import type { Candidate } from '../measure.js';
import type { Order } from '../work.js';
import { calls, failing, happy } from '../work.js';
import type { Shape } from './shapes.js';

/** One time is one execution, or as many as the shape has under way at a time. `undefined` where the contender cannot do that. */
export async function candidateOf(contender: string, shape: Shape): Promise<Candidate | undefined> {
  const executes: Execute[] = [];
  for (let copy = 0; copy < shape.sagas; copy++) {
    const execute = (await load(contender, copy))[shape.of]?.(shape.steps);
    if (execute === undefined) return undefined;
    executes.push(execute);
  }
  const run = shape.atATime === 1 ? inTurn(executes, shape.fails ? failing : happy) : together(executes[0]!, shape.atATime);
  return {
    name: contender,
    async run(times) {
      calls.steps = 0;
      calls.undos = 0;
      const refusals = await run(times);
      expectWork(contender, shape, times * shape.atATime, refusals);
    },
  };
}

/** Each copy is other code to the engine: other functions and classes, that it learns about apart. What they import is the same. */
async function load(contender: string, copy: number): Promise<Contender> {
  return (await import(new URL(`../contenders/${contender}.js?${copy}`, import.meta.url).href)) as Contender;
}

/** Resolves with how many executions rejected. */
type Run = (times: number) => Promise<number>;

function inTurn(executes: readonly Execute[], order: Order): Run {
  return async (times) => {
    let refusals = 0;
    for (let time = 0; time < times; time++) {
      try {
        await executes[time % executes.length]!(order);
      } catch {
        refusals += 1;
      }
    }
    return refusals;
  };
}

function together(execute: Execute, atATime: number): Run {
  return async (times) => {
    for (let time = 0; time < times; time++) await Promise.all(Array.from({ length: atATime }, () => execute(happy)));
    return 0;
  };
}

function expectWork(contender: string, { title, steps, fails }: Shape, executions: number, refusals: number): void {
  const expected = { steps: steps * executions, undos: fails ? (steps - 1) * executions : 0, refusals: fails ? executions : 0 };
  const done = { ...calls, refusals };
  if (JSON.stringify(done) === JSON.stringify(expected)) return;
  throw new Error(`${contender} did other work for '${title}': ${JSON.stringify(done)} and not ${JSON.stringify(expected)}`);
}
