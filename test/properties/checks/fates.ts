import { skip } from 'class-saga';
import { Ledger } from '../ledger.js';
import type { CompensationCall, Observation, StepCall } from '../observation.js';

interface Round {
  readonly step: string;
  readonly key: string;
  readonly calls: readonly StepCall[];
}

/**
 * Every round of a step that has begun ends in one of these ways: it is kept, its compensation was called, there was a reason for which
 * the rules call
 * none, or it is listed among what remains (R4, R9, R11, R15).
 */
export function* everyRoundHasAFate(seen: Observation): Iterable<string> {
  const { script, log, settled } = seen;
  const ledger = new Ledger(script);
  for (const entry of log) ledger.see(entry);
  const compensated = new Set(compensationCallsOf(seen).map(({ undone }) => undone.key));
  const remaining = new Set(settled.status === 'stuck' ? settled.remaining.map(({ key }) => key) : []);
  const rounds = roundsOf(seen);

  for (const { step: name, key, calls } of rounds) {
    const step = ledger.of(name);
    const isLast = step.key === key;
    if (settled.status === 'completed' && isLast) {
      if (step.status !== 'done') yield `the execution completed, and ${name} is ${step.status}`;
      continue;
    }
    if (compensated.has(key) || remaining.has(key)) continue;
    if (!isLast) {
      yield `${name} has a new key, and the compensation of ${key} was never called`;
      continue;
    }
    const { compensation } = step.script;
    const hasSkipped = calls.length === 1 && returnedBy(seen, calls[0]!).some((value) => value === skip());
    const gaveNothing = calls.every((call) => returnedBy(seen, call).every((value) => value === skip()));
    const isUnknown = compensation?.requiresEffect === true && gaveNothing;
    if (compensation !== null && !hasSkipped && !isUnknown) {
      yield `${name} was neither kept nor compensated under ${key}, nor does it remain`;
    }
  }
  if (settled.status === 'completed') {
    for (const { name } of script.steps) if (!rounds.some(({ step }) => step === name)) yield `the execution completed without ${name}`;
  }
}

function roundsOf(seen: Observation): readonly Round[] {
  const byKey = new Map<string, { step: string; key: string; calls: StepCall[] }>();
  for (const entry of seen.log) {
    if (entry.type !== 'called' || entry.call.of !== 'step') continue;
    const { step, key } = entry.call;
    const round = byKey.get(key) ?? { step, key, calls: [] };
    byKey.set(key, round);
    round.calls.push(entry.call);
  }
  return [...byKey.values()];
}

function compensationCallsOf({ log }: Observation): readonly CompensationCall[] {
  return log.flatMap((entry) => (entry.type === 'called' && entry.call.of === 'compensation' ? [entry.call] : []));
}

function returnedBy({ log }: Observation, call: StepCall): readonly unknown[] {
  return log.flatMap((entry) => (entry.type === 'settled' && entry.call === call && entry.how === 'returned' ? [entry.value] : []));
}
