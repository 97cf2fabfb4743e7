import { Compensate, Saga, Step } from './built.js';
import { refused } from './five-steps.js';

type Method = (...args: never[]) => Promise<unknown>;
type MethodDecorator = (target: object, name: string, descriptor: PropertyDescriptor) => void;

export type ManySteps = new () => object;

/** A saga of that many plain steps, each with a compensation. With `'fails'` as its input the last one fails, and all are undone. */
export function sagaOfSteps(count: number): ManySteps {
  class Many {}
  const define = (name: string, method: Method, decorate: MethodDecorator): void => {
    Object.defineProperty(Many.prototype, name, { value: method, writable: true, configurable: true });
    decorate(Many.prototype, name, Object.getOwnPropertyDescriptor(Many.prototype, name)!);
  };
  for (let step = 1; step <= count; step++) {
    const act = async ({ input }: { readonly input: unknown }): Promise<number> => {
      if (step === count && input === 'fails') throw refused;
      return step;
    };
    define(`step${step}`, act, Step<Many, string>());
    define(`undo${step}`, async () => {}, Compensate<Many, string, string>(`step${step}`));
  }
  Saga()(Many);
  return Many;
}

/** By hand, the methods of such a saga by their names: with so many methods, what counts is the memory they lie in. */
export async function runByHand(saga: ManySteps, count: number, input: unknown): Promise<Record<string, unknown>> {
  const instance = new saga() as Record<string, (given: unknown) => Promise<unknown>>;
  const effects: Record<string, unknown> = {};
  const done: number[] = [];
  try {
    for (let step = 1; step <= count; step++) {
      effects[`step${step}`] = await instance[`step${step}`]!({ input });
      done.push(step);
    }
    return effects;
  } catch (error) {
    for (const step of done.reverse()) await instance[`undo${step}`]!(effects[`step${step}`]);
    throw error;
  }
}
