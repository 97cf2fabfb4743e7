import { parseArgs } from 'node:util';
import { simulate } from './simulation.js';

// `node samples/run.mjs test/simulation/main.ts --from 1 --count 1000000`: so many seeds, one after the other. `--trace`: tells all of one.

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    trace: { type: 'boolean', default: false },
  },
});
const [from, count] = [Number(values.from), Number(values.count)];
const counts = new Map<string, number>();
const startedAtMs = performance.now();
let failures = 0;
for (let seed = from; seed < from + count; seed++) {
  const { violation, counts: reached, trace } = await simulate(seed, { isTraced: values.trace });
  for (const [what, times] of reached) counts.set(what, (counts.get(what) ?? 0) + times);
  if (values.trace) console.log(trace.join('\n'));
  if (violation !== null) {
    failures += 1;
    console.log(`SIMULATION_SEED=${seed}  ${String(violation)}`);
  }
  const done = seed - from + 1;
  if (done % 5_000 === 0 || done === count) {
    console.log(`${done} seeds, ${failures} failed, ${((performance.now() - startedAtMs) / done).toFixed(2)} ms each`);
  }
}
for (const [what, times] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${String(times).padStart(9)}  ${what}`);
process.exitCode = failures > 0 ? 1 : 0;
