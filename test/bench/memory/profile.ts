import { fileURLToPath } from 'node:url';
import { built } from '../built.js';
import { inChild } from '../child.js';
import type { ShapeName } from './shapes.js';
import { shapes } from './shapes.js';

const folder = fileURLToPath(new URL('../node_modules/.cache/profiles', import.meta.url));

/** Executes that shape in class-saga for ten seconds, under the engine's profiler. */
export async function profile(name: ShapeName): Promise<void> {
  const child = built('memory/execute')('memory/execute');
  const executions = await inChild<number>(child, shapes[name], ['--cpu-prof', `--cpu-prof-dir=${folder}`]);
  console.log(`${name}: ${executions} executions, profiled in ${folder}`);
}
