// The packages that the benchmark compares with are installed by it, next to it: nobody else needs them.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const installed = `${here}node_modules/.installed-lock.json`;

/** Installs them where they are not, or others are. */
export function installPeers(): void {
  const lock = readFileSync(`${here}package-lock.json`, 'utf8');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return;
  console.log('Installing what to compare with into test/bench/node_modules, half a gigabyte …');
  // Without install scripts: none is needed, and one of them would report where it was installed.
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm could not install what the benchmark compares with');
  writeFileSync(installed, lock);
}
