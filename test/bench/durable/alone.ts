// The durable part by itself, with nothing written: `node samples/run.mjs test/bench/durable/alone.ts`, or some of it: `… alone.ts sqlite`.
import { durable } from './main.js';

const [, , ...names] = process.argv;
for (const { title, explanation, head, rows } of await durable(names.length === 0 ? undefined : names)) {
  console.log(`\n${title}\n\n${explanation}`);
  console.table(rows.map((row) => Object.fromEntries(row.map((cell, column): [string, string] => [head[column]!, cell]))));
}
