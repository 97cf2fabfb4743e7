import { stepKey } from '../../src/kernel/keys.js';
import type { Story } from './chronicle.js';
import { Violation } from './chronicle.js';
import type { Process } from './process.js';
import type { RunOutside, World } from './world.js';

/**
 * What an execution left outside is all or nothing: of a completed one what each step did stands, and of all others nothing that could be
 * known of. Not promised is only what came when the process was gone that had caused it (durability.md, guarantee 10).
 */
export function demandLedger(story: Story, world: World, processes: readonly Process[]): void {
  const { id, state } = story;
  const standing = new Map<string, true>();
  if (state.end === 'completed') {
    state.steps.forEach((step, index) => {
      const { name, opens, stage: _ } = state.layout.graph.steps[index]!;
      if (step.status !== 'succeeded') return demandSkipped(story, name, step.status);
      if (step.outcome === 'continued' || opens !== null || !step.effectKnown) return;
      const key = stepKey(id, name, step.round);
      if (!world.has(key)) throw new Violation(`${id}: it is completed, and what ${name} did does not stand under ${key}`);
      standing.set(key, true);
    });
  }
  if (state.end !== 'completed' && state.end !== 'compensated') return; // stuck or abandoned: what remains is listed
  for (const { key, runs, number } of world.standingOf(id)) {
    const [, step] = key.split(':') as [string, string];
    const node = state.layout.graph.steps[state.layout.indexOf.get(step) ?? -1];
    if (standing.has(key) || node === undefined || node.compensation === null) continue;
    // After the end a late compensation that fails for good is left to whoever was asked about it (R15).
    if (state.leftovers.some((call) => state.layout.graph.steps[call.step] === node)) continue;
    const known = runs.find((run) => isKnown(run, story, step, processes));
    if (known !== undefined) throw new Violation(`${id}: it is ${state.end}, and effect ${number} of ${known.run} stands`);
  }
}

function demandSkipped({ id }: Story, name: string, status: string): void {
  if (status !== 'skipped') throw new Violation(`${id}: it is completed, and ${name} is ${status}`);
}

/** Whether somebody knew, and so had to undo it. */
function isKnown({ run, isGone, isReturned }: RunOutside, { id, recorded }: Story, step: string, processes: readonly Process[]): boolean {
  if (recorded.has(run)) return true;
  return isReturned && !isGone() && !processes.some(({ lostEffects }) => lostEffects.includes(`${id} ${step}`));
}
