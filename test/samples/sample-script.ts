import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs an npm script of the package as npm would: in its folder, with INIT_CWD. Returns when it has ended. */
export async function runScript(name: keyof typeof packageJson.scripts, args: string[], environment = {}): Promise<Ended> {
  const [node, ...script] = packageJson.scripts[name].split(' ') as [string, ...string[]];
  const env = { ...process.env, INIT_CWD: root, ...environment };
  const program = spawn(node, [...script, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => program.on('close', resolve));
  const [output, errors, code] = await Promise.all([text(program.stdout), text(program.stderr), ended]);
  return { code, output, errors };
}

/** A folder that exists while the tests of the file run, for files that a user might write. */
export class Folder {
  path = '';

  constructor() {
    beforeAll(async () => {
      this.path = await mkdtemp(join(tmpdir(), 'samples-'));
      await chmod(this.path, 0o755); // who is not its owner may go through it, as through any temporary folder
    });
    afterAll(() => rm(this.path, { recursive: true }));
  }

  /** @param content text, or what is to be written as JSON */
  async fileWith(name: string, content: unknown): Promise<string> {
    const file = join(this.path, name);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  }
}
