import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const neededMajor = 22;

/** A Node that Restate's SDK runs on: this one, or one from npm; `null`: there is none to be had. */
export async function newerNode(): Promise<string | null> {
  if (Number(process.versions.node.split('.')[0]) >= neededMajor) return process.execPath;
  const asked = promisify(execFile)('npx', ['--yes', '--package', `node@${neededMajor}`, 'node', '--print', 'process.execPath']);
  return asked.then(({ stdout }) => stdout.trim(), () => null);
}
