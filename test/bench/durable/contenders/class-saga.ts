import type { ExecutionLog } from 'class-saga';
import { SagaRunner } from 'class-saga';
import type { Contender } from '../serve.js';
import type { Shape } from '../work.js';
import { Five } from './five.js';

const ends = { happy: 'completed', failing: 'compensated' } as const satisfies Record<Shape, string>;

export async function classSaga(log: ExecutionLog): Promise<Contender> {
  const runner = new SagaRunner({ log, sagas: [Five] });
  await runner.open();
  return {
    run: async (shape) => {
      const { status } = await runner.settle(Five, { shape });
      if (status !== ends[shape]) throw new Error(`a ${shape} saga ended ${status}`);
    },
    close: () => runner.close(),
  };
}
