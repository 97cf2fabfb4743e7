import { CompensationTimeoutError } from 'class-saga';
import type { Call, Entry, Observation } from './observation.js';
import { Effect, Emitted } from './observation.js';
import type { Nested } from './nesting.js';
import { effectsOfSteps, namesByPath, visibleSteps } from './nesting.js';

type Tell = (value: unknown) => unknown;

/**
 * What an execution did and how it ended, with its steps as the script names them, whatever their paths are. What happens after the end is
 * told step by step: fresh instances of a sub-saga take a moment longer than those of the saga alone, and late compensations run side by
 * side (R5a).
 */
export function toldAsInlined({ log, settled }: Observation, { whole, skipped }: Nested, isSplit: boolean): readonly unknown[] {
  const names = new Map(isSplit ? namesByPath(whole) : [...namesByPath(whole).values()].map((name) => [name, name]));
  const tell: Tell = (value) => told(value, names);
  // In the inlined saga these are called, and skip by themselves.
  const isOfSkipped = (entry: Entry): boolean =>
    skipped.has(stepOf(entry)) && ('call' in entry || (entry.type === 'event' && entry.event.type === 'step-begun'));
  const seen = log.filter((entry) => entry.type !== 'finally' && (isSplit || !isOfSkipped(entry)));
  const end = seen.findIndex((entry) => entry.type === 'event' && entry.event.type === 'execution-ended') + 1;
  const before = seen.slice(0, end).map((entry) => toldEntry(entry, tell));
  const after = new Map<string, unknown[]>();
  for (const entry of seen.slice(end)) {
    const step = stepOf(entry);
    const name = names.get(step) ?? step;
    after.set(name, [...(after.get(name) ?? []), toldEntry(entry, tell)]);
  }
  const entries = [before, after];
  if (settled.status !== 'completed') return [entries, tell({ ...settled, id: settled.id })];
  const { effects, ...rest } = settled;
  const visible = new Set(whole.members.flatMap(visibleSteps));
  const own = isSplit ? effectsOfSteps(whole, effects) : Object.fromEntries(Object.entries(effects).filter(([name]) => visible.has(name)));
  return [entries, tell({ ...rest, effects: own })];
}

/** What an execution did and how it ended, in values that can be compared to those of another run of the same saga. */
export function toldAsItWas({ log, settled, script }: Observation): readonly unknown[] {
  const names = new Map(script.steps.map(({ name }) => [name, name]));
  const tell: Tell = (value) => told(value, names);
  return [log.map((entry) => toldEntry(entry, tell)), tell({ ...settled, id: settled.id })];
}

function toldEntry(entry: Entry, tell: Tell): unknown {
  const { atMs, type } = entry;
  switch (entry.type) {
    case 'called':
    case 'aborted':
      return { atMs, type, ...toldCall(entry.call, tell) };
    case 'settled': {
      const result = entry.how === 'returned' ? entry.value : entry.error;
      return { atMs, type, ...toldCall(entry.call, tell), how: entry.how, result: tell(result) };
    }
    case 'emitted':
      return { atMs, type, method: entry.call.step, n: entry.call.n };
    case 'scope-opened':
    case 'scope-disposed':
      return { atMs, type };
    case 'event': {
      // What an opening returned is the input of its sub-saga.
      const { event } = entry;
      return { atMs, event: tell(event.type === 'step-succeeded' && isOpening(event.step) ? { ...event, effect: undefined } : event) };
    }
    default:
      return tell(entry);
  }
}

/** Its path or its name; of what is about none, what it is. */
function stepOf(entry: Entry): string {
  if ('call' in entry) return entry.call.step;
  if (entry.type === 'scope-opened' || entry.type === 'scope-disposed') return entry.type;
  if (entry.type === 'error-handled') return entry.about.step;
  const about: object = entry.type === 'event' ? entry.event : entry.type === 'report' ? entry.report : {};
  return 'step' in about ? (about.step as string) : '';
}

function isOpening(path: string): boolean {
  return path.slice(path.lastIndexOf('/') + 1).startsWith('g');
}

/** `method` is what the script calls the step already, and so is whatever the context told. */
function toldCall(call: Call, tell: Tell): object {
  const { of, step: method, n, attempt, needs, play, key } = call;
  const own = { of, method, n, attempt, play, called: tell({ key, needs }) };
  if (call.of === 'step') return own;
  const { undone: { name, outcome, ...undone }, failure } = call;
  const effect = call.of === 'compensation' ? tell(call.effect) : null;
  return { ...own, effect, name, outcome, because: failure.step, undone: tell(undone), failure: tell(failure.error) };
}

/** Where a path must stand in full. */
const pathFields = new Set(['step', 'failedStep', 'anew', 'continued', 'key']);

/** Paths become names, and one that is wrong is told as such. Errors and effects are told by what they say. */
function told(value: unknown, names: ReadonlyMap<string, string>, field = ''): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/(?:[gs]\d+\/)*[gs]\d+/g, (path) => names.get(path) ?? (pathFields.has(field) ? `unknown ${path}` : path));
  }
  if (Array.isArray(value)) return value.map((one) => told(one, names, field));
  if (value instanceof Effect) return `the effect ${value.madeBy}`;
  if (value instanceof Emitted) return `the event ${value.emittedBy}`;
  if (value instanceof CompensationTimeoutError) return value.name; // it names the method, and a step class has its own
  if (value instanceof Error) return `${value.name}: ${told(value.message, names) as string}`;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, told(one, names, key)]));
}
