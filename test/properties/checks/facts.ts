import { isAbortSaga, skip } from 'class-saga';
import { Ledger } from '../ledger.js';
import type { Observation, Settlement, StepCall } from '../observation.js';

type StepSettlement = Settlement & { readonly call: StepCall };

/** Every event of a step tells what its method did, in the very values, and every settlement is told that means anything (R4, R5, R18). */
export function* eventsTellWhatStepsDid({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  const untold: StepSettlement[] = [];
  const running = new Map<string, StepCall>();
  const take = (step: string, isMeant: (settlement: StepSettlement) => boolean): StepSettlement | undefined => {
    const place = untold.findIndex((settlement) => settlement.call.step === step && isMeant(settlement));
    return place < 0 ? undefined : untold.splice(place, 1)[0];
  };

  let begun: { readonly step: string; readonly attempt: number } | null = null;
  for (const entry of log) {
    if (entry.type === 'called' && entry.call.of === 'step') {
      const { call } = entry;
      running.set(call.step, call);
      if (begun?.step !== call.step || begun.attempt !== call.attempt) {
        yield `${call.step} #${call.n} is called without an event of its attempt ${call.attempt}`;
      }
      begun = null;
    }
    if (entry.type === 'event' && entry.event.type === 'step-begun') begun = entry.event;
    if (entry.type === 'settled' && entry.call.of === 'step') untold.push(entry as StepSettlement);
    if (entry.type === 'event' && 'step' in entry.event) {
      const { event } = entry;
      const current = ({ call }: StepSettlement): boolean => call === running.get(event.step);
      switch (event.type) {
        case 'step-succeeded':
        case 'step-landed': {
          const told = take(event.step, current);
          if (told?.how !== 'returned' || isSkip(told.value) || !Object.is(told.value, event.effect)) {
            yield `${event.type} of ${event.step} is not what it returned`;
          }
          break;
        }
        case 'step-skipped': {
          const told = take(event.step, current);
          if (told?.how !== 'returned' || !isSkip(told.value)) yield `${event.step} did not skip`;
          break;
        }
        case 'step-attempt-failed':
        case 'step-failed': {
          const isRunning = ledger.of(event.step).status === 'running';
          const told = isRunning ? take(event.step, current) : undefined;
          if (isRunning && (told?.how !== 'threw' || !Object.is(told.error, event.error))) {
            yield `${event.type} of ${event.step} is not what it threw`;
          }
          if (!isRunning && !Object.is(ledger.of(event.step).error, event.error)) {
            yield `${event.step} fails with another error than its last`;
          }
          break;
        }
        case 'step-in-doubt': {
          const told = event.settled ? take(event.step, current) : undefined;
          const aborts = told?.how === 'threw' && isAbortSaga(told.error);
          if (aborts !== (event.aborts === true)) yield `${event.step} ${aborts ? 'has aborted' : 'has not aborted'} within its grace`;
          if (event.settled && told?.how !== 'threw' && !isSkip(told?.value)) {
            yield `${event.step} has settled with something else than nothing`;
          }
          break;
        }
        case 'late-effect': {
          const key = ledger.keyOf(event.step, event.round);
          const told = take(event.step, (one) => one.call.key === key && one.call.attempt === event.attempt
            && one.how === 'returned' && !isSkip(one.value) && Object.is(one.value, event.effect));
          if (told === undefined) yield `a late effect of ${event.step} that it never returned`;
          break;
        }
        default:
      }
    }
    ledger.see(entry);
  }

  for (const settlement of untold) {
    const { call } = settlement;
    const meansNothing = settlement.how === 'threw' || isSkip(settlement.value) || ledger.of(call.step).script.compensation === null;
    const wasGivenUp = ledger.doubtful.some(({ step, key }) => step === call.step && key === call.key);
    if (!meansNothing || !wasGivenUp) yield `nobody was told that ${call.step} #${call.n} has settled`;
  }
}

function isSkip(value: unknown): boolean {
  return value === skip();
}
