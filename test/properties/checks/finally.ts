import { isDeepStrictEqual } from 'node:util';
import { skip } from 'class-saga';
import type { Settled } from 'class-saga';
import type { Part } from '../nesting.js';
import { effectsOfSteps, namesIn, pathFrom, visibleSteps } from '../nesting.js';
import type { Emitted, Observation } from '../observation.js';

/**
 * The `@Finally` methods of sub-sagas that were opened are called once, innermost first, then the saga's own, each with the end in its own
 * names, its own effects and events, and its last input (R17, R24).
 */
export function* finallyIsToldTheEnd(split: Observation, inlined: Observation, whole: Part): Iterable<string> {
  const { log, settled } = split;
  const told = log.flatMap((entry) => (entry.type === 'finally' ? [entry] : []));
  const tokens = new Map<string, unknown>();
  for (const entry of log) {
    if (entry.type === 'settled' && entry.call.step.startsWith('g') && entry.how === 'returned' && entry.value !== skip()) {
      tokens.set(entry.call.step, entry.value);
    }
  }
  const parts = innermostFirst(whole).filter(({ name, opening }) => opening === null || tokens.has(name));
  if (told.map(({ path }) => path).join() !== parts.map(({ path }) => path).join()) {
    yield `the parts that are told are ${told.map(({ path }) => path).join()} and should be ${parts.map(({ path }) => path).join()}`;
    return;
  }
  for (const [index, part] of parts.entries()) {
    const { token, settled: toldEnd } = told[index]!;
    if (token !== tokens.get(part.name)) yield `${part.path} is told with another input than its last`;
    const isSame = isDeepStrictEqual(inRootNames(toldEnd, part), inRootNames(settled, whole, part, inlined));
    if (!isSame) yield `${part.path} is told another end`;
  }
}

function innermostFirst(part: Part): readonly Part[] {
  return [...part.members.flatMap((member) => (member.is === 'part' ? innermostFirst(member) : [])), part];
}

/** What an end says, with whole paths; its effects are those of the steps in a part, from another execution where one is given. */
function inRootNames(settled: Settled<object>, as: Part, part = as, effectsFrom?: Observation): unknown {
  const whole = <T extends { readonly step: string }>(facts: readonly T[]): unknown =>
    facts.map((fact) => ({ ...fact, step: pathFrom(as.path, fact.step) }));
  const { status, id } = settled;
  switch (settled.status) {
    case 'completed': {
      const effects = effectsFrom?.settled.status === 'completed' ? effectsFrom.settled.effects : effectsOfSteps(part, settled.effects);
      const visible = part.members.flatMap(visibleSteps).map((name) => [name, effects[name]] as const);
      const names = new Set(namesIn(part));
      const events = settled.events.filter((event) => as === part || names.has((event as Emitted).step));
      return { status, id, events, effects: Object.fromEntries(visible) };
    }
    case 'compensated':
    case 'stuck': {
      const { failedStep, error, otherFailures } = settled;
      const failed = failedStep === undefined ? undefined : pathFrom(as.path, failedStep);
      const own = { status, id, error, failed, others: whole(otherFailures) };
      return settled.status === 'stuck' ? { ...own, because: settled.compensationError, remaining: whole(settled.remaining) } : own;
    }
  }
}
