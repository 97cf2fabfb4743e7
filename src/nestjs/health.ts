import { codeOf, SagaError } from '../errors/saga-error.js';
import type { SagaApplication } from './saga-application.js';

export interface SagaHealthLimits {
  /** So many executions may wait for a person, from 0. @defaultValue 0 */
  readonly maxStuck?: number;
  /** So old, in milliseconds, may the oldest execution be that has neither ended nor is stuck, above 0. @defaultValue Infinity */
  readonly maxUnfinishedMs?: number;
  /** How long the log may take to answer, in milliseconds, above 0. @defaultValue 5_000 */
  readonly timeoutMs?: number;
  /** Of the runner of this name. @defaultValue the one without */
  readonly runner?: string;
}

/** In the form of @nestjs/terminus. */
export interface SagaHealth {
  readonly status: 'up' | 'down';
  /** Why it is down. */
  readonly message?: string;
  readonly stuck?: number;
  /** When it was started, in ISO 8601; `null`: none is unfinished. */
  readonly oldestUnfinishedAt?: string | null;
  readonly unpublished?: number;
  readonly incompatible?: number;
}

/** Whether all is well with the sagas on the log: `health.check([() => sagas.isHealthy('sagas')])`. */
export class SagaHealthIndicator {
  readonly #application: SagaApplication;

  constructor(application: SagaApplication) {
    this.#application = application;
  }

  /** `down` where the log cannot be reached, or a limit is passed, or no live worker can run what is due. Without a log it is `up`. */
  async isHealthy<Key extends string = 'sagas'>(key?: Key, limits: SagaHealthLimits = {}): Promise<Readonly<Record<Key, SagaHealth>>> {
    return { [key ?? 'sagas']: await this.#health(limits) } as Readonly<Record<Key, SagaHealth>>;
  }

  async #health({ maxStuck = 0, maxUnfinishedMs = Infinity, timeoutMs = 5_000, runner: name }: SagaHealthLimits): Promise<SagaHealth> {
    const found = this.#application.runnerNamed(name);
    if (found === undefined) throw noRunner(name);
    if (!found.isDurable) return { status: 'up' };
    try {
      const { stuck, oldestUnfinishedAt, unpublished, incompatible } = await within(timeoutMs, found.runner.executions.health());
      const unfinishedMs = oldestUnfinishedAt === null ? 0 : Date.now() - oldestUnfinishedAt.getTime();
      const problems = [
        ...(stuck > maxStuck ? [`stuck executions: ${stuck}`] : []),
        ...(unfinishedMs > maxUnfinishedMs ? [`one is unfinished since ${oldestUnfinishedAt!.toISOString()}`] : []),
        ...(incompatible.length > 0 ? [`executions that no live worker can run: ${incompatible.length}`] : []),
      ];
      return {
        status: problems.length === 0 ? 'up' : 'down',
        ...(problems.length > 0 && { message: problems.join('; ') }),
        stuck,
        oldestUnfinishedAt: oldestUnfinishedAt?.toISOString() ?? null,
        unpublished,
        incompatible: incompatible.length,
      };
    } catch (error) {
      return { status: 'down', message: reasonOf(error) };
    }
  }
}

async function within<T>(milliseconds: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the log did not answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  if (codeOf(error) === 'SAGA_LOG_CLOSED') return 'it is shut down';
  return error instanceof Error ? error.message : String(error);
}

function noRunner(name: string | undefined): SagaError {
  return new SagaError({
    code: 'SAGA_RUNTIME_BAD_OPTIONS',
    problem: name === undefined ? 'This application has no runner without a name.' : `This application has no runner '${name}'.`,
    remedy: 'Name one that SagaModule.forRoot({ name }) has made:  isHealthy(\'sagas\', { runner: name }).',
  });
}
