import type { Write } from 'class-saga';
import { memoryLog, SagaRunner } from 'class-saga';
import type { Shape } from '../work.js';
import { Five } from './five.js';

/** All that class-saga writes to a log of one saga, in order: what is written by others in its place has the same rows, as long. */
export async function recordedWrites(shape: Shape): Promise<readonly Write[]> {
  const log = memoryLog();
  const recorded: Write[] = [];
  const write = log.write.bind(log);
  log.write = (batch) => {
    recorded.push(...batch);
    return write(batch);
  };
  const runner = new SagaRunner({ log, sagas: [Five] });
  await runner.open();
  await runner.settle(Five, { shape });
  await runner.close();
  return recorded;
}
