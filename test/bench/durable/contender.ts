// The other end of serve.ts.
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ProgramName } from './build.js';
import { builtProgram } from './build.js';
import type { Done, Order } from './serve.js';
import { toEnter } from './work.js';

export interface Program {
  readonly name: string;
  readonly program: ProgramName;
  readonly args: readonly string[];
  /** What runs it. @defaultValue this Node */
  readonly node?: string;
}

export class ContenderProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor({ name, program, args, node = process.execPath }: Program) {
    this.name = name;
    // Deprecated is what some peers do to pg.
    this.#child = spawn(node, ['--no-deprecation', builtProgram(program), ...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.#exited = once(this.#child, 'exit');
  }

  /** Resolves once it can run. @throws Error where its process ends before */
  static async start(program: Program): Promise<ContenderProcess> {
    const contender = new ContenderProcess(program);
    await contender.#answer();
    return contender;
  }

  /** @throws Error where it enters more or fewer steps than its sagas have */
  async run(order: Order): Promise<Done> {
    const answered = this.#answer();
    this.#child.send(order);
    const { done } = (await answered) as { readonly done: Done };
    const { steps, undos } = toEnter[order.shape];
    const sagas = done.latenciesMs.length;
    if (done.steps !== sagas * steps || done.undos !== sagas * undos) {
      throw new Error(`${this.name} entered ${done.steps} steps and ${done.undos} undoings in ${sagas} ${order.shape} sagas`);
    }
    return done;
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  async #answer(): Promise<unknown> {
    const answer = once(this.#child, 'message').then(([message]) => message as unknown);
    const exit = this.#exited.then(() => {
      throw new Error(`${this.name} has ended before its time`);
    });
    return Promise.race([answer, exit]);
  }
}
