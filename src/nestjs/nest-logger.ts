import { Logger } from '@nestjs/common';
import type { ExecutionRef, ObservedEvent, Observer } from '../runtime/ports.js';

/** Tells Nest's logger what a person should know of: what is stuck, and what went wrong around an execution. */
export function toNestLogger(logger = new Logger('SagaModule')): Observer {
  return (event, execution) => {
    const told = sentenceOf(event, execution);
    if (told === undefined) return;
    const [level, sentence, error] = told;
    if (error === undefined) logger[level](sentence);
    else logger[level](`${sentence}: ${messageOf(error)}`, ...(level === 'error' && error instanceof Error ? [error.stack] : []));
  };
}

type Told = readonly [level: 'warn' | 'error', sentence: string, error?: unknown];

function sentenceOf(event: ObservedEvent, { saga, id }: ExecutionRef): Told | undefined {
  const execution = `${saga} ${id}`;
  switch (event.type) {
    case 'execution-ended':
      return event.status === 'stuck' ? ['error', `${execution} is stuck: not everything could be undone`] : undefined;
    case 'execution-halted':
      return event.because === 'stuck'
        ? ['error', `${execution} is stuck and waits for a repair`]
        : ['error', `${execution} is stuck and waits for a repair`, event.error];
    case 'compensation-failed':
      return ['error', `${execution} could not undo '${event.step}'`, event.error];
    case 'publish-failed':
      return ['error', `${event.events.length} events of ${execution} could not be published`, event.error];
    case 'not-taken-up':
      return ['error', `${execution} could not be taken up, and is tried again`, event.error];
    case 'late-effect-lost':
      return ['error', `${execution}: what '${event.step}' did too late could not be told to whoever has the execution now`, event.error];
    case 'finally-failed':
      return ['error', `${execution}: ${event.handler} failed at the end`, event.error];
    case 'error-handler-failed':
      return ['error', `${execution}: onCompensationError failed for '${event.step}'`, event.error];
    case 'observer-failed':
      return ['error', `An observer of ${execution} failed`, event.error];
    case 'disposal-failed':
      return ['warn', `What was made for ${execution} could not be disposed`, event.error];
    case 'incompatible':
      return ['warn', `${execution} waits for a worker that has its version of ${saga}`];
    case 'rollback-unconfirmed':
      return ['warn', `Nobody knows whether the transaction of ${execution} was rolled back`];
    case 'answer-ignored':
      return ['warn', `${execution}: what '${event.step}' answered is ignored, because ${event.because}`];
    default:
      return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
