import { append, creation, event } from '../contracts/log/given.js';
import { sqliteLog } from '../../src/sqlite/index.js';

// A process of its own: appends to one execution in `<file>` for ever, three events at a time, and says how far it is once that is durable.
const [, , file] = process.argv as [string, string, string];

const log = sqliteLog(file);
await log.open();
await log.write([creation('trip-1')]);
for (let fromSeq = 0; ; fromSeq += 3) {
  await log.write([append('trip-1', { fromSeq, events: [event('a'), event('b'), event('c')] })]);
  process.stdout.write(`${fromSeq + 3}\n`);
}
