// npm run onboarding [-- my-sign-ups.json]: starts the services and a database, does the sign-ups of the file, and shows that nothing is
// left behind of those that failed.
import 'reflect-metadata';
import { runSample } from '../shared/run-sample.js';
import { signUpAll } from './program.js';
import { openOutsideWorld } from './services/outside-world.js';
import { readSignUps } from './sign-ups-file.js';

await runSample({
  named: process.argv[2],
  ownFile: new URL('sign-ups.json', import.meta.url),
  read: readSignUps,
  open: () => openOutsideWorld(),
  run: signUpAll,
});
