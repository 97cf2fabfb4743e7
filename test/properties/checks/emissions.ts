import { Ledger } from '../ledger.js';
import type { Call, Entry, Observation } from '../observation.js';

type Emission = Extract<Entry, { type: 'emitted' }>;

/**
 * Published once, on completion, in declaration order of steps and emission order within, is what the runs emitted that made the effects
 * that stand; nothing else ever is (R20).
 */
export function* publishesWhatStands({ script, log, settled }: Observation): Iterable<string> {
  const published = log.flatMap((entry, place) => (entry.type === 'published' ? [{ events: entry.events, place }] : []));
  if (settled.status !== 'completed') {
    if (published.length > 0) yield `events are published, and the execution is ${settled.status}`;
    return;
  }
  const expected = standingEmissions({ script, log }).map(({ emitted }) => emitted);
  if (!areTheVery(settled.events, expected)) yield `the result has ${settled.events.length} events, and ${expected.length} stand`;
  if (published.length !== (expected.length > 0 ? 1 : 0)) yield `${expected.length} events are published ${published.length} times`;
  for (const { events, place } of published) {
    if (!areTheVery(events, expected)) yield `${events.length} events are published, and ${expected.length} stand`;
    const end = log.findIndex((entry) => entry.type === 'event' && entry.event.type === 'execution-ended');
    const disposal = log.findIndex((entry) => entry.type === 'scope-disposed');
    if (place < end || place > disposal) yield 'events are published before the end is recorded, or after the scope is disposed';
  }
}

/** Of the last run of each step that stands, and has not continued: what it emitted before it settled. */
export function standingEmissions({ script, log }: Pick<Observation, 'script' | 'log'>): readonly Emission[] {
  const ledger = new Ledger(script);
  const emissions = new Map<Call, Emission[]>();
  const settled = new Set<Call>();
  for (const entry of log) {
    ledger.see(entry);
    if (entry.type === 'settled') settled.add(entry.call);
    if (entry.type !== 'emitted' || settled.has(entry.call)) continue;
    emissions.set(entry.call, [...(emissions.get(entry.call) ?? []), entry]);
  }
  return ledger.steps.flatMap(({ status, outcome, call }) =>
    (status === 'done' && outcome !== 'continued' ? (emissions.get(call!) ?? []) : []));
}

function areTheVery(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}
