// What people write where there is no library, and so the practical limit: each step that is done puts its undoing on a stack.
import type { Order } from '../work.js';
import { calls, refused } from '../work.js';
import type { Execute } from '../contender.js';

type Undo = () => Promise<void>;

async function first(): Promise<number> {
  calls.steps += 1;
  return 1;
}
async function undoFirst(_: number): Promise<void> {
  calls.undos += 1;
}

async function second(): Promise<number> {
  calls.steps += 1;
  return 2;
}
async function undoSecond(_: number): Promise<void> {
  calls.undos += 1;
}

async function third(): Promise<number> {
  calls.steps += 1;
  return 3;
}
async function undoThird(_: number): Promise<void> {
  calls.undos += 1;
}

async function fourth(): Promise<number> {
  calls.steps += 1;
  return 4;
}
async function undoFourth(_: number): Promise<void> {
  calls.undos += 1;
}

async function fifth({ fails }: Order): Promise<number> {
  calls.steps += 1;
  if (fails) throw refused;
  return 5;
}

export function five(): Execute {
  return async (order) => {
    const undos: Undo[] = [];
    try {
      const one = await first();
      undos.push(() => undoFirst(one));
      const two = await second();
      undos.push(() => undoSecond(two));
      const three = await third();
      undos.push(() => undoThird(three));
      const four = await fourth();
      undos.push(() => undoFourth(four));
      return { first: one, second: two, third: three, fourth: four, fifth: await fifth(order) };
    } catch (error) {
      for (const undo of undos.reverse()) await undo();
      throw error;
    }
  };
}

/** Nobody is told of anything: what observing costs shows against the same. */
export const observed = five;

export function oneThreeOne(): Execute {
  return async (order) => {
    const undos: Undo[] = [];
    try {
      const one = await first();
      undos.push(() => undoFirst(one));
      const [two, three, four] = await Promise.allSettled([second(), third(), fourth()]);
      if (two.status === 'fulfilled') undos.push(() => undoSecond(two.value));
      if (three.status === 'fulfilled') undos.push(() => undoThird(three.value));
      if (four.status === 'fulfilled') undos.push(() => undoFourth(four.value));
      if (two.status === 'rejected') throw two.reason;
      if (three.status === 'rejected') throw three.reason;
      if (four.status === 'rejected') throw four.reason;
      return { first: one, second: two.value, third: three.value, fourth: four.value, fifth: await fifth(order) };
    } catch (error) {
      for (const undo of undos.reverse()) await undo();
      throw error;
    }
  };
}

interface HandStep {
  readonly act: (order: Order) => Promise<number>;
  readonly undo: (effect: number) => Promise<void>;
}

export function steps(count: number): Execute {
  const all = Array.from({ length: count }, (_, index): HandStep => ({
    act: async ({ fails }) => {
      calls.steps += 1;
      if (fails && index === count - 1) throw refused;
      return index;
    },
    undo: async () => {
      calls.undos += 1;
    },
  }));
  return async (order) => {
    const effects: number[] = [];
    const undos: Undo[] = [];
    try {
      for (const { act, undo } of all) {
        const effect = await act(order);
        effects.push(effect);
        undos.push(() => undo(effect));
      }
      return effects;
    } catch (error) {
      for (const undo of undos.reverse()) await undo();
      throw error;
    }
  };
}
