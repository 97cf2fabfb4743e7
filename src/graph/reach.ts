import type { Outline, StepOutline } from './outline.js';

/**
 * Which effects the compensation of a step may need: those of earlier stages, and of its own stage what its step needs, directly or through
 * others (R9). All of them are there before the step begins, and are undone after it.
 */
export class Reach {
  readonly #outline: Outline;
  /** Stage by stage, for the stages that were asked about; for each of its steps, what the step needs there. */
  readonly #stages = new Map<number, readonly StepSet[]>();

  constructor(outline: Outline) {
    this.#outline = outline;
  }

  includes(step: StepOutline, need: StepOutline): boolean {
    if (need.stage !== step.stage) return need.stage < step.stage;
    return ((this.#neededBeside(step) >> BigInt(need.place - this.#firstPlace(step))) & 1n) === 1n;
  }

  names(step: StepOutline): readonly string[] {
    const bits = this.#neededBeside(step).toString(2);
    const beside = this.#outline.stages[step.stage]?.filter((_, position) => bits.at(-1 - position) === '1') ?? [];
    return [...this.#outline.steps.slice(0, this.#firstPlace(step)), ...beside].map(({ name }) => name);
  }

  #firstPlace({ stage }: StepOutline): number {
    return this.#outline.stages[stage]?.[0]?.place ?? 0;
  }

  #neededBeside(step: StepOutline): StepSet {
    const known = this.#stages.get(step.stage);
    const stage = known ?? neededBeside(this.#outline.stages[step.stage] ?? []);
    if (!known) this.#stages.set(step.stage, stage);
    return stage[step.place - this.#firstPlace(step)] ?? 0n;
  }
}

/** Steps of one stage, a bit each: a union takes 64 steps at a time, so that a stage of thousands that all need each other is cheap. */
type StepSet = bigint;

function neededBeside(stage: readonly StepOutline[]): readonly StepSet[] {
  const positions = new Map(stage.map(({ name }, position) => [name, position]));
  const sets: StepSet[] = [];
  for (const [position, { needs }] of stage.entries()) {
    let set: StepSet = 0n;
    for (const need of needs) {
      const needed = positions.get(need);
      if (needed !== undefined && needed < position) set |= (sets[needed] ?? 0n) | (1n << BigInt(needed));
    }
    sets.push(set);
  }
  return sets;
}
