// Five trivial steps, by hand and as a saga. Nothing is waited for, so that what is left is what each way costs by itself.
import type { StepContext } from 'class-saga';
import { Async, Compensate, Saga, Step } from './built.js';

export interface Order {
  readonly fails: boolean;
  /** Awaited by the third step. */
  readonly gate?: Promise<void>;
}

export const refused = new Error('the fifth step failed');
export const undone = { count: 0 };

const act = async (n: number): Promise<number> => n;
const actWhenOpen = async (n: number, gate: Promise<void> | undefined): Promise<number> => {
  if (gate !== undefined) await gate;
  return n;
};
const actOrFail = async (n: number, fails: boolean): Promise<number> => {
  if (fails) throw refused;
  return n;
};
const undo = async (_: number): Promise<void> => {
  undone.count += 1;
};

/** What people write where there is no library: each step that is done puts its undoing on a stack. */
export async function fiveByHand({ fails, gate }: Order): Promise<number> {
  const undos: (() => Promise<void>)[] = [];
  try {
    const first = await act(1);
    undos.push(() => undo(first));
    const second = await act(2);
    undos.push(() => undo(second));
    const third = await actWhenOpen(3, gate);
    undos.push(() => undo(third));
    const fourth = await act(4);
    undos.push(() => undo(fourth));
    return await actOrFail(5, fails);
  } catch (error) {
    for (const next of undos.reverse()) await next();
    throw error;
  }
}

/** One step, three at the same time, one step. */
export async function oneThreeOneByHand({ fails }: Order): Promise<number> {
  const undos: (() => Promise<void>)[] = [];
  try {
    const first = await act(1);
    undos.push(() => undo(first));
    const settled = await Promise.allSettled([act(2), act(3), act(4)]);
    for (const one of settled) if (one.status === 'fulfilled') undos.push(() => undo(one.value));
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
    return await actOrFail(5, fails);
  } catch (error) {
    for (const next of undos.reverse()) await next();
    throw error;
  }
}

@Saga()
export class Five {
  @Step()
  async first(): Promise<number> {
    return act(1);
  }
  @Compensate('first')
  async undoFirst(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  async second(): Promise<number> {
    return act(2);
  }
  @Compensate('second')
  async undoSecond(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  async third({ input }: StepContext<Order>): Promise<number> {
    return actWhenOpen(3, input.gate);
  }
  @Compensate('third')
  async undoThird(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  async fourth(): Promise<number> {
    return act(4);
  }
  @Compensate('fourth')
  async undoFourth(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  async fifth({ input }: StepContext<Order>): Promise<number> {
    return actOrFail(5, input.fails);
  }
}

@Saga()
export class OneThreeOne {
  @Step()
  async first(): Promise<number> {
    return act(1);
  }
  @Compensate('first')
  async undoFirst(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  @Async()
  async second(): Promise<number> {
    return act(2);
  }
  @Compensate('second')
  async undoSecond(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  @Async()
  async third(): Promise<number> {
    return act(3);
  }
  @Compensate('third')
  async undoThird(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  @Async()
  async fourth(): Promise<number> {
    return act(4);
  }
  @Compensate('fourth')
  async undoFourth(effect: number | undefined): Promise<void> {
    return undo(effect!);
  }

  @Step()
  async fifth({ input }: StepContext<Order>): Promise<number> {
    return actOrFail(5, input.fails);
  }
}
