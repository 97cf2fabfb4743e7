// The durable part by itself, with nothing written: `node samples/run.mjs test/bench/durable/alone.ts`.
import { durable } from './main.js';

for (const { title, explanation, head, rows } of await durable()) {
  console.log(`\n${title}\n\n${explanation}`);
  console.table(rows.map((row) => Object.fromEntries(row.map((cell, column) => [head[column], cell]))));
}
