import type { Resolver, StepContext } from 'class-saga';
import { Async, Compensate, Saga, SagaRunner, Step } from 'class-saga';
import type { Order } from '../work.js';
import { calls, refused } from '../work.js';
import type { Execute } from '../contender.js';

type Method = (...args: never[]) => Promise<unknown>;
type Decorate = (target: object, name: string, descriptor: PropertyDescriptor) => void;

@Saga()
class Five {
  @Step()
  async first(): Promise<number> {
    calls.steps += 1;
    return 1;
  }
  @Compensate('first')
  async undoFirst(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  async second(): Promise<number> {
    calls.steps += 1;
    return 2;
  }
  @Compensate('second')
  async undoSecond(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  async third(): Promise<number> {
    calls.steps += 1;
    return 3;
  }
  @Compensate('third')
  async undoThird(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  async fourth(): Promise<number> {
    calls.steps += 1;
    return 4;
  }
  @Compensate('fourth')
  async undoFourth(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  async fifth({ input }: StepContext<Order>): Promise<number> {
    calls.steps += 1;
    if (input.fails) throw refused;
    return 5;
  }
}

@Saga()
class OneThreeOne {
  @Step()
  async first(): Promise<number> {
    calls.steps += 1;
    return 1;
  }
  @Compensate('first')
  async undoFirst(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  @Async()
  async second(): Promise<number> {
    calls.steps += 1;
    return 2;
  }
  @Compensate('second')
  async undoSecond(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  @Async()
  async third(): Promise<number> {
    calls.steps += 1;
    return 3;
  }
  @Compensate('third')
  async undoThird(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  @Async()
  async fourth(): Promise<number> {
    calls.steps += 1;
    return 4;
  }
  @Compensate('fourth')
  async undoFourth(_: number | undefined): Promise<void> {
    calls.undos += 1;
  }

  @Step()
  async fifth({ input }: StepContext<Order>): Promise<number> {
    calls.steps += 1;
    if (input.fails) throw refused;
    return 5;
  }
}

const resolver: Resolver = { open: (saga) => ({ saga: new saga() }) };
const runner = new SagaRunner({ resolver });

export function five(): Execute {
  return (order) => runner.run(Five, order);
}

export function observed(): Execute {
  let events = 0;
  const observedRunner = new SagaRunner({ resolver, observers: [() => (events += 1)] });
  return (order) => observedRunner.run(Five, order);
}

export function oneThreeOne(): Execute {
  return (order) => runner.run(OneThreeOne, order);
}

export function steps(count: number): Execute {
  const saga = sagaOfSteps(count);
  return (order) => runner.run(saga, order);
}

function sagaOfSteps(count: number): new () => object {
  class Many {}
  const define = (name: string, method: Method, decorate: Decorate): void => {
    Object.defineProperty(Many.prototype, name, { value: method, writable: true, configurable: true });
    decorate(Many.prototype, name, Object.getOwnPropertyDescriptor(Many.prototype, name)!);
  };
  for (let step = 1; step <= count; step++) {
    const act = async ({ input }: StepContext<Order>): Promise<number> => {
      calls.steps += 1;
      if (input.fails && step === count) throw refused;
      return step;
    };
    const undo = async (): Promise<void> => {
      calls.undos += 1;
    };
    define(`step${step}`, act, Step<Many, string>());
    if (step < count) define(`undo${step}`, undo, Compensate<Many, string, string>(`step${step}`));
  }
  Saga()(Many);
  return Many;
}
