import type { CancelMoment, SagaScript, StepScript } from './script.js';

// One script, told twice (R24): inlined, as one saga, and split, with some runs of its steps as sub-sagas, up to three deep. The method
// that opens a sub-saga is a plain step, and so is what stands in its place in the inlined saga: the stage borders are the same.

/** What is to become a sub-saga: so many steps from this one on. Both wrap around; what does not nest is no sub-saga. */
export interface Range {
  readonly from: number;
  readonly length: number;
  /** Whether one of its effects stands for the whole, where no more are asked for. */
  readonly standsForOne: boolean;
  /** What its opening does when it is called for the n-th time; or it always skips, and all that is in it with it. */
  readonly opens: readonly ('opens' | 'throws')[] | 'skips';
}

export interface NestingScript {
  readonly saga: SagaScript;
  readonly ranges: readonly Range[];
  /** By step: who says what the step does. The last is repeated. */
  readonly bodies: readonly StepBody[];
}

/** A method of the saga, or a step class that says its own limits, or one whose limits the saga says. */
export type StepBody = 'method' | 'class' | 'limited class';

export interface StepMember {
  readonly is: 'step';
  readonly name: string;
  readonly path: string;
  readonly script: StepScript;
  readonly body: StepBody;
}
/** A saga with what is directly in it: the whole, or a sub-saga. */
export interface Part {
  readonly is: 'part';
  /** That of its opening; `''` for the whole. */
  readonly name: string;
  readonly path: string;
  readonly opening: StepScript | null;
  readonly members: readonly Member[];
  /** The member whose effect stands for the whole; `null`: the record of them all. */
  readonly standsFor: Member | null;
}
export type Member = StepMember | Part;

export interface Nested {
  /** As one saga. What is in a sub-saga that is skipped skips there by itself. */
  readonly inlined: SagaScript;
  /** Steps and openings that are skipped with the sub-saga that they are in. */
  readonly skipped: ReadonlySet<string>;
  readonly whole: Part;
}

export function nested({ saga, ranges, bodies }: NestingScript): Nested {
  const kept = nesting(ranges, saga.steps.length);
  const steps: StepScript[] = [];
  const root = membersWithin('', null, 0, saga.steps.length);
  const skipped = new Set(kept.filter(({ opens }) => opens === 'skips').flatMap(({ name }) => namesUnder(root, name)));
  const inlined = { ...saga, steps: steps.map((step) => (skipped.has(step.name) ? skipping(step) : step)) };
  // What is skipped is not called: the n-th call would be another.
  const cancel = skipped.size > 0 ? { ...saga.cancel, signal: inTime(saga.cancel.signal) } : saga.cancel;
  const whole: Part = { is: 'part', name: '', path: '', opening: null, members: root, standsFor: null };
  return { inlined: { ...inlined, cancel }, skipped, whole };

  function membersWithin(path: string, opening: string | null, from: number, to: number): Member[] {
    const members: Member[] = [];
    let at = from;
    while (at < to) {
      const range = kept.find((one) => one.parent === opening && one.from === at);
      members.push(range === undefined ? stepAt(path, opening, at) : partAt(path, range));
      at = range === undefined ? at + 1 : range.to;
    }
    return members;
  }

  function partAt(within: string, range: KeptRange): Part {
    const { name, from, to, standsForOne } = range;
    const path = pathUnder(within, name);
    const opening = placed(openingNamed(name, range.opens));
    const members = membersWithin(path, name, from, to);
    const asked = new Set(saga.steps.flatMap((step, index) => (index < from || index >= to ? allNeeds(step) : [])));
    const membersAsked = members.filter((member) => namesIn(member).some((one) => asked.has(one)));
    const standsFor = standsForOne && membersAsked.length < 2 ? (membersAsked[0] ?? members[0]!) : null;
    return { is: 'part', name, path, opening, members, standsFor };
  }

  function stepAt(within: string, opening: string | null, index: number): StepMember {
    const body = bodies[Math.min(index, bodies.length - 1)]!;
    const isBehindPart = kept.some(({ to }) => to === index);
    const { compensation, ...step } = saga.steps[index]!;
    const needs = opening === null ? step.needs : [opening, ...step.needs];
    const undoNeeds = compensation === null || opening === null ? compensation?.needs : [opening, ...compensation.needs];
    const script = placed({
      ...step,
      // Nothing joins the last stage of a sub-saga.
      async: step.async && !(isBehindPart && steps.at(-1)!.async),
      needs,
      // A step class computes its input anew to undo it, and has nothing else.
      compensation: compensation && { ...compensation, needs: body === 'method' ? undoNeeds! : needs },
    });
    return { is: 'step', name: script.name, path: pathUnder(within, script.name), script, body };
  }

  function placed(step: StepScript): StepScript {
    const before = steps.at(-1);
    const stage = before === undefined ? 0 : before.async && step.async ? before.stage : before.stage + 1;
    const waitsForEver = step.timeoutMs === null && !step.async && step.plays.some(({ does }) => does === 'hang');
    const script = { ...step, stage, timeoutMs: waitsForEver ? 9 : step.timeoutMs };
    steps.push(script);
    return script;
  }
}

interface KeptRange extends Range {
  readonly name: string;
  readonly to: number;
  /** The opening of the range that it is directly in. */
  readonly parent: string | null;
}

/** Those that nest, up to three deep; of two that are the same the later one is inside. */
function nesting(ranges: readonly Range[], steps: number): readonly KeptRange[] {
  const kept: (Range & { readonly name: string; readonly to: number })[] = [];
  for (const range of ranges) {
    const from = range.from % steps;
    const to = Math.min(steps, from + 1 + (range.length % steps));
    const candidate = { ...range, name: `g${kept.length}`, from, to };
    const doNest = kept.every((one) => isIn(candidate, one) || isIn(one, candidate) || one.to <= from || to <= one.from);
    const depths = [...kept, candidate].map((one, _, all) => all.filter((outer) => outer !== one && isIn(one, outer)).length);
    if (doNest && Math.max(...depths) < 3) kept.push(candidate);
  }
  return kept.map((one) => {
    const around = kept.filter((outer) => outer !== one && isIn(one, outer));
    const parent = around.find((outer) => around.every((other) => other === outer || isIn(outer, other)));
    return { ...one, parent: parent?.name ?? null };
  });
}

interface NamedRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}
function isIn(inner: NamedRange, outer: NamedRange): boolean {
  const isSame = inner.from === outer.from && inner.to === outer.to;
  return isSame ? Number(inner.name.slice(1)) > Number(outer.name.slice(1)) : outer.from <= inner.from && inner.to <= outer.to;
}

function namesUnder(members: readonly Member[], opening: string): readonly string[] {
  return members.flatMap((member) => {
    if (member.is === 'step') return [];
    return member.name === opening ? member.members.flatMap(namesIn) : namesUnder(member.members, opening);
  });
}

function skipping(step: StepScript): StepScript {
  return { ...step, plays: [{ does: 'skip', afterMs: null }], emits: [], retry: null, compensation: null, fallback: null };
}

function inTime(signal: CancelMoment | null): CancelMoment | null {
  return signal?.in === 'call' ? { in: 'time', atMs: signal.n } : signal;
}

function openingNamed(name: string, opens: Range['opens']): StepScript {
  return {
    name,
    async: false,
    stage: 0,
    needs: [],
    timeoutMs: null,
    graceMs: 1_000,
    retry: null,
    plays: opens === 'skips' ? [{ does: 'skip', afterMs: null }] : opens.map((does) =>
      does === 'opens' ? { does: 'succeed', effect: 'object', afterMs: null } : { does: 'throw', error: 'error', afterMs: null }),
    emits: [],
    compensation: null,
    fallback: null,
  };
}

function allNeeds({ needs, compensation }: StepScript): readonly string[] {
  return [...needs, ...(compensation?.needs ?? [])];
}

function pathUnder(within: string, name: string): string {
  return within === '' ? name : `${within}/${name}`;
}

/** Of the steps in it, and of the openings. */
export function namesIn(member: Member): readonly string[] {
  return member.is === 'step' ? [member.name] : [member.name, ...member.members.flatMap(namesIn)];
}

/** Every step and every opening, by its path: its name in the script. */
export function namesByPath({ members }: Part): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (member: Member): void => {
    names.set(member.path, member.name);
    if (member.is === 'part') member.members.forEach(add);
  };
  members.forEach(add);
  return names;
}

/** What the steps in it need of steps that are not in it, their compensations included. */
export function importsOf(part: Part): readonly string[] {
  const own = new Set(namesIn(part));
  const needs = part.members.flatMap((member) => (member.is === 'step' ? allNeeds(member.script) : importsOf(member)));
  return [...new Set(needs)].filter((need) => !own.has(need));
}

/** The member that is this step, or that it is in; `undefined`: it is in none. */
export function memberWith({ members }: Part, name: string): Member | undefined {
  return members.find((member) => namesIn(member).includes(name));
}

/** The effect of a step, as it is to be found in the effect of the member that it is in. */
export function effectIn(member: Member, effect: unknown, name: string): unknown {
  if (member.is === 'step') return effect;
  const inner = memberWith(member, name)!;
  if (member.standsFor !== null) return inner === member.standsFor ? effectIn(inner, effect, name) : undefined;
  return effectIn(inner, (effect as Readonly<Record<string, unknown>> | undefined)?.[inner.name], name);
}

/** The effects of single steps, by name, as they are to be found in the effects of the whole. */
export function effectsOfSteps(part: Part, effects: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const visible = part.members.flatMap((member) =>
    visibleSteps(member).map((name) => [name, effectIn(member, effects[member.name], name)]));
  return Object.fromEntries(visible.filter(([, effect]) => effect !== undefined)) as Record<string, unknown>;
}

/** Steps whose effects are not hidden behind one that stands for its sub-saga. */
export function visibleSteps(member: Member): readonly string[] {
  if (member.is === 'step') return [member.name];
  return (member.standsFor === null ? member.members : [member.standsFor]).flatMap(visibleSteps);
}

/** `../charge`, as told within `lodging/spa`: the path `lodging/charge`. */
export function pathFrom(within: string, told: string): string {
  const path = within === '' ? [] : within.split('/');
  const parts = told.split('/');
  while (parts[0] === '..') {
    parts.shift();
    path.pop();
  }
  return [...path, ...parts].join('/');
}
