import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlannedFileError } from './planned-file.js';

export type Tell = (line: string) => void;

export interface Sample<Item, World extends { close(): Promise<void> }> {
  /** The file that the user names on the command line, if any. */
  readonly named: string | undefined;
  /** What it does if the user names no file. */
  readonly ownFile: URL;
  /** @throws PlannedFileError */
  read(file: string): Promise<readonly Item[]>;
  /** Starts the services. */
  open(): Promise<World>;
  /** Does what the file says, and answers whether all is as it should be. */
  run(items: readonly Item[], world: World, tell: Tell): Promise<boolean>;
}

/** Runs a sample by the file that the user names, or by its own. The exit code is 1 if anything is not as it should be. */
export async function runSample<Item, World extends { close(): Promise<void> }>(sample: Sample<Item, World>): Promise<void> {
  const { named } = sample;
  // npm runs scripts in the folder of the package; the user may stand elsewhere.
  const file = named === undefined ? fileURLToPath(sample.ownFile) : resolve(process.env['INIT_CWD'] ?? '.', named);
  try {
    const items = await sample.read(file);
    const world = await sample.open();
    try {
      const isAllWell = await sample.run(items, world, (line) => console.log(line));
      if (!isAllWell) process.exitCode = 1;
    } finally {
      await world.close();
    }
  } catch (error) {
    if (!(error instanceof PlannedFileError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
