// A saga for the eye. Stages are numbered, a bracket holds those that run together, and under each step stands what answers for it.
import { compensationTimeoutMs, defaultGraceMs } from './defaults.js';
import { localName, subPath } from './paths.js';
import type { CompensationNode, FallbackNode, RetryPolicy, SagaGraph, StepNode } from './saga-graph.js';
import { bare, listed, quoted } from './wording.js';

/** A longer name does not push the details of all others to the right. */
const widestName = 36;

/**
 * The graph as text, a line for each step, compensation and fallback. Steps of a sub-saga stand under the one that opens it, beside a line
 * that reaches from the first to the last. Left out are the defaults that hold wherever nothing is said: 30 s for an attempt of a
 * compensation or fallback, and 1 s of grace.
 */
export function describeGraph(graph: SagaGraph): string {
  const stepNamed = new Map(graph.steps.map((step) => [step.name, step]));
  const openedAt = new Map(subSagasIn(graph, ''));
  const numbers = String(graph.stages.length).length;
  const lines = graph.stages.flatMap((names, stage) =>
    stageLines(
      String(stage + 1).padStart(numbers),
      names.flatMap((name) => stepNamed.get(name) ?? []),
      openedAt,
    ),
  );
  return [title(graph), '', ...aligned(lines), ...ending(graph)].join('\n');
}

/** Every saga in the saga, by its path. */
function* subSagasIn({ subSagas }: SagaGraph, within: string): Generator<[path: string, saga: SagaGraph]> {
  for (const { path, graph } of subSagas) {
    const wholePath = subPath(within, path);
    yield [wholePath, graph];
    yield* subSagasIn(graph, wholePath);
  }
}

function title(graph: SagaGraph): string {
  return `${sagaTitle(graph)}: ${counted(graph.steps.length, 'step')} in ${counted(graph.stages.length, 'stage')}`;
}

function sagaTitle({ saga, version }: Pick<SagaGraph, 'saga' | 'version'>): string {
  const versioned = version === null ? '' : `, version ${/^[\w.+-]+$/.test(version) ? version : quoted(version)}`;
  return `saga ${bare(saga)}${versioned}`;
}

function ending(graph: SagaGraph): readonly string[] {
  if (graph.finally.length === 0) return [];
  const methods = graph.finally.map(({ method, within, graceMs }) => {
    const path = bare(subPath(within, method));
    return graceMs === defaultGraceMs ? path : `${path} (${grace(graceMs)})`;
  });
  return ['', `finally ${methods.join(', ')}`];
}

interface Line {
  readonly name: string;
  readonly details: string;
}

type OpenedAt = ReadonlyMap<string, SagaGraph>;

function stageLines(number: string, steps: readonly StepNode[], openedAt: OpenedAt): readonly Line[] {
  const blank = ' '.repeat(number.length);
  return steps.flatMap((step, position) => {
    const { corner, below } = bracket(position, steps.length);
    const indent = ' ' + '  │ '.repeat(depthOf(step));
    return [
      {
        name: `${position === 0 ? number : blank}${indent}${corner} ${bare(localName(step.name))}`,
        details: [...useDetails(step, openedAt), ...stepDetails(step)].join(' · '),
      },
      ...answers(step).map(({ name, details }) => ({ name: `${blank}${indent}${below}   ${name}`, details })),
    ];
  });
}

/** How many sub-sagas the step is in. */
function depthOf({ within }: StepNode): number {
  return within === '' ? 0 : within.split('/').length;
}

function bracket(position: number, length: number): { readonly corner: string; readonly below: string } {
  if (length === 1) return { corner: ' ', below: ' ' };
  if (position === length - 1) return { corner: '└', below: ' ' };
  return { corner: position === 0 ? '┌' : '├', below: '│' };
}

function answers(step: StepNode): readonly Line[] {
  const { compensation, fallback } = step;
  return [
    ...(compensation ? [{ name: `undo ${bare(compensation.method)}`, details: compensationDetails(compensation, step) }] : []),
    ...(fallback ? [{ name: `else ${bare(fallback.method)}`, details: answerDetails(fallback).join(' · ') }] : []),
  ];
}

/** What the step uses in place of a body of its own. */
function useDetails({ name, opens, stepClass }: StepNode, openedAt: OpenedAt): readonly string[] {
  if (stepClass !== null) return [`step class ${bare(stepClass)}`];
  if (opens === null) return [];
  const { saga, effect } = opens;
  return [sagaTitle(openedAt.get(name) ?? { saga, version: null }), ...(effect === null ? [] : [`effect of ${bare(effect)}`])];
}

function stepDetails({ async, delivery, transactional, timeoutMs, graceMs, retry, needs }: StepNode): readonly string[] {
  return [
    ...(async ? ['async'] : []),
    ...(delivery === 'at-most-once' ? ['at most once'] : []),
    ...(transactional ? ['transactional'] : []),
    ...(timeoutMs === null ? (async ? ['no time-out'] : []) : [`within ${duration(timeoutMs)}`]),
    ...(graceMs === defaultGraceMs ? [] : [grace(graceMs)]),
    ...repetition(retry),
    ...reading(needs),
  ];
}

/** That of a step class needs what its step needs, which is said there. */
function compensationDetails(compensation: CompensationNode, step: StepNode): string {
  const condition = compensation.requiresEffect ? ['only of a known effect'] : [];
  const needs = step.stepClass === null ? compensation.needs : [];
  return [...condition, ...answerDetails(compensation), ...reading(needs)].join(' · ');
}

function answerDetails({ timeoutMs, graceMs, retry }: CompensationNode | FallbackNode): readonly string[] {
  return [
    ...(timeoutMs === null ? ['no time-out'] : timeoutMs === compensationTimeoutMs ? [] : [`within ${duration(timeoutMs)}`]),
    ...(graceMs === defaultGraceMs ? [] : [grace(graceMs)]),
    ...repetition(retry),
  ];
}

/** `3 attempts, backoff 100 ms … 2 s, no jitter, if retryIf accepts`. */
function repetition(retry: RetryPolicy | null): readonly string[] {
  if (!retry) return [];
  const { attempts, baseMs, maxMs, jitter, conditional } = retry;
  const backoff = baseMs === null ? ['no wait'] : [`backoff ${duration(baseMs)} … ${duration(maxMs)}`, ...(jitter ? [] : ['no jitter'])];
  return [[counted(attempts, 'attempt'), ...(attempts === 1 ? [] : backoff), ...(conditional ? ['if retryIf accepts'] : [])].join(', ')];
}

/** By their names in the saga that the step belongs to, as they were written. */
function reading(needs: readonly string[]): readonly string[] {
  return needs.length === 0 ? [] : [`needs ${listed(needs.map((need) => localName(need)))}`];
}

/** Details begin in one column, and a line without any ends with its name. */
function aligned(lines: readonly Line[]): readonly string[] {
  const width = lines.reduce((widest, { name }) => (name.length > widestName ? widest : Math.max(widest, name.length)), 0);
  return lines.map(({ name, details }) => (details === '' ? name : `${name.padEnd(width)}  ${details}`));
}

function grace(graceMs: number): string {
  return `${duration(graceMs)} of grace`;
}

function duration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000 || ms % 60_000 !== 0) return `${ms / 1_000} s`;
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${ms / 60_000} min`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
