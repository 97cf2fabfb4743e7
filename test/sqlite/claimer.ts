import { sqliteLog } from '../../src/sqlite/index.js';

// A process of its own: claims as `<worker>` what is due in `<file>`, one by one, until nothing is left, and says what it got.
const [, , file, worker] = process.argv as [string, string, string, string];

const log = sqliteLog(file);
await log.open();
await log.beat(worker, 3_600_000);
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
for (let isEmpty = false; !isEmpty; ) {
  const claimable = [{ saga: 'BookTrip', fingerprint: 'v1', belowStage: Infinity, becomes: 'v1' }];
  const claimed = await log.claim({ worker, claimable, limit: 2 });
  for (const { id, epoch } of claimed) process.stdout.write(`${id} ${epoch}\n`);
  isEmpty = claimed.length === 0;
}
await log.close();
process.stdin.destroy();
