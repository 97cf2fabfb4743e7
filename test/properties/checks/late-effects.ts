import { orderedCompensations } from '../compensation-calls.js';
import { Ledger, stands } from '../ledger.js';
import { Effect } from '../observation.js';
import type { Call, Observation } from '../observation.js';

interface Made {
  readonly effect: Effect;
  readonly step: string;
  /** The key under which it was made. */
  readonly key: string;
  readonly late: boolean;
}

/**
 * No effect is undone twice, and none is dropped: each stands at the end, remains, or was given to the compensation of its round once. Late
 * ones too, but for a duplicate of a round that stands under the same key (R5a).
 */
export function* everyEffectIsUndoneOnce(seen: Observation): Iterable<string> {
  const { script, settled } = seen;
  const { made, ledger } = effectsMade(seen);
  const first = orderedCompensations(seen).filter(({ event }) => event.attempt === 1);
  for (const { effect, step: name, key, late } of made) {
    const step = ledger.of(name);
    if (script.steps.find((one) => one.name === name)!.compensation === null) continue;
    const takers = first.filter((one) => one.event.effect === effect);
    if (takers.length > 1) yield `the effect ${effect.madeBy} is undone ${takers.length} times`;
    for (const { stepKey, event, call } of takers) {
      if (stepKey !== key || event.step !== name) yield `the effect ${effect.madeBy} of ${key} is undone as one of ${stepKey}`;
      if (call !== undefined && call.effect !== effect) yield `the compensation of ${name} is given something else than ${effect.madeBy}`;
    }
    if (takers.length > 0) continue;
    const standsAtTheEnd = step.key === key && stands(step);
    const isKept = standsAtTheEnd && settled.status === 'completed' && step.effect === effect;
    const remains = settled.status === 'stuck' && settled.remaining.some((one) => one.key === key && one.effect === effect);
    const isDuplicate = late && standsAtTheEnd && step.status === 'done' && step.known && step.outcome !== 'continued';
    if (!isKept && !remains && !isDuplicate) yield `the effect ${effect.madeBy} of ${key} is lost`;
  }
}

/**
 * An effect that came late is given to a compensation after it came, also where it looks like nothing, unless an equal one was before
 * (R3, R5a).
 */
export function* lateEffectsOfAnyValueAreUndone(seen: Observation): Iterable<string> {
  const { script, log, settled } = seen;
  const ledger = new Ledger(script);
  for (const entry of log) ledger.see(entry);
  const first = orderedCompensations(seen).filter(({ event }) => event.attempt === 1);
  for (const [place, entry] of log.entries()) {
    if (entry.type !== 'event' || entry.event.type !== 'late-effect') continue;
    const { step, round, effect } = entry.event;
    const takers = first.filter(({ event }) => event.step === step && event.round === round && Object.is(event.effect, effect));
    const had = ({ known, outcome }: { known: boolean; outcome: string }): boolean => known && outcome !== 'continued';
    if (takers.some((one) => one.place > place || one.event.late || had(one.step))) continue;
    const { round: last, status, known, passedOver } = ledger.of(step);
    const key = ledger.keyOf(step, round);
    const remains = settled.status === 'stuck' && settled.remaining.some((one) => one.key === key && Object.is(one.effect, effect));
    if (last === round && status === 'done' && known && !passedOver) continue;
    if (!remains) yield `the late effect ${String(effect)} of ${step} is dropped`;
  }
}

/** A late compensation begins when no other call for its step and round runs, and not later; the end awaits it (R5a). */
export function* lateCompensationsBeginAtOnce({ script, log }: Observation): Iterable<string> {
  const ledger = new Ledger(script);
  /** Late effects that could be compensated since so many milliseconds. */
  const dueSinceMs = new Map<unknown, { readonly step: string; readonly round: number; atMs: number | null }>();
  const busy = (step: string, round: number): boolean => {
    const { status, round: current, outcome, known, passedOver } = ledger.of(step);
    const isOver = current > round || status === 'absent' || status === 'undone' || status === 'remaining' || passedOver
      || (status === 'done' && (outcome === 'continued' || !known)) || (status === 'failed' && ledger.unwinding?.stopped === true);
    return !isOver || ledger.openCompensations(step, round).length > 0;
  };
  for (const entry of log) {
    if (entry.type === 'event') {
      const { event } = entry;
      if (event.type === 'compensation-begun' && event.late && event.attempt === 1) {
        const due = dueSinceMs.get(event.effect);
        if (busy(event.step, event.round)) yield `an effect of ${event.step} is compensated as late while another call of its round runs`;
        if (due?.atMs != null && entry.atMs > due.atMs) {
          yield `a late effect of ${event.step} waits for nothing from ${due.atMs} to ${entry.atMs} ms`;
        }
      }
      if (event.type === 'execution-ended' && ledger.hasOpenCompensation) yield 'the execution ends while a compensation is under way';
      if (event.type === 'compensation-begun' && event.attempt === 1) dueSinceMs.delete(event.effect);
    }
    ledger.see(entry);
    if (entry.type === 'event' && entry.event.type === 'late-effect' && entry.event.effect instanceof Effect) {
      const { step, round, effect } = entry.event;
      dueSinceMs.set(effect, { step, round, atMs: null });
    }
    for (const due of dueSinceMs.values()) due.atMs = busy(due.step, due.round) ? null : (due.atMs ?? entry.atMs);
  }
}

/** Before the end every call is made on the execution's own instance; after it each on a fresh one, disposed when it settled (R5a, R22). */
export function* callsAfterTheEndGetFreshInstances({ log }: Observation): Iterable<string> {
  const scopes = log.flatMap((entry, place) => (entry.type === 'scope-opened' ? [{ instance: entry.instance, openedAt: place }] : []));
  const end = log.findIndex((entry) => entry.type === 'event' && entry.event.type === 'execution-ended');
  const own = scopes[0]!.instance;
  const callsOn = new Map<object, Call[]>();
  for (const [place, entry] of log.entries()) {
    if (entry.type !== 'called') continue;
    const { call } = entry;
    if ((call.instance === own) !== place < end) {
      yield `${call.of} of ${call.step} is called on the ${place < end ? 'wrong' : "execution's own"} instance`;
    }
    callsOn.set(call.instance, [...(callsOn.get(call.instance) ?? []), call]);
  }
  for (const { instance, openedAt } of scopes) {
    const calls = callsOn.get(instance) ?? [];
    const disposals = log.flatMap((entry, place) => (entry.type === 'scope-disposed' && entry.instance === instance ? [place] : []));
    if (instance === own) {
      if (disposals.length !== 1 || disposals[0]! < end) yield `the execution's scope is disposed ${disposals.length} times`;
      continue;
    }
    if (openedAt < end) yield 'a second scope is opened before the end';
    const settledAt = log.findIndex((entry) => entry.type === 'settled' && entry.call === calls[0]);
    if (calls.length !== 1) yield `a fresh instance serves ${calls.length} calls`;
    if (settledAt < 0 ? disposals.length !== 0 : disposals.length !== 1 || disposals[0]! < settledAt) {
      yield 'a fresh scope is not disposed when its call has settled';
    }
  }
}

/** What steps returned, and what continued steps stood with; those that are like no other. */
function effectsMade({ script, log }: Observation): { readonly made: readonly Made[]; readonly ledger: Ledger } {
  const ledger = new Ledger(script);
  const made: Made[] = [];
  const late = new Set<unknown>();
  for (const entry of log) {
    // What a step continued with is nothing where it turns out to have continued in vain (R19).
    const inVain = entry.type === 'event' && entry.event.type === 'execution-cancelled' ? (ledger.passWait?.continued ?? []) : [];
    for (const step of inVain) {
      const place = made.findLastIndex((one) => one.step === step && one.effect === ledger.of(step).effect);
      if (place >= 0) made.splice(place, 1);
    }
    ledger.see(entry);
    if (entry.type === 'event' && entry.event.type === 'forward-resumed') {
      for (const step of entry.event.continued) {
        const { effect, key } = ledger.of(step);
        if (effect instanceof Effect) made.push({ effect, step, key: key!, late: false });
      }
    }
    if (entry.type === 'event' && entry.event.type === 'late-effect') late.add(entry.event.effect);
    if (entry.type === 'settled' && entry.call.of === 'step' && entry.how === 'returned' && entry.value instanceof Effect) {
      made.push({ effect: entry.value, step: entry.call.step, key: entry.call.key, late: false });
    }
  }
  return { made: made.map((one) => (late.has(one.effect) ? { ...one, late: true } : one)), ledger };
}

