import { printTable } from '../table.js';
import { durable } from './main.js';
for (const { title, explanation, head, rows } of await durable()) {
  printTable(title, head, rows);
  console.log(`\n  ${explanation}`);
}
