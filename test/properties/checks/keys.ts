import type { Observation } from '../observation.js';

/** A step's key is the same for all attempts of a round, and new if and only if its compensation was called since (R11, R25). */
export function* stepKeysAreNewOnceCompensated({ log }: Observation): Iterable<string> {
  const lastKey = new Map<string, string>();
  const keys = new Map<string, string>();
  const compensated = new Set<string>();
  for (const entry of log) {
    if (entry.type !== 'called') continue;
    const { call } = entry;
    if (call.of === 'compensation') compensated.add(call.undone.key);
    if (call.of !== 'step') continue;
    const { step, key } = call;
    const before = lastKey.get(step);
    if (before !== undefined && before !== key && !compensated.has(before)) {
      yield `${step} has a new key, and its compensation was not called`;
    }
    if (compensated.has(key)) yield `${step} is called under ${key}, which was compensated`;
    if ((keys.get(key) ?? step) !== step) yield `${step} and ${keys.get(key)} share the key ${key}`;
    lastKey.set(step, key);
    keys.set(key, step);
  }
}

/** A compensation's key is the same for its own attempts and another for another effect, and no key serves two kinds of calls (R25). */
export function* compensationKeysAreOnePerEffect({ log }: Observation): Iterable<string> {
  const stepKeys = new Set<string>();
  const undoKeys = new Map<string, { readonly stepKey: string; readonly effect: unknown; readonly attempt: number }>();
  const fallbackKeys = new Set<string>();
  for (const entry of log) {
    if (entry.type !== 'called') continue;
    const { call } = entry;
    if (call.of === 'step') stepKeys.add(call.key);
    if (call.of === 'fallback') fallbackKeys.add(call.key);
    if (call.of !== 'compensation') continue;
    const { key, effect, attempt, undone } = call;
    const known = undoKeys.get(key);
    if (known === undefined && attempt !== 1) yield `attempt ${attempt} of ${key} has a key of its own`;
    if (known !== undefined && attempt !== known.attempt + 1) yield `${key} has the attempt ${attempt} after ${known.attempt}`;
    if (known !== undefined && !Object.is(known.effect, effect)) yield `${key} is for two effects`;
    if (known !== undefined && known.stepKey !== undone.key) yield `${key} is for two keys of its step`;
    undoKeys.set(key, { stepKey: undone.key, effect, attempt });
  }
  for (const key of undoKeys.keys()) if (stepKeys.has(key) || fallbackKeys.has(key)) yield `${key} serves two kinds of calls`;
  for (const key of fallbackKeys) if (stepKeys.has(key)) yield `${key} serves two kinds of calls`;
}
