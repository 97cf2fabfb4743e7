// A saga for the eye. Stages are numbered, a bracket holds those that run together, and under each step stands what answers for it.
import { compensationTimeoutMs, defaultGraceMs } from './defaults.js';
import type { CompensationNode, FallbackNode, RetryPolicy, SagaGraph, StepNode } from './saga-graph.js';
import { bare, listed, quoted } from './wording.js';

/** A longer name does not push the details of all others to the right. */
const widestName = 28;

/**
 * The graph as text, a line for each step, compensation and fallback. Left out are the defaults that hold wherever nothing is said:
 * 30 s for an attempt of a compensation or fallback, and 1 s of grace.
 */
export function describeGraph(graph: SagaGraph): string {
  const stepNamed = new Map(graph.steps.map((step) => [step.name, step]));
  const numbers = String(graph.stages.length).length;
  const lines = graph.stages.flatMap((names, stage) =>
    stageLines(
      String(stage + 1).padStart(numbers),
      names.flatMap((name) => stepNamed.get(name) ?? []),
    ),
  );
  return [title(graph), '', ...aligned(lines), ...ending(graph)].join('\n');
}

function title({ saga, version, steps, stages }: SagaGraph): string {
  const versioned = version === null ? '' : `, version ${/^[\w.+-]+$/.test(version) ? version : quoted(version)}`;
  return `saga ${bare(saga)}${versioned}: ${counted(steps.length, 'step')} in ${counted(stages.length, 'stage')}`;
}

function ending(graph: SagaGraph): readonly string[] {
  if (graph.finally.length === 0) return [];
  const methods = graph.finally.map(({ method, graceMs }) => `${bare(method)}${graceMs === defaultGraceMs ? '' : ` (${grace(graceMs)})`}`);
  return ['', `finally ${methods.join(', ')}`];
}

interface Line {
  readonly name: string;
  readonly details: string;
}

function stageLines(number: string, steps: readonly StepNode[]): readonly Line[] {
  const blank = ' '.repeat(number.length);
  return steps.flatMap((step, position) => {
    const { corner, below } = bracket(position, steps.length);
    return [
      { name: `${position === 0 ? number : blank} ${corner} ${bare(step.name)}`, details: stepDetails(step) },
      ...answers(step).map(({ name, details }) => ({ name: `${blank} ${below}   ${name}`, details })),
    ];
  });
}

function bracket(position: number, length: number): { readonly corner: string; readonly below: string } {
  if (length === 1) return { corner: ' ', below: ' ' };
  if (position === length - 1) return { corner: '└', below: ' ' };
  return { corner: position === 0 ? '┌' : '├', below: '│' };
}

function answers({ compensation, fallback }: StepNode): readonly Line[] {
  return [
    ...(compensation ? [{ name: `undo ${bare(compensation.method)}`, details: compensationDetails(compensation) }] : []),
    ...(fallback ? [{ name: `else ${bare(fallback.method)}`, details: answerDetails(fallback).join(' · ') }] : []),
  ];
}

function stepDetails({ async, timeoutMs, graceMs, retry, needs }: StepNode): string {
  return [
    ...(async ? ['async'] : []),
    ...(timeoutMs === null ? (async ? ['no time-out'] : []) : [`within ${duration(timeoutMs)}`]),
    ...(graceMs === defaultGraceMs ? [] : [grace(graceMs)]),
    ...repetition(retry),
    ...reading(needs),
  ].join(' · ');
}

function compensationDetails(compensation: CompensationNode): string {
  const condition = compensation.requiresEffect ? ['only of a known effect'] : [];
  return [...condition, ...answerDetails(compensation), ...reading(compensation.needs)].join(' · ');
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

function reading(needs: readonly string[]): readonly string[] {
  return needs.length === 0 ? [] : [`needs ${listed(needs)}`];
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
