// What is measured runs in child processes, on what `built.ts` built: one gets its task as an argument and answers with one message.
import { fork } from 'node:child_process';

/** @throws Error when the child ends without an answer */
export function inChild<Answer>(module: string, task: unknown, flags: readonly string[] = []): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(module, [JSON.stringify(task)], { execArgv: [...flags] });
    child.once('message', (message) => resolve(message as Answer));
    child.once('exit', (code) => reject(new Error(`the measuring process ended with ${code} and no answer`)));
  });
}

/** In a child: what it was told to do. */
export function taskOfChild<Task>(): Task {
  return JSON.parse(process.argv[2]!) as Task;
}

/** In a child: ends it, whatever the contenders still hold open. */
export function answer(message: unknown): void {
  process.send!(message, () => process.exit());
}
