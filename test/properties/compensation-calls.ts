import type { SagaFailure } from 'class-saga';
import type { Standing } from './ledger.js';
import { Ledger } from './ledger.js';
import type { CompensationCall, Entry, Observation } from './observation.js';

type CompensationBegun = Extract<Extract<Entry, { type: 'event' }>['event'], { type: 'compensation-begun' }>;

/** One call of a compensation, with the event that ordered it, and what stood when that happened. */
export interface OrderedCompensation {
  readonly event: CompensationBegun;
  /** The key that its step had in this round. */
  readonly stepKey: string;
  /** Where the event is in the log. */
  readonly place: number;
  readonly atMs: number;
  /** `undefined`: it was never called. */
  call: CompensationCall | undefined;
  /** How its step stood. */
  readonly step: Readonly<Standing>;
  readonly failure: SagaFailure | undefined;
  /** The effects of all steps as they stood. */
  readonly effects: ReadonlyMap<string, unknown>;
}

/** Every compensation that was ordered, repeated attempts included, in order. After the end the call comes some time after its event. */
export function orderedCompensations({ script, log }: Pick<Observation, 'script' | 'log'>): readonly OrderedCompensation[] {
  const ledger = new Ledger(script);
  const ordered: OrderedCompensation[] = [];
  for (const [place, entry] of log.entries()) {
    if (entry.type === 'called' && entry.call.of === 'compensation') {
      const { call } = entry;
      const one = ordered.find(({ event, stepKey, call: known }) =>
        known === undefined && event.step === call.step && stepKey === call.undone.key && event.attempt === call.attempt);
      if (one === undefined) throw new Error(`the compensation of ${call.step} is called without an order`);
      one.call = call;
    }
    if (entry.type === 'event' && entry.event.type === 'compensation-begun') {
      const { event, atMs } = entry;
      ordered.push({
        event,
        stepKey: ledger.keyOf(event.step, event.round)!,
        place,
        atMs,
        call: undefined,
        step: { ...ledger.of(event.step) },
        failure: ledger.failures[0],
        effects: new Map(ledger.steps.map(({ script: { name }, effect }) => [name, effect])),
      });
    }
    ledger.see(entry);
  }
  return ordered;
}
