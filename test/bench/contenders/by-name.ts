// What a class of that many methods costs by itself: by hand as ever, but that each method is found on an instance by its name, as in any
// class whose steps are known at run time, and that the effects are kept by name.
import type { Execute } from '../contender.js';
import type { Order } from '../work.js';
import { calls, refused } from '../work.js';

type Method = (given: unknown) => Promise<unknown>;

export function steps(count: number): Execute {
  class Many {}
  for (let step = 1; step <= count; step++) {
    const act = async ({ fails }: Order): Promise<number> => {
      calls.steps += 1;
      if (fails && step === count) throw refused;
      return step;
    };
    const undo = async (): Promise<void> => {
      calls.undos += 1;
    };
    Object.defineProperty(Many.prototype, `step${step}`, { value: act, writable: true, configurable: true });
    Object.defineProperty(Many.prototype, `undo${step}`, { value: undo, writable: true, configurable: true });
  }
  const names = Array.from({ length: count }, (_, index) => ({ act: `step${index + 1}`, undo: `undo${index + 1}` }));
  return async (order) => {
    const instance = new Many() as Record<string, Method>;
    const effects: Record<string, unknown> = {};
    const undos: (() => Promise<unknown>)[] = [];
    try {
      for (const { act, undo } of names) {
        const effect = await instance[act]!(order);
        effects[act] = effect;
        undos.push(() => instance[undo]!(effect));
      }
      return effects;
    } catch (error) {
      for (const undo of undos.reverse()) await undo();
      throw error;
    }
  };
}
