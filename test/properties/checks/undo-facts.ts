import { StepTimeoutError } from 'class-saga';
import type { OrderedCompensation } from '../compensation-calls.js';
import { orderedCompensations } from '../compensation-calls.js';
import { Ledger } from '../ledger.js';
import type { DoubtfulAttempt } from '../ledger.js';
import { Effect } from '../observation.js';
import type { CompensationCall, Entry, Observation, StepCall } from '../observation.js';
import type { CompensationScript } from '../script.js';
import { stepNamed } from '../script.js';

/**
 * A compensation is given the very effect or `undefined` where it is unknown, what it needs as its step's round saw it, the step's key,
 * outcome and error,
 * and what started the recovery (R9); a late one what its round saw when its attempt was given up (R5a).
 */
export function* compensationsAreToldTheFacts(seen: Observation): Iterable<string> {
  const { script, log, input } = seen;
  const ledger = new Ledger(script);
  for (const entry of log) ledger.see(entry);
  /** The call that returned an effect, where it is one alone. */
  const makers = new Map<unknown, StepCall | undefined>();
  for (const entry of log) if (isEffectMade(entry)) makers.set(entry.value, makers.has(entry.value) ? undefined : entry.call);
  const firstAttempts = new Map<string, OrderedCompensation>();

  for (const ordered of orderedCompensations(seen)) {
    const { event, call } = ordered;
    const ref = `${event.step} ${event.round} ${event.undo}`;
    if (event.attempt === 1) firstAttempts.set(ref, ordered);
    if (call === undefined) continue;
    const what = `${event.late ? 'the late compensation' : 'the compensation'} of ${event.step} (${call.key})`;
    const compensation = stepNamed(script, event.step).compensation!;
    const first = firstAttempts.get(ref)!;
    if (call.input !== input) yield `${what} has another input than the execution`;
    if (call.undone.name !== event.step) yield `${what} is told that it undoes ${call.undone.name}`;
    if (call.undone.key !== first.stepKey) yield `${what} is told the key ${call.undone.key} and not ${first.stepKey}`;
    if (Object.keys(call.needs).join() !== compensation.needs.join()) yield `${what} is given ${Object.keys(call.needs).join()}`;
    if (event.late) yield* lateFacts(what, call, compensation, first, ledger, makers.get(event.effect));
    else yield* facts(what, call, compensation, first);
  }
}

function* facts(
  what: string,
  call: CompensationCall,
  { needs, requiresEffect }: CompensationScript,
  { step, failure, effects }: OrderedCompensation,
): Iterable<string> {
  const { undone } = call;
  if (!Object.is(call.effect, step.known ? step.effect : undefined)) yield `${what} is given another effect than stands`;
  if (requiresEffect && !step.known) yield `${what} is called though the effect is unknown`;
  if (undone.outcome !== step.outcome) yield `${what} is told ${undone.outcome}, and it was ${step.outcome}`;
  if (!Object.is(undone.error, step.status === 'failed' ? step.error : undefined)) yield `${what} is told another error than its step's`;
  if (call.failure.step !== failure?.step || !Object.is(call.failure.error, failure?.error)) yield `${what} is told of another failure`;
  for (const need of needs) {
    if (!Object.is(call.needs[need], effects.get(need))) yield `${what} is given another effect of ${need} than stands`;
  }
}

function* lateFacts(
  what: string,
  call: CompensationCall,
  { needs }: CompensationScript,
  { event, stepKey }: OrderedCompensation,
  { doubtful }: Ledger,
  madeBy: StepCall | undefined,
): Iterable<string> {
  const { undone, failure } = call;
  if (!Object.is(call.effect, event.effect)) yield `${what} is given another effect than came late`;
  const hasError = undone.outcome === 'cancelled' ? undone.error === undefined : undone.error instanceof StepTimeoutError;
  if (!hasError) yield `${what} is told ${undone.outcome} with the wrong error`;
  const fits = (doubt: DoubtfulAttempt): boolean => (madeBy === undefined || doubt.call === madeBy) && isWhatItSaw(doubt);
  const isWhatItSaw = ({ call: attempt, error, failure: known, effects, ...doubt }: DoubtfulAttempt): boolean =>
    attempt.step === event.step && attempt.key === stepKey && undone.outcome === (doubt.cancelled ? 'cancelled' : 'timed-out')
    && error === undone.error && known.step === failure.step && Object.is(known.error, failure.error)
    && needs.every((need) => Object.is(call.needs[need], effects.get(need)));
  if (!doubtful.some(fits)) yield `${what} is told what another attempt than its own saw, or none`;
}

function isEffectMade(entry: Entry): entry is Entry & { readonly type: 'settled'; readonly how: 'returned'; readonly call: StepCall } {
  return entry.type === 'settled' && entry.call.of === 'step' && entry.how === 'returned' && entry.value instanceof Effect;
}

/** A fallback is told how its step failed, and what started the recovery (R12a). */
export function* fallbacksAreToldTheFacts({ script, log, input }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  for (const entry of log) {
    if (entry.type === 'called' && entry.call.of === 'fallback') {
      const { step: name, undone, failure, needs, input: inputOfCall } = entry.call;
      const step = ledger.of(name);
      if (undone.name !== name || undone.key !== step.key) {
        yield `the fallback of ${name} is told that it stands in for ${undone.name} (${undone.key})`;
      }
      if (undone.outcome !== step.outcome || !Object.is(undone.error, step.error)) {
        yield `the fallback of ${name} is told ${undone.outcome}, and it was ${step.outcome}`;
      }
      if (failure.step !== ledger.failures[0]?.step || !Object.is(failure.error, ledger.failures[0]?.error)) {
        yield `the fallback of ${name} is told of another failure`;
      }
      if (Object.keys(needs).length > 0 || inputOfCall !== input) yield `the fallback of ${name} is given needs or another input`;
    }
    ledger.see(entry);
  }
}
