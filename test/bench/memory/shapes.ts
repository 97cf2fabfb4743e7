import type { Contender } from '../contender.js';

/** What every contender of a comparison executes. */
export interface Shape {
  readonly title: string;
  readonly of: keyof Contender;
  /** How many steps one execution has. */
  readonly steps: number;
  /** Whether the last step fails, and all others are undone. */
  readonly fails: boolean;
  /** How many executions are under way at the same time. */
  readonly atATime: number;
  /** How many different sagas are executed in turn. */
  readonly sagas: number;
}

const usual = { of: 'five', steps: 5, fails: false, atATime: 1, sagas: 1 } as const;

/** By the names that `npm run bench -- compare` and `npm run bench -- profile` know them by. */
export const shapes = {
  happy: { ...usual, title: '5 steps' },
  failing: { ...usual, title: '5 steps, the last fails, 4 are undone', fails: true },
  parallel: { ...usual, title: '1 step, 3 at the same time, 1', of: 'oneThreeOne' },
  'parallel-failing': { ...usual, title: '1, 3, 1, the last fails, 4 are undone', of: 'oneThreeOne', fails: true },
  'in-flight': { ...usual, title: '5 steps, 64 sagas in flight', atATime: 64 },
  different: { ...usual, title: '5 steps, eight different sagas in turn', sagas: 8 },
  observed: { ...usual, title: '5 steps, one observer attached', of: 'observed' },
  'steps-100': ofSteps(100, false),
  'steps-1000': ofSteps(1_000, false),
  'steps-10000': ofSteps(10_000, false),
  'steps-100-failing': ofSteps(100, true),
  'steps-1000-failing': ofSteps(1_000, true),
  'steps-10000-failing': ofSteps(10_000, true),
} as const satisfies Readonly<Record<string, Shape>>;

export type ShapeName = keyof typeof shapes;

export function isShapeName(name: string): name is ShapeName {
  return name in shapes;
}

function ofSteps(steps: number, fails: boolean): Shape {
  const title = `${steps.toLocaleString('en')} steps${fails ? ', the last fails' : ''}`;
  return { ...usual, title, of: 'steps', steps, fails };
}
